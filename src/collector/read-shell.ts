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

/** The shim puts it behind each word, where the system tells words apart. */
const WORD_END = '\u0001';

/** A reader that tells each shell's problems once. */
export function createShellReader(): ShellReader {
  const known = new Map<string, Shell | undefined>();
  return (agent, event) => {
    const key = JSON.stringify([agent.id, event.env]);
    if (known.has(key)) return { value: known.get(key), problems: [] };
    const isHeadless = (): boolean => agent.isHeadless?.(event, readProcesses(event)) ?? false;
    const parsed = parseShell(event.env, { serviceName: agent.program, isHeadless });
    const [oldest] = known.keys();
    if (known.size >= MAX_SHELLS && oldest !== undefined) known.delete(oldest);
    known.set(key, parsed.value);
    return parsed;
  };
}

/** The agent's process and those above it. The words that its hook noted come first: of one that is leaving, the system tells no more. */
function readProcesses({ env, at }: HookEvent): readonly (readonly string[])[] {
  const living = readProcessLine(Number(env.PPID ?? 0), { sinceUnixNano: at.unixNano, max: MAX_ANCESTORS });
  const noted = env.SPOOR_HOOK_PARENT;
  if (!noted) return living;
  return [noted.split(noted.includes(WORD_END) ? WORD_END : /\s+/).filter((word) => word !== ''), ...living];
}
