/**
 * OpenCode's storage before 1.2, one JSON file a record: `session/<project>/<session>.json`, `message/<session>/<message>.json`,
 * `part/<message>/<part>.json`; the oldest have messages and parts below `session/`. Names are untrusted: only those of the known shape
 * become paths.
 */
import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import type { FileStamp, HistorySource } from '../agent.ts';
import { readRegularFile } from '../regular-file.ts';
import { asNumber, asRecord, asText, asTitle } from '../untrusted.ts';
import { isSafeId, listNames } from './places.ts';
import { parseValues, sortMessages, type StoredConversation, type StoredMessage, type StoredPart, type Values } from './stored.ts';

/** One record is what one tool put out at most. */
const MAX_BYTES = 64 << 20;
/** Only the newest messages still change; of the others it is enough that none comes. */
const NEWEST = 2;

/** Every session of a storage. */
export function listStored(storage: string): { sources: HistorySource[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const sources = listNames(join(storage, 'session')).filter(isSafeId).flatMap((project) => {
    const folder = join(storage, 'session', project);
    return idsIn(folder).flatMap((id) => toSource(storage, join(folder, `${id}.json`), problems) ?? []);
  });
  return { sources, problems };
}

/** The session with this id, or undefined. */
export function findStored(storage: string, sessionId: string): HistorySource | undefined {
  if (!isSafeId(sessionId)) return undefined;
  for (const project of listNames(join(storage, 'session')).filter(isSafeId)) {
    const source = toSource(storage, join(storage, 'session', project, `${sessionId}.json`), []);
    if (source) return source;
  }
  return undefined;
}

/** Reads a session that one of these gave. What vanished is missing without a problem. */
export function readStored({ sessionId, files }: HistorySource): { value?: StoredConversation; problems: Problem[] } {
  const path = files[0]?.path ?? '';
  const storage = dirname(dirname(dirname(path)));
  const problems: Problem[] = [];
  const info = readRecord(path, problems);
  if (!info) return { problems };
  const session = { sessionId, parentId: asText(info.parentID), title: asTitle(info.title), cwd: asText(info.directory), version: asText(info.version), createdMillis: asNumber(asRecord(info.time)?.created) };
  const found: { messages: StoredMessage[]; isComplete: boolean } = { messages: [], isComplete: true };
  for (const folder of messageFolders(storage, sessionId)) {
    for (const id of idsIn(folder)) {
      const values = readRecord(join(folder, `${id}.json`), problems);
      if (values) found.messages.push({ id, values, parts: readParts(storage, { sessionId, messageId: id }, problems) });
    }
  }
  return { value: { session, messages: sortMessages(found.messages), problems, isComplete: found.isComplete }, problems: [] };
}

interface MessagePlace {
  sessionId: string;
  messageId: string;
}

function readParts(storage: string, place: MessagePlace, problems: Problem[]): StoredPart[] {
  return partFolders(storage, place).flatMap((folder) => idsIn(folder).flatMap((id) => {
    const values = readRecord(join(folder, `${id}.json`), problems);
    return values ? [{ id, values }] : [];
  }));
}

function messageFolders(storage: string, sessionId: string): string[] {
  return [join(storage, 'message', sessionId), join(storage, 'session', 'message', sessionId)];
}

function partFolders(storage: string, { sessionId, messageId }: MessagePlace): string[] {
  return [join(storage, 'part', messageId), join(storage, 'session', 'part', sessionId, messageId)];
}

function idsIn(folder: string): string[] {
  return listNames(folder).filter((name) => name.endsWith('.json')).map((name) => basename(name, '.json')).filter(isSafeId);
}

/** A file that is no JSON is being written, or was cut off: a problem. */
function readRecord(path: string, problems: Problem[]): Values | undefined {
  try {
    return parseValues(readRegularFile(path, MAX_BYTES).toString('utf8'), path, problems);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    if (code !== 'ENOENT' && code !== 'ENOTDIR') problems.push({ code: 'unreadable-file', detail: `${path}: ${code}` });
    return undefined;
  }
}

/** None of a session in which nothing was said. */
function toSource(storage: string, path: string, problems: Problem[]): HistorySource | undefined {
  const own = stampOf(path);
  const sessionId = basename(path, '.json');
  const folder = messageFolders(storage, sessionId).find((one) => statSync(one, { throwIfNoEntry: false })?.isDirectory());
  const info = own && folder !== undefined ? readRecord(path, problems) : undefined;
  if (!own || !info || folder === undefined) return undefined;
  const newest = idsIn(folder).slice(-NEWEST);
  const parts = newest.flatMap((messageId) => partFolders(storage, { sessionId, messageId }).flatMap((below) => [below, ...idsIn(below).map((id) => join(below, `${id}.json`))]));
  const files = [own, ...[folder, ...newest.map((id) => join(folder, `${id}.json`)), ...parts].flatMap((file) => stampOf(file) ?? [])];
  const parent = asText(info.parentID);
  return {
    sessionId, files, modifiedMillis: Math.max(...files.map((file) => file.modifiedMillis)),
    ...(parent === undefined ? {} : { parent: { sessionId: parent, relation: 'subagent' } }),
  };
}

function stampOf(path: string): FileStamp | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && { path, size: stats.size, modifiedMillis: stats.mtimeMs, inode: stats.ino };
}
