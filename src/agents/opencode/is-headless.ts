/** Whether a person sits before OpenCode. */
import { basename } from 'node:path';
import type { HookEvent } from '../agent.ts';

/** `opencode run` answers once and leaves; `serve`, `web` and `acp` answer to a program. Words behind the command may be the person's prompt. */
export function isHeadless(_event: HookEvent, processes: readonly (readonly string[])[]): boolean {
  const own = processes.find((words) => words.slice(0, 2).some(isOpenCode));
  if (!own) return false;
  const command = own.slice(own.findIndex(isOpenCode) + 1).find((word) => !word.startsWith('-'));
  return command !== undefined && ['run', 'serve', 'acp', 'github'].includes(command);
}

function isOpenCode(word: string): boolean {
  return /^opencode(?:-[a-z0-9-]+)?(?:\.(?:exe|js))?$/.test(basename(word));
}
