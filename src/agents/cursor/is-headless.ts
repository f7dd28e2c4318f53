/** Whether a person sits before Cursor. */
import { basename } from 'node:path';
import type { HookEvent } from '../agent.ts';

/** `-p` or `--print` make `cursor-agent` (also called `agent`) answer once and leave. A process that is gone tells nothing. */
export function isHeadless(_event: HookEvent, processes: readonly (readonly string[])[]): boolean {
  const own = processes.find((words) => words.slice(0, 3).some((word) => /^(?:cursor-agent|agent)(?:\.[a-z]+)?$/.test(basename(word)) || /[\\/]cursor-agent[\\/]/.test(word)));
  return own?.some((word) => /^(?:-p|--print)(?:=|$)/.test(word)) ?? false;
}
