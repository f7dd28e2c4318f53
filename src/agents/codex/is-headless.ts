/** Whether a person sits before Codex. */
import { basename } from 'node:path';
import type { HookEvent } from '../agent.ts';

/** `codex exec` says so itself. Options may stand before the command; words behind it may be the person's prompt. */
export function isHeadless(_event: HookEvent, processes: readonly (readonly string[])[]): boolean {
  const own = processes.find((words) => words.slice(0, 2).some(isCodex));
  if (!own) return false;
  const words = own.slice(own.findIndex(isCodex) + 1);
  const command = words.find((word, index) => !word.startsWith('-') && !isValue(words[index - 1]));
  return command === 'exec' || command === 'e';
}

function isCodex(word: string): boolean {
  return /^codex(?:-[a-z0-9_-]+)?(?:\.(?:exe|js))?$/.test(basename(word));
}

/** Whether an option's value follows it as a word of its own. */
function isValue(option: string | undefined): boolean {
  return option !== undefined && /^(?:-[cmpsaCi]|--(?:config|model|profile|sandbox|ask-for-approval|cd|image|local-provider|enable|disable|add-dir|remote))$/.test(option);
}
