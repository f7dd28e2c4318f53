/** Looking for an agent's program. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { AgentEnvironment } from './agent.ts';

/** Whether a program of this name stands in a folder of PATH. */
export function isOnPath({ env, platform }: AgentEnvironment, program: string): boolean {
  const names = platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  return (env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && names.some((name) => existsSync(join(folder, name))));
}
