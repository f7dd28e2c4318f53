/** Whether a person sits before pi. */
import { basename } from 'node:path';
import type { HookEvent } from '../agent.ts';

/** `-p` makes it answer once and leave; with `--mode json` or `rpc` a program talks to it. */
export function isHeadless(_event: HookEvent, processes: readonly (readonly string[])[]): boolean {
  const own = processes.find((words) => words.slice(0, 2).some((word) => /^pi(?:\.(?:exe|js))?$/.test(basename(word)) || /pi-coding-agent[/\\]dist[/\\]/.test(word)));
  if (!own) return false;
  const mode = own.find((word, index) => word.startsWith('--mode=') || own[index - 1] === '--mode')?.replace('--mode=', '');
  return mode === 'json' || mode === 'rpc' || own.some((word) => word === '-p' || word === '--print');
}
