/** Asks a program that an installer needs to know something from. */
import { spawnSync } from 'node:child_process';
import type { AgentEnvironment } from '../agents/agent.ts';

/** Kiro's CLI takes about a second to copy an agent; a CLI that waits for a login must not hold the user. */
const TIMEOUT_MILLIS = 20_000;

/** Runs a program without input in the user's environment; its stdout, or undefined when it is not there, fails or hangs. */
export function runProgram([program, ...words]: readonly string[], { env }: AgentEnvironment): string | undefined {
  if (!program) return undefined;
  const { status, stdout } = spawnSync(program, words, { env: { ...env }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: TIMEOUT_MILLIS, killSignal: 'SIGKILL' });
  return status === 0 ? stdout : undefined;
}
