/** Whether a person sits before OpenCode. */
import { basename } from 'node:path';
import type { HookEvent } from '../agent.ts';
import { parseHookPayload } from '../hook-payload.ts';
import { asList, asRecord } from '../untrusted.ts';

/**
 * `opencode run` answers once and leaves; `serve`, `web` and `acp` answer to a program. The plugin tells, for its process may be over before
 * anybody looks. An older plugin does not: then the words do; those behind the command may be the person's prompt.
 */
export function isHeadless(event: HookEvent, processes: readonly (readonly string[])[]): boolean {
  const told = asList(parseHookPayload(event, [])?.events).map((one) => asRecord(one)?.isHeadless).find((value) => typeof value === 'boolean');
  if (told !== undefined) return told;
  const own = processes.find((words) => words.slice(0, 2).some(isOpenCode));
  if (!own) return false;
  const command = own.slice(own.findIndex(isOpenCode) + 1).find((word) => !word.startsWith('-'));
  return command !== undefined && ['run', 'serve', 'acp', 'github'].includes(command);
}

function isOpenCode(word: string): boolean {
  return /^opencode(?:-[a-z0-9-]+)?(?:\.(?:exe|js))?$/.test(basename(word));
}
