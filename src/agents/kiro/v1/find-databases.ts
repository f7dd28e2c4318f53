/** Where Kiro V1 (`--classic`, headless) keeps its database. */
import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { AgentEnvironment } from '../../agent.ts';

const FOLDER = 'kiro-cli';
const FILE = 'data.sqlite3';

/**
 * Databases that may be there, the most specific first. `KIRO_DATA_DIR` is taken for Kiro's own folder or for the one above it. Without
 * it Kiro asks the system for the folder of local data: `XDG_DATA_HOME` where it is absolute, else `~/.local/share`; on macOS
 * `~/Library/Application Support`, whatever XDG says.
 */
export function findDatabases({ home, env, platform }: AgentEnvironment): string[] {
  const named = env.KIRO_DATA_DIR;
  if (named && isAbsolute(named)) return [join(named, FILE), join(named, FOLDER, FILE)];
  const folder = localDataFolder({ home, env, platform });
  return folder ? [join(folder, FOLDER, FILE)] : [];
}

function localDataFolder({ home, env, platform }: AgentEnvironment): string | undefined {
  if (platform === 'darwin') return home && join(home, 'Library', 'Application Support');
  if (platform === 'win32') return env.LOCALAPPDATA ?? (home && join(home, 'AppData', 'Local'));
  return env.XDG_DATA_HOME && isAbsolute(env.XDG_DATA_HOME) ? env.XDG_DATA_HOME : home && join(home, '.local', 'share');
}

/** `--from` may name the database, its folder, the folder above, or a home. A file that is no database is somebody else's. */
export function findDatabasesAt(from: string): string[] {
  if (statSync(from, { throwIfNoEntry: false })?.isFile()) return /\.(sqlite3?|db)$/.test(from) ? [from] : [];
  const below = [[], [FOLDER], ['.local', 'share', FOLDER], ['Library', 'Application Support', FOLDER], ['AppData', 'Local', FOLDER]];
  return below.map((folders) => join(from, ...folders, FILE));
}
