/**
 * Where pi keeps its sessions: `<agent folder>/sessions/--<folder of the project>--/<time>_<session>.jsonl`; a folder named for sessions alone
 * holds them without folders of projects. Names are untrusted: only those of the known shape become paths.
 */
import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import type { AgentEnvironment, HistorySource } from '../agent.ts';
import { listNames, stampOf } from '../history-files.ts';

/** The session's id, a UUID, stands behind the last `_`. */
const FILE = /^[^/\\]*_([A-Za-z0-9][A-Za-z0-9-]{0,63})\.jsonl$/;

/** pi's own folder: `PI_CODING_AGENT_DIR` where it is absolute, else `~/.pi/agent`; undefined without a home. */
export function findAgentFolder({ env, home }: AgentEnvironment): string | undefined {
  const named = env.PI_CODING_AGENT_DIR;
  if (named && isAbsolute(named)) return named;
  return home ? join(home, '.pi', 'agent') : undefined;
}

/** The folders that hold sessions, whether or not they exist. */
export function findRoots(environment: AgentEnvironment): string[] {
  const named = environment.env.PI_CODING_AGENT_SESSION_DIR;
  const folder = findAgentFolder(environment);
  return [...new Set([...(named && isAbsolute(named) ? [named] : []), ...(folder === undefined ? [] : [join(folder, 'sessions')])])];
}

/** `--from` may name the folder of sessions, pi's own folder, or a home. */
export function findRootsAt(from: string): string[] {
  return [from, join(from, 'sessions'), join(from, '.pi', 'agent', 'sessions')];
}

/** The session that a file's name tells, or undefined. */
export function toSessionId(name: string): string | undefined {
  return FILE.exec(name)?.[1];
}

/** Every session below these folders, each once: the file that was written last. */
export function listSources(roots: readonly string[], problems: Problem[], sessionId?: string): HistorySource[] {
  const sources = new Map<string, HistorySource>();
  for (const folder of roots.flatMap((root) => [root, ...listNames(root, problems).map((name) => join(root, name)).filter(isFolder)])) {
    for (const name of listNames(folder, problems)) {
      const id = toSessionId(name);
      const file = id === undefined || (sessionId !== undefined && id !== sessionId) ? undefined : stampOf(join(folder, name));
      if (id === undefined || !file || file.modifiedMillis <= (sources.get(id)?.modifiedMillis ?? -1)) continue;
      sources.set(id, { sessionId: id, files: [file], modifiedMillis: file.modifiedMillis });
    }
  }
  return [...sources.values()];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
