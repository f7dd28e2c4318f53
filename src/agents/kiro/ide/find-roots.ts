/** Where the Kiro IDE up to 0.x keeps what its agent remembers: the storage folder of its extension `kiro.kiroagent`. */
import { statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { AgentEnvironment } from '../../agent.ts';

const STORAGE = ['Kiro', 'User', 'globalStorage', 'kiro.kiroagent'];
/** An IDE whose window is on another machine: its server keeps the storage on this one. */
const SERVER_STORAGE = ['.kiro-server', 'data', 'User', 'globalStorage', 'kiro.kiroagent'];
/** The conversations, one folder a workspace. What the agent did stands beside it, in folders named by hashes. */
export const SESSIONS = 'workspace-sessions';

/** The storage folders that may be there. */
export function findStorages({ home, env, platform }: AgentEnvironment): string[] {
  const folder = settingsFolder({ home, env, platform });
  return [...(folder ? [join(folder, ...STORAGE)] : []), ...(home ? [join(home, ...SERVER_STORAGE)] : [])];
}

function settingsFolder({ home, env, platform }: AgentEnvironment): string | undefined {
  if (platform === 'darwin') return home && join(home, 'Library', 'Application Support');
  if (platform === 'win32') return env.APPDATA ?? (home && join(home, 'AppData', 'Roaming'));
  return env.XDG_CONFIG_HOME && isAbsolute(env.XDG_CONFIG_HOME) ? env.XDG_CONFIG_HOME : home && join(home, '.config');
}

/** What `--from` means here: storage folders, and where it names less than a whole one, the workspace or the session that is meant. */
export interface NamedPlace {
  storages: string[];
  /** The only folder of `workspace-sessions` to look into. */
  workspace?: string;
  sessionId?: string;
}

/** `--from` may name a session's file, a workspace's folder, the sessions' folder, the storage, the IDE's folder, or a home. */
export function findStoragesAt(from: string): NamedPlace {
  const isFile = statSync(from, { throwIfNoEntry: false })?.isFile() ?? false;
  const folder = isFile ? dirname(from) : from;
  if (basename(dirname(folder)) === SESSIONS) {
    return { storages: [dirname(dirname(folder))], workspace: basename(folder), ...(isFile ? { sessionId: basename(from).replace(/\.json$/, '') } : {}) };
  }
  if (isFile) return { storages: [] };
  if (basename(folder) === SESSIONS) return { storages: [dirname(folder)] };
  const below = [[], STORAGE.slice(1), STORAGE, ['.config', ...STORAGE], ['Library', 'Application Support', ...STORAGE], ['AppData', 'Roaming', ...STORAGE], SERVER_STORAGE];
  return { storages: below.map((folders) => join(from, ...folders)) };
}
