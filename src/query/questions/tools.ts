/** The page of tools: every row counted over all calls that the filter leaves, and over the window before. */
import type { ToolRow, ToolsAnswer, ToolsQuery } from '../api/tools.ts';
import { toBuckets } from '../columns/buckets.ts';
import { countCalls, type CallCounts, type CallGroup } from '../columns/call-counts.ts';
import { toCallShapes } from '../columns/call-shapes.ts';
import type { Columns } from '../columns/columns.ts';
import { toDurationQuantile, toDurationSpread } from '../columns/duration-spread.ts';
import { select } from '../columns/select.ts';
import { toErrorRate } from '../columns/sums.ts';
import { toFilterBefore, toWindow } from '../columns/window.ts';
import type { ColumnsContext } from '../question.ts';

/** Rows with the most calls first. Calls without what they are grouped by (a server, a command) are in no row. */
export function answerTools(query: ToolsQuery, { columns, nowMillis }: ColumnsContext): Omit<ToolsAnswer, 'queryMillis'> {
  const { by = 'tool' } = query;
  const { turns } = select(columns, query);
  const { from, to } = toWindow(columns, query, nowMillis);
  const buckets = toBuckets(from, to);
  const counts = countCalls(columns, { turns, by, buckets });
  const before = toFilterBefore(query, nowMillis);
  const earlier = before && countCalls(columns, { turns: select(columns, before).turns, by });
  const rows = counts.groups.map((group) => toRow(columns, group, { starts: buckets.starts, before: earlier?.byWord.get(group.word) }));
  return { rows: rows.sort((a, b) => b.calls - a.calls || (a.name < b.name ? -1 : 1)), ...toTotals(columns, turns, counts) };
}

function toRow({ words }: Columns, group: CallGroup, { starts, before }: { starts: number[]; before: CallGroup | undefined }): ToolRow {
  const { calls, sessions, turns, errors, succeeded, denied, cancelled } = group;
  const errorRate = toErrorRate(succeeded, errors);
  const run = toDurationSpread(group.runs);
  const rateBefore = before && toErrorRate(before.succeeded, before.errors);
  return {
    name: words.wordOf(group.word) ?? '',
    calls,
    sessions,
    callsPerSession: calls / sessions,
    callsPerTurn: calls / turns,
    errors,
    ...(errorRate === undefined ? {} : { errorRate }),
    denied,
    cancelled,
    run,
    wait: toDurationSpread(group.waits),
    trend: { starts, values: group.trend },
    change: {
      ...withChange('calls', before?.calls, calls),
      ...withChange('p95', before && toDurationQuantile(before.runs, 0.95), run.p95),
      ...withChange('errorRate', rateBefore, errorRate),
    },
  };
}

function withChange<K extends string>(name: K, before: number | undefined, now: number | undefined): { [N in K]?: number } {
  return before === undefined || before === 0 || now === undefined ? {} : ({ [name]: now / before - 1 } as { [N in K]?: number });
}

function toTotals(columns: Columns, turns: Uint8Array, { all }: CallCounts): Omit<ToolsAnswer, 'queryMillis' | 'rows'> {
  const shapes = toCallShapes(columns, turns);
  const errorRate = toErrorRate(all.succeeded, all.errors);
  const totals = { calls: all.calls, sessions: shapes.sessions, turns: shapes.turns, errors: all.errors, ...(errorRate === undefined ? {} : { errorRate }), denied: all.denied };
  return { totals, sessionDuration: shapes.sessionDuration, callsPerSession: shapes.callsPerSession, callsPerTurn: shapes.callsPerTurn };
}
