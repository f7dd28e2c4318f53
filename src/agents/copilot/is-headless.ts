/** Whether a person sits before Copilot CLI. */
import { basename } from 'node:path';
import type { HookEvent } from '../agent.ts';

/** `-p` or `--prompt` make it answer once and leave. A process that is gone tells nothing. */
export function isHeadless(_event: HookEvent, processes: readonly (readonly string[])[]): boolean {
  const own = processes.find((words) => words.slice(0, 2).some((word) => /^copilot(\.[a-z]+)?$/.test(basename(word))));
  return own?.some((word) => /^(-p|--prompt)(=|$)/.test(word)) ?? false;
}
