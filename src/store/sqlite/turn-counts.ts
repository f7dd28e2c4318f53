/** What a turn's row counts of its spans, made of spans at hand: the same as SQL makes of those that are stored (`turn-rows.ts`). Pure. */
import { toJson } from '../../core/json.ts';
import type { Span } from '../../core/span.ts';
import type { SqlValue } from '../database.ts';
import type { PackedTurn, StoredTurn } from '../store.ts';
import { toColumnNano } from './span-row.ts';

export const COUNT_COLUMNS = ['last_unix_nano', 'tool_calls', 'model_calls', 'errors', 'denied', 'pending', 'credits', 'cost_usd', 'equivalent_usd', 'premium_requests', 'unpriced'] as const;

/** In the order of `COUNT_COLUMNS`. `spans`: all of the turn, each once. */
export function toTurnCounts(turn: StoredTurn, spans: readonly Span[]): PackedTurn['counts'] {
  const count = (is: (span: Span) => boolean): number => spans.reduce((sum, span) => sum + Number(is(span)), 0);
  const root = spans.find(({ spanId }) => spanId === turn.rootSpanId)?.values;
  const ends = spans.map(({ startUnixNano, endUnixNano }) => endUnixNano ?? startUnixNano);
  const told = spans.flatMap(({ kind, values: { turnCredits } }) => (kind === 'agent' && turnCredits !== undefined ? [turnCredits] : []));
  return [
    toColumnNano(ends.length > 0 ? ends.reduce((a, b) => (a > b ? a : b)) : turn.startUnixNano),
    count(({ kind }) => kind === 'tool'),
    count(({ kind }) => kind === 'chat'),
    count(({ kind, outcome }) => kind === 'tool' && (outcome === 'error' || outcome === 'timeout')),
    count(({ kind, outcome }) => kind === 'tool' && outcome === 'denied'),
    count(({ endUnixNano }) => endUnixNano === undefined),
    sum(spans.flatMap(({ values: { credits } }) => credits ?? [])) ?? (told.length > 0 ? Math.max(...told) : null),
    root?.turnCost?.usd ?? null,
    root?.turnCost?.equivalentUsd ?? null,
    root?.turnPremiumRequests ?? null,
    root?.turnCost?.unpriced === undefined ? null : toJson(root.turnCost.unpriced),
  ] satisfies SqlValue[] as PackedTurn['counts'];
}

/** With the error carried along (Neumaier), as SQLite's sum() does; undefined over nothing. https://sqlite.org/lang_aggfunc.html#sumunc */
function sum(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  let [total, error] = [0, 0];
  for (const value of values) {
    const next = total + value;
    error += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + error;
}
