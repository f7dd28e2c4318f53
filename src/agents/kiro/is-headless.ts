/** Whether a person sits before Kiro. */
import { basename } from 'node:path';
import type { HookEvent } from '../agent.ts';

/**
 * `kiro-cli chat --no-interactive` says so itself. Of a process that is gone nothing is known but which engine wrote the payload: only
 * V1, which runs all headless chats of Kiro 2, tells no session id. Words behind the flags may be the person's prompt: none of them
 * is looked at but this flag.
 */
export function isHeadless({ payload }: HookEvent, processes: readonly (readonly string[])[]): boolean {
  const own = processes.find((words) => words.slice(0, 2).some((word) => /^(kiro|q)(-cli|chat)?(-chat|-term)?(\.[a-z]+)?$/.test(basename(word))));
  if (own) return own.includes('--no-interactive');
  return processes.length === 0 && !/"session_?id"\s*:/i.test(payload);
}
