/** Agents' configuration files as an installer meets them: there or not, linked, read-only, broken. */
import { accessSync, constants, lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseJsonText, type JsonText } from './json-edit.ts';
import { readRegularFile } from './regular-file.ts';

/** Agents and settings are a few kilobytes; an edit parses them several times over. */
const MAX_BYTES = 8 << 20;

/** A file that may be edited: a JSON object that this user may write. */
export interface EditableFile {
  path: string;
  bytes: Buffer;
  json: JsonText;
}

/** Why a file is left alone: one sentence for the user, saying what to do. */
export interface Refusal {
  refusal: string;
}

/** The same for every agent: who installs several is told once. */
export const NO_HOME: Refusal = { refusal: 'There is no HOME, so the files of the agents cannot be found. Set HOME and try again.' };

/** Reads a JSON file to edit it; `readOnly`: to know what it says. undefined: it does not exist. Never throws. */
export function openForEdit(path: string, options: { readOnly?: boolean } = {}): EditableFile | Refusal | undefined {
  const file = openBytes(path, options);
  if (!file || 'refusal' in file) return file;
  const json = parseJsonText(file.bytes);
  if ('reason' in json) return { refusal: `${path} ${json.reason}. It was left as it is: mend it and try again.` };
  if (json.root.type !== 'object') return { refusal: `${path} holds no JSON object. It was left as it is: mend it and try again.` };
  return { ...file, json };
}

/** The same of a file of any form. */
export function openBytes(path: string, { readOnly = false }: { readOnly?: boolean } = {}): Omit<EditableFile, 'json'> | Refusal | undefined {
  try {
    if (!isThere(path)) {
      const lock = readOnly ? undefined : findFolderLock(path);
      return lock === undefined ? undefined : { refusal: lock };
    }
    const reason = findObstacle(path) ?? (readOnly ? undefined : findLock(path));
    if (reason) return { refusal: `${path} ${reason}` };
    return { path, bytes: readRegularFile(path, MAX_BYTES) };
  } catch (error) {
    return { refusal: `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).` };
  }
}

/** Reads a file only to look at it; undefined when it is absent or no JSON. Never throws. */
export function peekJson(path: string): JsonText | undefined {
  const json = parseJsonText(peekBytes(path) ?? new Uint8Array());
  return 'reason' in json ? undefined : json;
}

/** The same of a file of any form. */
export function peekBytes(path: string): Buffer | undefined {
  try {
    return readRegularFile(path, MAX_BYTES);
  } catch {
    return undefined;
  }
}

function findObstacle(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 'is a link to a file that does not exist. Mend or remove the link and try again.';
  if (!stat.isFile()) return 'is no file. Move it away and try again.';
  return stat.size > MAX_BYTES ? `is larger than ${MAX_BYTES >> 20} MiB, which no configuration is. It was left as it is: mend it and try again.` : undefined;
}

function findLock(path: string): string | undefined {
  if (!mayWrite(path)) return 'is read-only. Make it writable (chmod u+w) and try again.';
  if (!mayWrite(dirname(realpathSync(path)))) return 'stands in a folder that is read-only. Make the folder writable (chmod u+w) and try again.';
  return undefined;
}

/** Whether something of this name exists, be it a link to nothing. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // What should be a folder on the way is a file.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw error;
  }
}

/** Why a new file cannot be made here: the nearest folder that exists is closed, or is none. */
function findFolderLock(path: string): string | undefined {
  let folder = dirname(path);
  while (!isThere(folder) && folder !== dirname(folder)) folder = dirname(folder);
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (!stat) return `${folder} is a link to a folder that does not exist. Mend or remove the link and try again.`;
  if (!stat.isDirectory()) return `${folder} is no folder. Move it away and try again.`;
  return mayWrite(folder) ? undefined : `${folder} is read-only. Make the folder writable (chmod u+w) and try again.`;
}

/** By the bits, too: root may write what its owner has closed. */
function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return (statSync(path).mode & 0o222) !== 0;
  } catch {
    return false;
  }
}
