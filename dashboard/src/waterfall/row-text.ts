/** What the tree column says of a row, and what a screen reader is told of it. */
import { formatDuration } from '../models/format.ts';
import { isEndless, KIND, OUTCOME, runMillis, waitMillis } from '../models/waterfall/span-tree.ts';
import { toNature } from '../models/waterfall/tool-nature.ts';
import type { Layout } from './layout.ts';

/** Icons of the sprite. */
export type IconName = 'turn' | 'subagent' | 'chat' | 'permission' | 'policy' | 'read' | 'search' | 'list' | 'edit' | 'write' | 'shell' | 'web' | 'agent' | 'skill' | 'plan' | 'ask' | 'mcp' | 'other';

export interface RowText {
  icon: IconName;
  /** Who or what: the tool, the model, the agent. */
  title: string;
  /** On what: the command, the file, the prompt. */
  summary: string;
}

/** Of a span whose end was never told. */
export const NO_END = 'end not told';

const OUTCOMES = Object.keys(OUTCOME) as (keyof typeof OUTCOME)[];

export function toRowText({ tree, answer }: Layout, row: number): RowText {
  const detail = tree.details[row];
  const name = tree.name[row] ?? '';
  const summary = detail?.summary ?? '';
  switch (tree.kind[row]) {
    case KIND.agent: {
      if ((tree.parent[row] ?? -1) >= 0) return { icon: 'subagent', title: name, summary };
      const turn = answer.turns[tree.turn[row] ?? -1];
      return { icon: 'turn', title: `Turn ${(turn?.index ?? tree.turn[row] ?? 0) + 1}`, summary: turn?.prompt ?? summary };
    }
    case KIND.chat:
      return { icon: 'chat', title: name, summary };
    case KIND.permission:
      return { icon: 'permission', title: tree.outcome[row] === OUTCOME.denied ? 'denied by a person' : 'waiting for a person', summary };
    case KIND.policy:
      return { icon: 'policy', title: 'policy', summary: summary || name };
    default:
      return { icon: toNature(name, detail?.mcpServer !== undefined), title: detail?.skill === undefined ? name : `${name} ${detail.skill}`, summary: detail?.skill === summary ? '' : summary };
  }
}

/** How it ended, in a word; of what went well none. */
export function toOutcomeWord({ tree }: Layout, row: number): string {
  if (isEndless(tree, row)) return NO_END;
  if (tree.open.includes(row)) return 'running';
  const outcome = OUTCOMES[tree.outcome[row] ?? OUTCOME.unknown] ?? 'unknown';
  return outcome === 'ok' ? '' : outcome === 'unknown' ? '' : outcome;
}

/** The times of a row for those who do not see its bar. */
export function toSpokenTime(layout: Layout, row: number): string {
  const wait = waitMillis(layout.tree, row);
  const run = runMillis(layout.tree, row);
  const time = run !== undefined ? formatDuration(run) : layout.tree.details[row]?.estimated && !isEndless(layout.tree, row) ? 'times estimated' : '';
  return [toOutcomeWord(layout, row), time, wait > 0 ? `${formatDuration(wait)} waiting for a person` : '', layout.serialGroups.has(row) ? 'could have been parallel' : ''].filter((part) => part !== '').join(', ');
}
