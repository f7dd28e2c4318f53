/** What an edit changes, line by line, for the person who is asked. Pure. */
import type { FileEdit } from '../agents/agent.ts';

export interface DiffLine {
  /** As in a unified diff: with its sign in front. Control characters are made visible: the file may be anybody's. */
  text: string;
  role: 'file' | 'place' | 'same' | 'added' | 'removed';
}

type Change = { role: 'same' | 'added' | 'removed'; line: string; before: number; after: number };

/** Lines around a change that show where it is. */
const CONTEXT_LINES = 3;
/** Above this many cells the middle of two files is shown as replaced: comparing it would take longer than reading it. */
const CELL_LIMIT = 4_000_000;

/** An edit as the lines of a unified diff; none when it changes nothing. */
export function toDiff({ path, before, after }: FileEdit): DiffLine[] {
  if (before && after && before.equals(after)) return [];
  const changes = compareLines(toLines(before), toLines(after));
  return [
    { text: `--- ${before ? path : '/dev/null'}`, role: 'file' },
    { text: `+++ ${after ? path : '/dev/null'}`, role: 'file' },
    ...toHunks(changes).flatMap((hunk) => [toPlace(hunk), ...hunk.map(toDiffLine)]),
  ];
}

/** Lines with their ends: a changed line end is a changed line. */
function toLines(bytes: Buffer | undefined): string[] {
  return bytes?.toString('utf8').match(/[^\n]*\n|[^\n]+/g) ?? [];
}

function compareLines(before: string[], after: string[]): Change[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const same = (line: string, index: number, other: number): Change => ({ role: 'same', line, before: index, after: other });
  return [
    ...before.slice(0, head).map((line, index) => same(line, index, index)),
    ...compareMiddles(before.slice(head, before.length - tail), after.slice(head, after.length - tail), head),
    ...before.slice(before.length - tail).map((line, index) => same(line, before.length - tail + index, after.length - tail + index)),
  ];
}

/** The longest common subsequence of two runs of lines that stand at the same place. */
function compareMiddles(before: string[], after: string[], offset: number): Change[] {
  const width = after.length + 1;
  const isSmall = (before.length + 1) * width <= CELL_LIMIT;
  const lengths = new Uint32Array(isSmall ? (before.length + 1) * width : 0);
  const lengthAt = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; isSmall && i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * width + j] = before[i] === after[j] ? lengthAt(i + 1, j + 1) + 1 : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
    }
  }
  const changes: Change[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length; ) {
    const isGoing = i < before.length && (j >= after.length || !isSmall || lengthAt(i + 1, j) >= lengthAt(i, j + 1));
    const role = isSmall && i < before.length && before[i] === after[j] ? 'same' : isGoing ? 'removed' : 'added';
    changes.push({ role, line: (role === 'added' ? after[j] : before[i]) ?? '', before: offset + i, after: offset + j });
    if (role !== 'added') i++;
    if (role !== 'removed') j++;
  }
  return changes;
}

/** Changes with their surroundings; what lies far from any change is left out. */
function toHunks(changes: Change[]): Change[][] {
  const hunks: Change[][] = [];
  let end = 0;
  for (const [index, { role }] of changes.entries()) {
    if (role === 'same') continue;
    const start = Math.max(end, index - CONTEXT_LINES);
    const stop = Math.min(changes.length, index + CONTEXT_LINES + 1);
    if (start === end && hunks.length > 0) for (const change of changes.slice(start, stop)) hunks.at(-1)?.push(change);
    else hunks.push(changes.slice(start, stop));
    end = Math.max(end, stop);
  }
  return hunks;
}

function toPlace(hunk: Change[]): DiffLine {
  const [first] = hunk;
  const count = (other: 'added' | 'removed'): number => hunk.filter(({ role }) => role !== other).length;
  const range = (start: number, lines: number): string => `${lines === 0 ? start : start + 1}${lines === 1 ? '' : `,${lines}`}`;
  return { text: `@@ -${range(first?.before ?? 0, count('added'))} +${range(first?.after ?? 0, count('removed'))} @@`, role: 'place' };
}

const SIGNS = { same: ' ', added: '+', removed: '-' } as const;

function toDiffLine({ role, line }: Change): DiffLine {
  const text = line.replace(/\r?\n$/, '').replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return { text: `${SIGNS[role]}${text}${line.endsWith('\n') ? '' : '\n\\ No newline at end of file'}`, role };
}
