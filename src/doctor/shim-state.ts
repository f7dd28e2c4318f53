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

/** Looks at the files of this agent's hook. Never throws. */
export function readShimState(home: Home, agent: AgentId): ShimState {
  const { shim, body, startScript } = shimPaths(home, agent);
  const version = readShimVersion(home, agent);
  const fault = findFault([[shim, constants.X_OK, 'cannot be run'], [body, constants.R_OK, 'cannot be read']]);
  return {
    path: shim,
    isEnvOnly: isSavedEnvOnly(home, agent),
    ...(fault === undefined ? {} : { fault }),
    ...withStartFault(startScript),
    ...(version !== undefined && version !== VERSION ? { otherVersion: version } : {}),
  };
}

function withStartFault(startScript: string): Pick<ShimState, 'startFault'> {
  const told = /^node=(\S+) entry=(\S+) setsid=/m.exec(readText(startScript));
  // Written by `toShellWord`: outside its quotes a backslash stands before what is meant.
  const [node = '', entry = ''] = (told?.slice(1) ?? []).map((word) => word.replaceAll(/\\(.)|'/g, '$1'));
  const startFault = told ? findFault([[entry, constants.R_OK, 'cannot be read'], [node, constants.X_OK, 'cannot be run']]) : findFault([[startScript, constants.R_OK, 'cannot be read']]);
  return startFault === undefined ? {} : { startFault };
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
