/** Where Cursor keeps its things: `~/.cursor` (or `CURSOR_DATA_DIR`) for both, and the application's folder for the IDE. Names are untrusted. */
import { isAbsolute, join } from 'node:path';
import type { AgentEnvironment } from '../agent.ts';

const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Whether an id may become a part of a path. */
export function isSafeId(id: string): boolean {
  return SAFE_ID.test(id);
}

/** The folder of hooks, which nothing relocates; undefined without a home. */
export function findCursorHome({ home }: AgentEnvironment): string | undefined {
  return home ? join(home, '.cursor') : undefined;
}

/** The folders in which chats and transcripts stand. */
function findDataFolders(environment: AgentEnvironment): string[] {
  const named = environment.env.CURSOR_DATA_DIR;
  const own = findCursorHome(environment);
  const server = environment.home ? [join(environment.home, '.cursor-server')] : [];
  return [...(named && isAbsolute(named) ? [named] : []), ...(own === undefined ? [] : [own]), ...server];
}

/** Folders of the chats of `cursor-agent`. */
export function findChatFolders(environment: AgentEnvironment): string[] {
  return findDataFolders(environment).map((folder) => join(folder, 'chats'));
}

/** Folders of projects, with the transcripts in them. */
export function findProjectFolders(environment: AgentEnvironment): string[] {
  return findDataFolders(environment).map((folder) => join(folder, 'projects'));
}

/** Databases that the IDE may have. */
export function findDatabases({ home, env, platform }: AgentEnvironment): string[] {
  if (!home) return [];
  return [join(findApplicationFolder(home, env, platform), 'Cursor'), join(home, '.cursor-server', 'data')].map((folder) => join(folder, 'User', 'globalStorage', 'state.vscdb'));
}

function findApplicationFolder(home: string, env: AgentEnvironment['env'], platform: NodeJS.Platform): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  const named = platform === 'win32' ? env.APPDATA : env.XDG_CONFIG_HOME;
  if (named && isAbsolute(named)) return named;
  return platform === 'win32' ? join(home, 'AppData', 'Roaming') : join(home, '.config');
}
