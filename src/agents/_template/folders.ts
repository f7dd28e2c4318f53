/** Where Template keeps its sessions: `~/.template/sessions/<session>.jsonl`. Names are untrusted: only those of the known shape become paths. */
import { isAbsolute, join } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import type { AgentEnvironment, HistorySource } from '../agent.ts';
import { listNames, stampOf } from '../history-files.ts';

const FILE = /^([A-Za-z0-9][A-Za-z0-9_-]{0,63})\.jsonl$/;

/** Template's own folder: `TEMPLATE_HOME` where it is absolute, else `~/.template`; undefined without a home. */
export function findTemplateHome({ env, home }: AgentEnvironment): string | undefined {
  const named = env.TEMPLATE_HOME;
  if (named && isAbsolute(named)) return named;
  return home === undefined ? undefined : join(home, '.template');
}

/** The folders that hold sessions, whether or not they exist. */
export function findRoots(environment: AgentEnvironment): string[] {
  const home = findTemplateHome(environment);
  return home === undefined ? [] : [join(home, 'sessions')];
}

/** Every session below these folders, or the one asked for. A folder that is not there has none; one that cannot be read is a problem. */
export function listSources(roots: readonly string[], problems: Problem[], sessionId?: string): HistorySource[] {
  return roots.flatMap((folder) =>
    listNames(folder, problems).flatMap((name): HistorySource[] => {
      const id = FILE.exec(name)?.[1];
      const file = id === undefined || (sessionId !== undefined && id !== sessionId) ? undefined : stampOf(join(folder, name));
      return id === undefined || !file ? [] : [{ sessionId: id, files: [file], modifiedMillis: file.modifiedMillis }];
    }),
  );
}
