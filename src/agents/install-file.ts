/** Agents' configuration files as an installer meets them: there or not, linked, read-only, broken. */
import { accessSync, constants, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseJsonText, type JsonText } from './json-edit.ts';

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
    if (!lstatSync(path, { throwIfNoEntry: false })) return undefined;
    const reason = findObstacle(path) ?? (readOnly ? undefined : findLock(path));
    if (reason) return { refusal: `${path} ${reason}` };
    return { path, bytes: readFileSync(path) };
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
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function findObstacle(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 'is a link to a file that does not exist. Mend or remove the link and try again.';
  return stat.isFile() ? undefined : 'is no file. Move it away and try again.';
}

function findLock(path: string): string | undefined {
  // The bits, too: root may write what its owner has closed.
  if ((statSync(path).mode & 0o222) === 0 || !mayWrite(path)) return 'is read-only. Make it writable (chmod u+w) and try again.';
  if (!mayWrite(dirname(realpathSync(path)))) return 'stands in a folder that is read-only. Make the folder writable (chmod u+w) and try again.';
  return undefined;
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
