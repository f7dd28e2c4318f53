/** The one line that says what a tool call was about: wherever calls are listed or drawn. Pure. */
import type { SpanValues } from './span.ts';

/** What of a call its line is made of. */
export type CallParts = Pick<SpanValues, 'shellCommand' | 'files' | 'skillName' | 'skillPath' | 'toolPurpose'>;

/** The command that ran, or the file that was touched; undefined where it is neither. Foreign text: not yet safe to print. */
export function toCallTarget({ shellCommand, files, skillName, skillPath }: CallParts): string | undefined {
  if (shellCommand !== undefined) return shellCommand;
  const [first, ...others] = files ?? [];
  if (first) return others.length > 0 ? `${first.path} +${others.length}` : first.path;
  return skillName === undefined ? undefined : skillPath;
}

/** Arguments that say what a call looks for or asks, in any agent; the most telling first. */
const ASKING = ['query', 'pattern', 'url', 'description', 'prompt', 'task', 'title', 'name'] as const;

/** The call's target, else what its arguments ask for, else why the model said it calls. `toolArguments`: JSON text, as it is stored. */
export function toCallSummary(parts: CallParts, toolArguments?: string): string | undefined {
  return toCallTarget(parts) ?? toAsked(toolArguments) ?? parts.toolPurpose;
}

function toAsked(toolArguments: string | undefined): string | undefined {
  if (toolArguments === undefined || !toolArguments.startsWith('{')) return undefined;
  try {
    const given = JSON.parse(toolArguments) as Record<string, unknown>;
    const asked = ASKING.map((name) => given[name]).find((value) => typeof value === 'string' && value !== '');
    return asked as string | undefined;
  } catch {
    // Foreign text that only begins like JSON.
    return undefined;
  }
}
