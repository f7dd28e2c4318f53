/** The folders of Kiro V3's sessions. Names are untrusted: only those of the known shapes become paths. */
import { readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Problem } from '../../../core/problem.ts';
import type { FileStamp } from '../../agent.ts';
import { listNames, stampOf } from '../../history-files.ts';
import { readLines } from '../../jsonl.ts';
import { withRegularFile } from '../../regular-file.ts';
import { asRecord, asText } from '../../untrusted.ts';

export const SUB_EXECUTIONS = 'sub-executions';

/** A hash of the workspace's paths. */
const WORKSPACE = /^[0-9a-f]{16}$/;
const SESSION_ID = /^sess[_-][A-Za-z0-9_-]{1,120}$/;
/** A session or a sub-execution. */
const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** What a record that names a subagent's session holds. */
const SPAWN_MARK = Buffer.from('"sub_agent_start"');
const CHUNK_BYTES = 1 << 20;

/** Whether an id may become a part of a path. */
export function isSafeId(id: string): boolean {
  return SAFE_ID.test(id);
}

/** The workspaces' folders in a sessions folder. A folder that is not there has none; one that cannot be read is a problem. */
export function toWorkspaces(root: string, problems: Problem[]): string[] {
  return listNames(root, problems).filter((name) => WORKSPACE.test(name)).map((name) => join(root, name));
}

/** The sessions' folders of a workspace. */
export function sessionFolders(workspace: string): string[] {
  return listNames(workspace, []).filter((name) => SESSION_ID.test(name)).map((name) => join(workspace, name));
}

/** The sub-executions of a session's folder: id and file. */
export function listSubExecutions(folder: string): { id: string; file: FileStamp }[] {
  return listNames(join(folder, SUB_EXECUTIONS), []).flatMap((name) => {
    const id = /^(.+)\.jsonl$/.exec(name)?.[1];
    const file = id !== undefined && isSafeId(id) && id !== basename(folder) ? stampOf(join(folder, SUB_EXECUTIONS, name)) : undefined;
    return id !== undefined && file ? [{ id, file }] : [];
  });
}

/** Whether a folder stands there. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The sessions that a session's records name as its subagents. Most files name none: those are only searched, not parsed. */
export function findSpawnedIds(files: readonly FileStamp[]): Set<string> {
  const ids = new Set<string>();
  for (const { path } of files.filter((file) => file.path.endsWith('.jsonl'))) {
    if (!holdsMark(path)) continue;
    readLines(path, (text) => {
      const id = text.includes('sub_agent_start') ? toSpawnedId(text) : undefined;
      if (id !== undefined) ids.add(id);
    });
  }
  return ids;
}

function toSpawnedId(text: string): string | undefined {
  try {
    const payload = asRecord(asRecord(JSON.parse(text))?.payload);
    return payload?.type === 'sub_agent_start' ? asText(payload.subSessionId) : undefined;
  } catch {
    return undefined;
  }
}

function holdsMark(path: string): boolean {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const keep = SPAWN_MARK.length - 1;
  const search = (file: number): boolean => {
    for (let kept = 0; ; ) {
      const count = readSync(file, chunk, kept, CHUNK_BYTES - kept, null);
      if (count === 0) return false;
      const end = kept + count;
      if (chunk.subarray(0, end).includes(SPAWN_MARK)) return true;
      kept = Math.min(keep, end);
      chunk.copy(chunk, 0, end - kept, end);
    }
  };
  return withRegularFile(path, search) ?? false;
}
