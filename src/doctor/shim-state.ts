/** Whether an agent's generated hook is there, whole and up to date. */
import { accessSync, constants, readFileSync } from 'node:fs';
import type { Home } from '../config/home.ts';
import type { AgentId } from '../core/agent-id.ts';
import { VERSION } from '../core/version.ts';
import { isSavedEnvOnly, readShimVersion } from '../hook/save-shim.ts';
import { shimPaths } from '../hook/shim.ts';

export interface ShimState {
  /** Why hooks do nothing, in a sentence without its period; undefined: it is whole. */
  fault?: string;
  /** Why no collector can be started by it. */
  startFault?: string;
  /** It acts only where a shell names an OTLP endpoint. */
  isEnvOnly: boolean;
  /** The version it was written by, where that is another one. */
  otherVersion?: string;
  path: string;
}

/** What a person types to have this agent's hooks put in as they were: the one word more keeps an environment-only hook what it is. */
export function toInstallCommand(home: Home, agent: AgentId): string {
  return `spoor install ${agent}${isSavedEnvOnly(home, agent) ? ' --env-only' : ''}`;
}

/** The same for whatever else is set with `spoor install`: without agents' names where no agent's hook is environment-only. */
export function toSettingCommand({ home, agents }: { home: Home; agents: readonly { id: AgentId }[] }): string {
  const envOnly = agents.find(({ id }) => isSavedEnvOnly(home, id));
  return envOnly ? toInstallCommand(home, envOnly.id) : 'spoor install';
}

/** Whether hooks of one of these agents act only where a shell names an OTLP endpoint. */
export function isAnyEnvOnly({ home, agents }: { home: Home; agents: readonly { id: AgentId }[] }): boolean {
  return agents.some(({ id }) => isSavedEnvOnly(home, id));
}

/** Looks at the files of this agent's hook, as they are for this platform. Never throws. */
export function readShimState(home: Home, agent: AgentId, platform: NodeJS.Platform = process.platform): ShimState {
  const { shim, body, startScript, nodeHook } = shimPaths(home, agent);
  const version = readShimVersion(home, agent);
  const isNode = platform === 'win32';
  const fault = isNode ? findFault([[nodeHook, constants.R_OK, 'cannot be read']]) : findFault([[shim, constants.X_OK, 'cannot be run'], [body, constants.R_OK, 'cannot be read']]);
  return {
    path: isNode ? nodeHook : shim,
    isEnvOnly: isSavedEnvOnly(home, agent),
    ...(fault === undefined ? {} : { fault }),
    ...(isNode ? toStartFault(readNodeStart(nodeHook), nodeHook) : toStartFault(readShellStart(startScript), startScript)),
    ...(version !== undefined && version !== VERSION ? { otherVersion: version } : {}),
  };
}

/** What starts a collector. */
interface Start {
  node: string;
  entry: string;
}

function toStartFault(told: Start | undefined, path: string): Pick<ShimState, 'startFault'> {
  const startFault = told ? findFault([[told.entry, constants.R_OK, 'cannot be read'], [told.node, constants.X_OK, 'cannot be run']]) : findFault([[path, constants.R_OK, 'cannot be read']]);
  return startFault === undefined ? {} : { startFault };
}

function readShellStart(startScript: string): Start | undefined {
  const told = /^node=(\S+) entry=(\S+) setsid=/m.exec(readText(startScript));
  // Written by `toShellWord`: outside its quotes a backslash stands before what is meant.
  const [node = '', entry = ''] = (told?.slice(1) ?? []).map((word) => word.replaceAll(/\\(.)|'/g, '$1'));
  return told ? { node, entry } : undefined;
}

function readNodeStart(nodeHook: string): Start | undefined {
  try {
    const { node, entry } = JSON.parse(/^const settings = (.*);$/m.exec(readText(nodeHook))?.[1] ?? '') as { node: string; entry: string[] };
    return { node, entry: String(entry[0]) };
  } catch {
    return undefined;
  }
}

function findFault(files: readonly (readonly [path: string, mode: number, cannot: string])[]): string | undefined {
  for (const [path, mode, cannot] of files) {
    try {
      accessSync(path, mode);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code === 'ENOENT' ? `${path} is not there` : `${path} ${cannot} (${code ?? 'unknown error'})`;
    }
  }
  return undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
