/** Looking for an agent's program. */
import { existsSync } from 'node:fs';
import { delimiter, join, win32 } from 'node:path';
import type { AgentEnvironment } from './agent.ts';

/** Whether a program of this name stands in a folder of PATH. */
export function isOnPath({ env, platform }: AgentEnvironment, program: string): boolean {
  const names = platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  return (env.PATH ?? '').split(platform === 'win32' ? win32.delimiter : delimiter).some((folder) => folder !== '' && names.some((name) => existsSync(join(folder, name))));
}
