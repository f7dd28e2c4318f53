/** The same questions answered by reading every span with plain SQL: slow, simple, and what the columns are held against. */
import { isProbe } from '#spoor/core/probe.ts';
import { fromJson } from '#spoor/core/json.ts';
import type { Span } from '#spoor/core/span.ts';
import { nanoToMillis } from '#spoor/core/time.ts';
import type { Filter } from '#spoor/query/api/figures.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';

export interface PlainTurn {
  id: number;
  session: number;
  top: number;
  agent: string;
  sessionId: string;
  project?: string;
  branch?: string;
  start: number;
  /** Active; absent: not told. */
  millis?: number;
  toolCalls: number;
  denied: number;
  credits: number | null;
  usd: number | null;
  premium: number | null;
  spans: PlainSpan[];
}

export interface PlainSpan {
  spanId: string;
  kind: string;
  start: number;
  /** Absent: open, or only estimated. Without its waits, else the agent's own measure. */
  run?: number;
  wait: number;
  outcome: string;
  tool?: string;
  model?: string;
  values: Span['values'];
}

const TURNS = `SELECT turn.*, session.agent, top.id AS top, top.session_id AS top_session_id, top.cwd, root.data AS root_data FROM turn JOIN session ON session.id = turn.session
  JOIN session AS top ON top.id = session.root LEFT JOIN span AS root ON root.span_id = turn.root_span_id ORDER BY turn.start_unix_nano, turn.id`;

/** All turns with all their spans. */
export function readPlainTurns({ database }: SqliteStore): PlainTurn[] {
  const projects = new Map<number, string>();
  const branches = new Map<number, string>();
  const rows = database.sqlBig(TURNS).all().filter((row) => !isProbe(String(row.top_session_id)));
  for (const row of rows) {
    const { repository } = fromJson<{ values: Span['values'] }>(String(row.root_data ?? '{"values":{}}')).values;
    if (row.top !== row.session) continue;
    const label = repository?.name ?? repository?.url?.split('/').slice(3).join('/');
    if (label) projects.set(Number(row.top), label);
    if (repository?.branch) branches.set(Number(row.top), repository.branch);
  }
  return rows.map((row): PlainTurn => {
    const own = fromJson<{ values: Span['values'] }>(String(row.root_data ?? '{"values":{}}')).values.repository?.branch;
    const top = Number(row.top);
    const project = projects.get(top) ?? (row.cwd === null ? undefined : String(row.cwd).split('/').findLast((part) => part !== ''));
    const branch = own ?? branches.get(top);
    const root = row.root_data === null ? undefined : fromJson<Pick<Span, 'values' | 'provenance'>>(String(row.root_data));
    const active = row.end_unix_nano === null || !root ? undefined : (root.values.ownDurationNano ?? (root.provenance.times === 'estimated' ? undefined : (row.end_unix_nano as bigint) - (row.start_unix_nano as bigint)));
    return {
      id: Number(row.id), session: Number(row.session), top, agent: String(row.agent), sessionId: String(row.top_session_id), start: nanoToMillis(row.start_unix_nano as bigint),
      ...(project === undefined ? {} : { project }), ...(branch === undefined ? {} : { branch }),
      ...(active === undefined ? {} : { millis: nanoToMillis(active) }),
      toolCalls: Number(row.tool_calls), denied: Number(row.denied),
      credits: row.credits as number | null, usd: row.cost_usd as number | null, premium: row.premium_requests as number | null,
      spans: readPlainSpans(database, Number(row.id)),
    };
  });
}

function readPlainSpans(database: SqliteStore['database'], turn: number): PlainSpan[] {
  const rows = database.sqlBig(`SELECT span.*, (SELECT sum(min(wait.end_unix_nano, span.end_unix_nano) - max(wait.start_unix_nano, span.start_unix_nano)) FROM span AS wait
    WHERE wait.parent_span_id = span.span_id AND wait.kind = 'permission' AND wait.end_unix_nano IS NOT NULL AND json_extract(wait.data, '$.provenance.times') <> 'estimated') AS wait_nano FROM span WHERE turn = ?`).all(turn);
  return rows.map((row) => {
    const { values, provenance } = fromJson<Pick<Span, 'values' | 'provenance'>>(String(row.data));
    const wait = row.wait_nano === null ? 0 : nanoToMillis(row.wait_nano as bigint);
    const isOpen = row.end_unix_nano === null;
    const measured = isOpen || values.ownDurationNano === undefined ? undefined : nanoToMillis(values.ownDurationNano);
    const run = measured ?? (isOpen || provenance.times === 'estimated' ? undefined : nanoToMillis((row.end_unix_nano as bigint) - (row.start_unix_nano as bigint)) - wait);
    const model = values.responseModel ?? values.requestModel;
    return {
      spanId: String(row.span_id), kind: String(row.kind), start: nanoToMillis(row.start_unix_nano as bigint), wait, outcome: String(row.outcome), values,
      ...(run === undefined ? {} : { run }),
      ...(values.toolName === undefined ? {} : { tool: values.toolName }), ...(model === undefined ? {} : { model }),
    };
  });
}

/** What a filter leaves, said as plainly as it can be. */
export function filterTurns(turns: readonly PlainTurn[], filter: Filter): PlainTurn[] {
  const topsWith = (matches: (span: PlainSpan) => boolean): Set<number> => new Set(turns.filter(({ spans }) => spans.some(matches)).map(({ top }) => top));
  const callers = filter.tool && topsWith(({ kind, tool }) => kind === 'tool' && filter.tool?.includes(tool ?? '') === true);
  const loaders = filter.skill && topsWith(({ kind, values, outcome }) => kind === 'tool' && outcome !== 'denied' && filter.skill?.includes(values.skillName ?? '') === true);
  return turns.filter((turn) => {
    const asked = turn.spans.filter(({ kind, model }) => kind === 'chat' && model !== undefined);
    const models = (asked.length > 0 ? asked : turn.spans.filter(({ kind }) => kind === 'agent')).map(({ model }) => model ?? '');
    return turn.start >= (filter.fromMillis ?? -Infinity) && turn.start < (filter.toMillis ?? Infinity) && (!filter.agent || filter.agent.includes(turn.agent))
      && (!filter.project || filter.project.includes(turn.project ?? '')) && (!filter.branch || filter.branch.includes(turn.branch ?? ''))
      && (!filter.model || models.some((model) => filter.model?.includes(model))) && (!callers || callers.has(turn.top)) && (!loaders || loaders.has(turn.top));
  });
}

/** As numpy's default: linear between neighbours, over a sorted copy. */
export function plainQuantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low === undefined || high === undefined ? undefined : low + (high - low) * (place - Math.floor(place));
}
