/** Calls that ran one after the other and need not have. An estimate, and a careful one: only reading, only of one sort, nothing between. */
import { childRows, KIND, OUTCOME, runMillis, type SpanTree } from './span-tree.ts';
import { isReadOnly, toNature, type ToolNature } from './tool-nature.ts';

export interface SerialGroup {
  /** Rows of the calls, in their order. */
  rows: number[];
  /** one-answer: the model asked for them at once, they were run one by one · adjacent-answers: it asked for one at a time. */
  kind: 'one-answer' | 'adjacent-answers';
  /** ms, estimated: what the calls took together, less the longest. */
  savedMillis: number;
  /** Requests to the model that would not have been needed. */
  savedRequests: number;
  /** ms, estimated from above: with the time of those requests. */
  savedUpToMillis: number;
}

/** What is not worth a word. */
const LEAST_SAVING_MILLIS = 1000;
/** Clocks of hooks differ by so much. */
const OVERLAP_MILLIS = 2;

interface Answer {
  chat: number;
  calls: number[];
}

/**
 * Groups by row of their first call. A search and a read are never one group: what is read is often what the search found. Neither is a call
 * that failed, waited for a person, or whose tool may write; such a call ends a group.
 */
export function findSerialGroups(tree: SpanTree): SerialGroup[] {
  const groups: SerialGroup[] = [];
  for (let row = 0; row < tree.count; row++) {
    if (tree.kind[row] !== KIND.agent) continue;
    const answers = toAnswers(tree, row);
    for (const answer of answers) if (answer.calls.length > 1) groups.push(...toOneAnswerGroup(tree, answer));
    groups.push(...toAdjacentGroups(tree, answers));
  }
  return groups.filter((group) => group.savedUpToMillis >= LEAST_SAVING_MILLIS).sort((a, b) => (a.rows[0] ?? 0) - (b.rows[0] ?? 0));
}

function toAnswers(tree: SpanTree, agent: number): Answer[] {
  const answers: Answer[] = [];
  for (const child of childRows(tree, agent)) {
    if (tree.kind[child] === KIND.chat) answers.push({ chat: child, calls: [] });
    else if (tree.kind[child] === KIND.tool) answers.at(-1)?.calls.push(child);
  }
  return answers;
}

function toOneAnswerGroup(tree: SpanTree, { calls }: Answer): SerialGroup[] {
  const isSerial = calls.every((call, at) => readNature(tree, call) !== undefined && (at === 0 || isAfter(tree, call, calls[at - 1] ?? call)));
  return isSerial ? [toGroup(tree, calls, { kind: 'one-answer', chats: [] })] : [];
}

function toAdjacentGroups(tree: SpanTree, answers: readonly Answer[]): SerialGroup[] {
  const groups: SerialGroup[] = [];
  let calls: number[] = [];
  let chats: number[] = [];
  const close = (): void => {
    if (calls.length > 1) groups.push(toGroup(tree, calls, { kind: 'adjacent-answers', chats }));
    [calls, chats] = [[], []];
  };
  for (const answer of answers) {
    const call = answer.calls.length === 1 ? answer.calls[0] : undefined;
    const nature = call === undefined ? undefined : readNature(tree, call);
    const before = calls.at(-1);
    const goesOn = call !== undefined && before !== undefined && nature !== undefined && nature === readNature(tree, before) && isAfter(tree, call, before);
    if (!goesOn) close();
    if (call === undefined || nature === undefined) continue;
    if (goesOn) chats.push(answer.chat);
    calls.push(call);
  }
  close();
  return groups;
}

/** read, search or list, where the call did nothing but that. */
function readNature(tree: SpanTree, row: number): ToolNature | undefined {
  const detail = tree.details[row];
  const nature = toNature(tree.name[row] ?? '', detail?.mcpServer !== undefined);
  const isPlain = tree.outcome[row] === OUTCOME.ok && detail?.skill === undefined && (detail?.waits?.length ?? 0) === 0 && tree.end[row] === row + 1 && !detail?.estimated;
  return isPlain && isReadOnly(nature) ? nature : undefined;
}

function isAfter(tree: SpanTree, row: number, before: number): boolean {
  return (tree.start[row] ?? 0) >= (tree.finish[before] ?? 0) - OVERLAP_MILLIS;
}

function toGroup(tree: SpanTree, rows: number[], { kind, chats }: { kind: SerialGroup['kind']; chats: readonly number[] }): SerialGroup {
  const runs = rows.map((row) => runMillis(tree, row) ?? 0);
  const savedMillis = runs.reduce((sum, run) => sum + run, 0) - Math.max(...runs);
  const requests = chats.reduce((sum, chat) => sum + (runMillis(tree, chat) ?? 0), 0);
  return { rows, kind, savedMillis, savedRequests: chats.length, savedUpToMillis: savedMillis + requests };
}
