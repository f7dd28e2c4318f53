/** Asks a program that an installer needs to know something from. */
import { spawnSync } from 'node:child_process';
import type { AgentEnvironment, ProgramAnswer } from '../agents/agent.ts';

/** Kiro's CLI takes about a second to copy an agent; a CLI that waits for a login must not hold the user. */
const TIMEOUT_MILLIS = 20_000;

/** Runs a program without input in the user's environment; its stdout, or undefined when it is not there, fails or hangs. */
export function runProgram([program, ...words]: readonly string[], { env }: AgentEnvironment): string | undefined {
  if (!program) return undefined;
  const { status, stdout } = spawnSync(program, words, { env: { ...env }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: TIMEOUT_MILLIS, killSignal: 'SIGKILL' });
  return status === 0 ? stdout : undefined;
}

/** Who asks waits: a question that takes longer has no answer. */
const ANSWER_MILLIS = 5_000;
/** What a program says is quoted in a line or two. */
const MOST_WORDS = 400;

/** Asks a program without input in the user's environment and folder; undefined when it is not there. Bounded to 5 s. */
export function askProgram([program, ...words]: readonly string[], { env }: AgentEnvironment): ProgramAnswer | undefined {
  if (!program) return undefined;
  const { status, error, stdout, stderr } = spawnSync(program, words, { env: { ...env }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: ANSWER_MILLIS, killSignal: 'SIGKILL' });
  if (status === null && (error as NodeJS.ErrnoException | undefined)?.code !== 'ETIMEDOUT') return undefined;
  return { exitCode: status ?? undefined, words: `${stdout}\n${stderr}`.replace(/\s+/g, ' ').trim().slice(0, MOST_WORDS) };
}
