/** Puts the generated scripts on disk and takes them away again. */
import { accessSync, chmodSync, constants, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Home } from '../config/home.ts';
import { makeFolder } from '../config/make-folder.ts';
import type { AgentId } from '../core/agent-id.ts';
import { isEnvOnlyText } from './hook-text.ts';
import { toNodeHookText } from './node-hook.ts';
import { shimPaths, toShimBodyText, toShimText } from './shim.ts';
import { toStartScriptText } from './start-script.ts';

export interface SaveShimOptions {
  agent: AgentId;
  /** Version of this program, as it will stand in the collector's pid file. */
  version: string;
  /** Absolute path of the node binary. */
  node: string;
  /** Absolute path of the collector's entry, then its arguments. */
  entry: readonly [string, ...string[]];
  /** As in `ShimOptions`. Absent: as the shim that is there. */
  isEnvOnly?: boolean;
  /** As in `StartScriptOptions`. */
  inherit?: readonly string[];
  /** Where hooks will run; absent: here. */
  platform?: NodeJS.Platform;
}

/**
 * Writes an agent's shim, its body, and the start script that all agents share (on Windows the one file of the node hook); each replaced in
 * one step, so that a hook that runs meanwhile reads the old or the new one. Throws on a disk that refuses.
 */
export function saveShim(home: Home, options: SaveShimOptions): void {
  const { agent, version, node, entry, inherit } = options;
  const platform = options.platform ?? process.platform;
  const proc = platform === 'linux';
  const paths = shimPaths(home, agent);
  const isEnvOnly = options.isEnvOnly ?? isSavedEnvOnly(home, agent);
  const shim = { agent, version, proc, cat: findTool('cat'), isEnvOnly };
  makeFolder(home.hooks);
  if (platform === 'win32') return replaceFile(paths.nodeHook, toNodeHookText(home, { agent, version, node, entry, inherit, isEnvOnly }), 0o600);
  replaceFile(paths.startScript, toStartScriptText(home, { version, node, entry, inherit, proc, setsid: proc ? findTool('setsid') : undefined }), 0o600);
  replaceFile(paths.body, toShimBodyText(home, shim), 0o600);
  replaceFile(paths.shim, toShimText(home, shim), 0o700);
}

/**
 * Brings every shim that was saved by this or an older version up to date: after an upgrade, or when the configuration names other
 * variables. What is as it should be is not written. `isOlder`: whether the first version is older than the second.
 */
export function refreshShims(home: Home, options: Omit<SaveShimOptions, 'agent'>, isOlder: (a: string, b: string) => boolean): void {
  for (const agent of savedShims(home)) {
    const saved = readShimVersion(home, agent);
    if (saved !== undefined && !isOlder(options.version, saved)) saveShim(home, { ...options, agent });
  }
}

/** The version of spoor whose shim this agent has; undefined: it has none. */
export function readShimVersion(home: Home, agent: AgentId): string | undefined {
  const { body, nodeHook } = shimPaths(home, agent);
  return SAVED_VERSION.exec(readText(body) || readText(nodeHook))?.[1];
}

/** Whether the agent's shim is one that only acts where a shell names an OTLP endpoint: its body decides, and says so while it is there. */
export function isSavedEnvOnly(home: Home, agent: AgentId): boolean {
  const { shim, body, nodeHook } = shimPaths(home, agent);
  return isEnvOnlyText(readText(body) || readText(shim) || readText(nodeHook));
}

const SAVED_VERSION = /^(?:#|\/\/) spoor (\S+): /;

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Takes an agent's shim away; the start script goes with the last one. Files that are not there are fine. */
export function removeShim(home: Home, agent: AgentId): void {
  const paths = shimPaths(home, agent);
  rmSync(paths.shim, { force: true });
  rmSync(paths.body, { force: true });
  rmSync(paths.nodeHook, { force: true });
  if (savedShims(home).length === 0) rmSync(paths.startScript, { force: true });
}

/** The agents that have a shim. */
export function savedShims(home: Home): AgentId[] {
  try {
    const names = readdirSync(home.hooks).filter((name) => /^[a-z0-9-]+(?:\.cjs)?$/.test(name)).map((name) => name.replace('.cjs', ''));
    return [...new Set(names)].sort();
  } catch {
    return [];
  }
}

function replaceFile(path: string, text: string, mode: number): void {
  if (readText(path) === text) return;
  const temporary = `${path}.${process.pid}.new`;
  writeFileSync(temporary, text, { mode });
  chmodSync(temporary, mode);
  renameSync(temporary, path);
}

/** Only where systems keep it: a PATH may hold anything. */
function findTool(name: string): string | undefined {
  return [`/bin/${name}`, `/usr/bin/${name}`].find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
