/** Whether a person sits before Gemini CLI. */
import type { HookEvent } from '../agent.ts';
import { findProgramWords } from '../program-words.ts';

/** `-p` or `--prompt` make it answer once and leave. It starts itself again with options for Node.js. A process that is gone tells nothing. */
export function isHeadless(_event: HookEvent, processes: readonly (readonly string[])[]): boolean {
  const own = findProgramWords(processes, /^gemini(\.[a-z]+)?$/);
  return own?.some((word) => /^(-p|--prompt)(=|$)/.test(word)) ?? false;
}
