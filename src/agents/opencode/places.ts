/**
 * Where OpenCode keeps its sessions: a database in its data folder, and before 1.2 JSON files in `storage/` beside it. A build of a channel
 * of its own has a database named after it.
 */
import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { AgentEnvironment } from '../agent.ts';

/** OpenCode's ids are a kind, a time and chance: `ses_1fa06d87f001t0fsDN3GkS0l7A`. Only those of this shape become a part of a path. */
const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
const DATABASE_NAME = /^opencode(?:-[A-Za-z0-9._-]+)?\.db$/;

/** Whether an id may become a part of a path. */
export function isSafeId(id: string): boolean {
  return SAFE_ID.test(id);
}

/** The data folder: `XDG_DATA_HOME/opencode` where that is absolute, else `~/.local/share/opencode`, on every system; undefined without a home. */
export function findDataFolder({ env, home }: AgentEnvironment): string | undefined {
  const named = env.XDG_DATA_HOME;
  if (named && isAbsolute(named)) return join(named, 'opencode');
  return home ? join(home, '.local', 'share', 'opencode') : undefined;
}

/** The folder of settings and plugins: `OPENCODE_CONFIG_DIR`, else `XDG_CONFIG_HOME/opencode`, else `~/.config/opencode`. */
export function findConfigFolder({ env, home }: AgentEnvironment): string | undefined {
  const named = env.OPENCODE_CONFIG_DIR;
  if (named && isAbsolute(named)) return named;
  const base = env.XDG_CONFIG_HOME && isAbsolute(env.XDG_CONFIG_HOME) ? env.XDG_CONFIG_HOME : home && join(home, '.config');
  return base ? join(base, 'opencode') : undefined;
}

/** Where sessions may stand: databases that are there (the usual one in any case), and the folder of JSON files. */
export interface Stores {
  databases: string[];
  storages: string[];
}

/** The stores of a data folder. `OPENCODE_DB` names another database, or one by its name in that folder. */
export function findStores(environment: AgentEnvironment): Stores {
  const folder = findDataFolder(environment);
  if (folder === undefined) return { databases: [], storages: [] };
  const named = environment.env.OPENCODE_DB;
  const own = named && named !== ':memory:' ? [isAbsolute(named) ? named : join(folder, named)] : [];
  return { databases: [...new Set([...own, ...databasesIn(folder)])], storages: [join(folder, 'storage')] };
}

/** `--from` may name a database, the data folder, its `storage`, or a home. */
export function findStoresAt(from: string): Stores {
  if (statSync(from, { throwIfNoEntry: false })?.isFile()) return { databases: from.endsWith('.db') ? [from] : [], storages: [] };
  const folders = [from, join(from, 'opencode'), join(from, '.local', 'share', 'opencode')];
  return { databases: folders.flatMap(databasesIn), storages: [from, ...folders.map((folder) => join(folder, 'storage'))] };
}

function databasesIn(folder: string): string[] {
  const usual = join(folder, 'opencode.db');
  return [...new Set([usual, ...listNames(folder).filter((name) => DATABASE_NAME.test(name)).map((name) => join(folder, name))])];
}

/** The names in a folder, in order; none where it cannot be listed. */
export function listNames(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
