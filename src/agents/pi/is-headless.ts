/** Whether a person sits before pi. */
import { basename } from 'node:path';
import type { HookEvent } from '../agent.ts';
import { parseHookPayload } from '../hook-payload.ts';
import { asList, asRecord, asText } from '../untrusted.ts';

/**
 * `-p` makes it answer once and leave; with `--mode json` or `rpc` a program talks to it. The extension tells its mode, for pi writes its name
 * over the words that it was started with; before 0.78.1 they are all there is.
 */
export function isHeadless(event: HookEvent, processes: readonly (readonly string[])[]): boolean {
  const told = asList(parseHookPayload(event, [])?.events).map((one) => asText(asRecord(one)?.mode)).find((mode) => mode !== undefined);
  if (told !== undefined) return told !== 'tui';
  const own = processes.find((words) => words.slice(0, 2).some((word) => /^pi(?:\.(?:exe|js))?$/.test(basename(word)) || /pi-coding-agent[/\\]dist[/\\]/.test(word)));
  if (!own) return false;
  const mode = own.find((word, index) => word.startsWith('--mode=') || own[index - 1] === '--mode')?.replace('--mode=', '');
  return mode === 'json' || mode === 'rpc' || own.some((word) => word === '-p' || word === '--print');
}
