/** A hook's variables → the shell it ran in: parsed once for equal variables, for a session's hooks all carry the same. */
import type { Agent, HookEvent } from '../agents/agent.ts';
import { parseShell, type Shell } from '../config/shell-settings.ts';
import type { Problem } from '../core/problem.ts';
import { readProcessLine } from '../spool/process.ts';

export type ShellReader = (agent: Agent, event: HookEvent) => { value?: Shell; problems: Problem[] };

/** So many shells are remembered: more than one person works in at once. */
const MAX_SHELLS = 100;
/** An agent is its hook's parent, or a wrapper or two stand between. */
const MAX_ANCESTORS = 4;

/** A reader that tells each shell's problems once. */
export function createShellReader(): ShellReader {
  const known = new Map<string, Shell | undefined>();
  return (agent, event) => {
    const key = JSON.stringify([agent.id, event.env]);
    if (known.has(key)) return { value: known.get(key), problems: [] };
    const isHeadless = (): boolean => agent.isHeadless?.(event, readProcessLine(Number(event.env.PPID ?? 0), { sinceUnixNano: event.at.unixNano, max: MAX_ANCESTORS })) ?? false;
    const parsed = parseShell(event.env, { serviceName: agent.program, isHeadless });
    const [oldest] = known.keys();
    if (known.size >= MAX_SHELLS && oldest !== undefined) known.delete(oldest);
    known.set(key, parsed.value);
    return parsed;
  };
}
