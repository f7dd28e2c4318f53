/** Whether a person sits before Claude Code. */
import { basename } from 'node:path';
import type { HookEvent } from '../agent.ts';

/**
 * It tells its hooks by which door it was entered: `sdk-cli` is `claude -p`, `sdk-ts` and `sdk-py` are programs. Older versions are known
 * by their flag.
 */
export function isHeadless({ env }: HookEvent, processes: readonly (readonly string[])[]): boolean {
  const door = env.CLAUDE_CODE_ENTRYPOINT;
  if (door) return door.startsWith('sdk-');
  for (const words of processes) {
    const at = words.slice(0, 3).findIndex((word) => /^claude(\.[a-z]+)?$/.test(basename(word)) || /claude-code[/\\]cli\.m?js$/.test(word));
    if (at !== -1) return words.slice(at + 1).some((word) => word === '-p' || word === '--print');
  }
  return false;
}
