/** What hooks and history told of a session, added up over its turns. */
import { loadAgent } from '../../agents/load-agent.ts';
import { readFacts } from '../../store/sqlite/fact-rows.ts';
import { readSpans } from '../../store/sqlite/read-spans.ts';
import { readTurns } from '../../store/sqlite/turn-rows.ts';
import type { CoverageRow } from '../api/session.ts';
import { toCoverage, type CoveredValue, type SeenCount, type SessionCoverage, type TurnCoverage } from '../coverage.ts';
import type { ReadDatabase } from '../open-reading.ts';
import type { SessionKey } from './read-session-tree.ts';

/** Of an agent that this version does not know: nothing can be said of what should be there. */
export async function readCoverage(reading: ReadDatabase, { agent: id, sessionId }: SessionKey): Promise<CoverageRow[]> {
  const agent = await loadAgent(id).catch(() => undefined);
  if (!agent) return [];
  return reading.snapshot(() => toCoverageRows(toCoverage({ agent, sessionId, facts: readFacts(reading, id, sessionId), turns: readTurns(reading, id, [sessionId]), spans: readSpans(reading, id, sessionId) })));
}

/** A row for each kind of hook, for the history, and for each number. */
export function toCoverageRows({ turns }: Pick<SessionCoverage, 'turns'>): CoverageRow[] {
  if (turns.length === 0) return [];
  const gaps = noteOf(turns.flatMap((turn) => turn.gaps.map((text) => ({ turn, text }))));
  const hook = (what: string, read: (turn: TurnCoverage) => SeenCount): CoverageRow => {
    const row = addSeen(what, turns.map(read));
    return row.expected !== undefined && row.seen < row.expected && gaps !== undefined ? { ...row, note: gaps } : row;
  };
  const value = (what: string, read: (turn: TurnCoverage) => CoveredValue): CoverageRow => {
    const note = noteOf(turns.flatMap((turn) => ({ turn, text: read(turn).why }) as { turn: TurnCoverage; text?: string }));
    return { what, seen: sum(turns, (turn) => read(turn).known), expected: sum(turns, (turn) => read(turn).of), ...(note === undefined ? {} : { note }) };
  };
  return [
    { what: 'turns that hooks told of', seen: turns.filter(({ isLive }) => isLive).length, expected: turns.length, ...(gaps === undefined ? {} : { note: gaps }) },
    hook('prompt hooks', ({ hooks }) => hooks.prompt),
    hook('hooks before calls', ({ hooks }) => hooks.toolStart),
    hook('hooks after calls', ({ hooks }) => hooks.toolEnd),
    hook('stop hooks', ({ hooks }) => hooks.stop),
    { what: 'turns in the history', seen: turns.filter(({ history }) => history.records).length, expected: turns.length },
    { what: 'ends in the history', seen: turns.filter(({ history }) => history.end).length, expected: turns.length },
    value('model', ({ model }) => model),
    value('tokens', ({ tokens }) => tokens),
    value('cost', ({ cost }) => cost),
    value('times', ({ times }) => times),
  ];
}

function sum(turns: readonly TurnCoverage[], read: (turn: TurnCoverage) => number): number {
  return turns.reduce((total, turn) => total + read(turn), 0);
}

/** How many there should be is told only where it is known of every turn. */
function addSeen(what: string, counts: readonly SeenCount[]): CoverageRow {
  const expected = counts.reduce<number | undefined>((total, count) => (total === undefined || count.expected === undefined ? undefined : total + count.expected), 0);
  return { what, seen: counts.reduce((total, { seen }) => total + seen, 0), ...(expected === undefined ? {} : { expected }) };
}

/** Each reason once, with the turns that it is of. */
function noteOf(reasons: readonly { turn: TurnCoverage; text?: string }[]): string | undefined {
  const byText = Map.groupBy(reasons.filter(({ text }) => text !== undefined), ({ text }) => text ?? '');
  if (byText.size === 0) return undefined;
  return [...byText].map(([text, of]) => `${text} (turn ${toList(of.map(({ turn }) => turn.turnIndex + 1))})`).join('; ');
}

/** Of many, the first few. */
function toList(numbers: readonly number[]): string {
  return numbers.length <= 5 ? numbers.join(', ') : `${numbers.slice(0, 5).join(', ')} and ${numbers.length - 5} more`;
}
