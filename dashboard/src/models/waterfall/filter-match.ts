/** Which rows a filter means, how many and how long they took. */
import type { Flag, Measure, NameField, Term } from './filter-language.ts';
import { KIND, OUTCOME, runMillis, waitMillis, type SpanTree } from './span-tree.ts';
import { toNature } from './tool-nature.ts';

export interface Matches {
  /** By row: 1 where it matches. */
  isMatch: Uint8Array;
  count: number;
  /** ms: run times of the matches as far as they are told, those inside another match left out. */
  totalMillis: number;
}

/** What a match needs besides the tree. */
export interface MatchContext {
  /** Prompt of the turn, by row in the answer's `turns`. */
  prompts?: readonly (string | undefined)[];
  /** Rows that could have been parallel. */
  serialRows?: ReadonlySet<number>;
  /** Per cent by row: `toContextFill`. */
  contextFill?: Float32Array;
}

type Test = (row: number) => boolean;

/** No terms: no filter, undefined. */
export function toMatches(tree: SpanTree, terms: readonly Term[], context: MatchContext = {}): Matches | undefined {
  if (terms.length === 0) return undefined;
  const tests = terms.map((term) => toTest(tree, term, context));
  const isMatch = new Uint8Array(tree.count);
  let [count, totalMillis, counted] = [0, 0, 0];
  for (let row = 0; row < tree.count; row++) {
    if (!tests.every((test) => test(row))) continue;
    isMatch[row] = 1;
    count++;
    if (row < counted) continue;
    totalMillis += runMillis(tree, row) ?? 0;
    counted = tree.end[row] ?? row;
  }
  return { isMatch, count, totalMillis };
}

/** The next matching row after (`step` 1) or before (-1) a row, going round at the ends; -1: none matches. */
export function nextMatch({ isMatch }: Matches, row: number, step: 1 | -1): number {
  const count = isMatch.length;
  const from = row < 0 && step === -1 ? count : row;
  for (let walked = 1; walked <= count; walked++) {
    const at = (((from + step * walked) % count) + count) % count;
    if (isMatch[at] === 1) return at;
  }
  return -1;
}

function toTest(tree: SpanTree, term: Term, context: MatchContext): Test {
  const test = term.type === 'flag' ? toFlagTest(tree, term.flag, context) : term.type === 'compare' ? toCompareTest(tree, term, context) : toNameTest(tree, term, context);
  return term.isNot ? (row) => !test(row) : test;
}

function toFlagTest(tree: SpanTree, flag: Flag, { serialRows }: MatchContext): Test {
  const open = new Set(tree.open);
  const tests: Readonly<Record<Flag, Test>> = {
    error: (row) => tree.outcome[row] === OUTCOME.error || tree.outcome[row] === OUTCOME.timeout,
    deny: (row) => tree.outcome[row] === OUTCOME.denied,
    cancelled: (row) => tree.outcome[row] === OUTCOME.cancelled,
    timeout: (row) => tree.outcome[row] === OUTCOME.timeout,
    open: (row) => open.has(row),
    wait: (row) => waitMillis(tree, row) > 0,
    compaction: (row) => tree.details[row]?.events?.some((event) => event.name === 'compaction') ?? false,
    serial: (row) => serialRows?.has(row) ?? false,
    estimated: (row) => tree.details[row]?.estimated ?? false,
    changed: (row) => tree.details[row]?.changed ?? false,
  };
  return tests[flag];
}

function toCompareTest(tree: SpanTree, { measure, operator, value }: { measure: Measure; operator: '>' | '<'; value: number }, { contextFill }: MatchContext): Test {
  const read = (row: number): number | undefined => {
    const detail = tree.details[row];
    if (measure === 'run') return runMillis(tree, row);
    if (measure === 'wait') return waitMillis(tree, row);
    if (measure === 'context') return (contextFill?.[row] ?? -1) < 0 ? undefined : contextFill?.[row];
    if (measure === 'cost') return detail?.cost?.usd ?? detail?.cost?.equivalentUsd;
    return detail?.tokens === undefined ? undefined : (detail.tokens.input ?? 0) + (detail.tokens.output ?? 0);
  };
  // A number that is not known is neither more nor less.
  return (row) => {
    const known = read(row);
    return known !== undefined && (operator === '>' ? known > value : known < value);
  };
}

function toNameTest(tree: SpanTree, { field, values }: { field: NameField; values: readonly string[] }, context: MatchContext): Test {
  const isAnyOf = toNameMatcher(values, field === 'model' || field === 'text');
  const tests: Readonly<Record<NameField, Test>> = {
    tool: (row) => tree.kind[row] === KIND.tool && (isAnyOf(tree.name[row]) || values.includes(natureOf(tree, row))),
    skill: (row) => isAnyOf(tree.details[row]?.skill),
    agent: (row) => isAnyOf(tree.name[tree.agentRow[row] ?? -1]),
    model: (row) => tree.kind[row] === KIND.chat && isAnyOf(tree.name[row]),
    mcp: (row) => isAnyOf(tree.details[row]?.mcpServer),
    shell: (row) => isAnyOf(tree.details[row]?.shellFamily),
    kind: (row) => isAnyOf(Object.keys(KIND)[tree.kind[row] ?? KIND.other]),
    text: (row) => isAnyOf(tree.name[row]) || isAnyOf(tree.details[row]?.summary) || isAnyOf(tree.details[row]?.errorType) || isAnyOf(tree.details[row]?.skill) || ((tree.parent[row] ?? -1) < 0 && isAnyOf(context.prompts?.[tree.turn[row] ?? -1])),
  };
  return tests[field];
}

/** `tool:shell` means Bash, run_shell_command and what else agents call it. */
function natureOf(tree: SpanTree, row: number): string {
  return toNature(tree.name[row] ?? '', tree.details[row]?.mcpServer !== undefined);
}

/** Whether a text is one of the values (`isPart`: has one in it), in any case of letters; `*` stands for anything. */
function toNameMatcher(values: readonly string[], isPart: boolean): (text: string | undefined) => boolean {
  const patterns = values.map((value) => {
    const body = value.split('*').map((piece) => piece.replace(/[\\^$.|?+()[\]{}]/g, '\\$&')).join('[^]*?');
    return new RegExp(isPart ? body : `^${body}$`, 'iu');
  });
  return (text) => text !== undefined && patterns.some((pattern) => pattern.test(text));
}
