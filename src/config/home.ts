/** Where everything of ours stands: one folder, SPOOR_HOME. */
import { chmodSync, lstatSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { makeFolder } from './make-folder.ts';

export interface Home {
  root: string;
  configFile: string;
  database: string;
  /** What came in over OTLP; see `receiver/telemetry-database.ts`. */
  telemetryDatabase: string;
  /** The words of all texts, derived from the database: it may be deleted, and is made again. */
  search: string;
  spool: string;
  hooks: string;
  backups: string;
  logs: string;
  /** Destinations that shells described, one file each, for as long as something waits for them. */
  secrets: string;
  /** `<pid> <version> <start time> <fd>` of the running collector; see `collector/lifecycle/pid-file.ts`. */
  pidFile: string;
  /** The pid of the process that is starting a collector right now. */
  startingFile: string;
  /** A SQLite file that the running collector holds exclusively. */
  lockFile: string;
  /** Who serves over HTTP, and where; see `collector/lifecycle/server-file.ts`. */
  serverFile: string;
}

/** The folder's layout. Touches no disk. */
export function homeAt(root: string): Home {
  const at = (name: string): string => join(root, name);
  return {
    root,
    configFile: at('config.yaml'),
    database: at('spoor.db'),
    telemetryDatabase: at('telemetry.db'),
    search: at('search.db'),
    spool: at('spool'),
    hooks: at('hooks'),
    backups: at('backups'),
    logs: at('logs'),
    secrets: at('secrets'),
    pidFile: at('collector.pid'),
    startingFile: at('collector.starting'),
    lockFile: at('collector.lock'),
    serverFile: at('server.json'),
  };
}

/**
 * SPOOR_HOME, else ~/.spoor. Throws, with a sentence, where there is neither, and where one is relative: hooks run in many folders,
 * and each would have a home of its own.
 */
export function findHome(env: Readonly<Record<string, string | undefined>>): Home {
  if (env.SPOOR_HOME) return homeAt(assertAbsolute('SPOOR_HOME', env.SPOOR_HOME));
  const home = env.HOME ? assertAbsolute('HOME', env.HOME) : env.HOME === undefined ? safeHomedir() : undefined;
  if (!home) throw new Error('There is no HOME and no SPOOR_HOME. Set SPOOR_HOME to the folder in which spoor may keep its data.');
  return homeAt(join(home, '.spoor'));
}

/** Makes the folders, each 0700. Idempotent. Throws on a disk that refuses. */
export function createHome(home: Home): void {
  for (const folder of [home.root, home.spool, home.hooks, home.backups, home.logs, home.secrets]) {
    makeFolder(folder);
    // What a link points at is somebody's own: its mode is not ours to change.
    if (!lstatSync(folder).isSymbolicLink()) chmodSync(folder, 0o700);
  }
}

/** Whether we write this absolute path ourselves, so that nobody else may. */
export function isOwnFile(home: Home, path: string): boolean {
  const { root: _root, ...places } = home;
  const whole = resolve(path);
  const databases = [home.database, home.telemetryDatabase, home.search].flatMap((path) => [`${path}-wal`, `${path}-shm`]);
  return [...Object.values(places), ...databases].some((own) => whole === own || whole.startsWith(`${own}/`));
}

function assertAbsolute(name: string, path: string): string {
  if (isAbsolute(path)) return path;
  throw new Error(`${name} is "${path}", which is no absolute path. Set it to one that begins with /.`);
}

function safeHomedir(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}
