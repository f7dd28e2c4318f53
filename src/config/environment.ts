/** The only place that reads the process's environment; everybody else is given what it gives. */
import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import type { AgentEnvironment } from '../agents/agent.ts';

/** The machine as this process sees it. A copy: later changes of the environment are not seen. Never throws. */
export function readEnvironment(): AgentEnvironment {
  const home = findUserHome(process.env.HOME);
  return { ...(home === undefined ? {} : { home }), env: copyVariables(process.env, process.platform), platform: process.platform };
}

/** Windows names a variable in any case (`Path`); a copy does not, so there all of them are written in capitals. */
export function copyVariables(env: AgentEnvironment['env'], platform: NodeJS.Platform): Record<string, string | undefined> {
  return platform === 'win32' ? Object.fromEntries(Object.entries(env).map(([name, value]) => [name.toUpperCase(), value])) : { ...env };
}

function findUserHome(named: string | undefined): string | undefined {
  if (named) return isAbsolute(named) ? named : undefined;
  try {
    const home = homedir();
    return isAbsolute(home) ? home : undefined;
  } catch {
    // No HOME and no entry for this user: a container with a made-up user id.
    return undefined;
  }
}
