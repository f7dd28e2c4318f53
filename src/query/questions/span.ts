/** `GET /api/spans/:id`, one whole text of it, and spans as OTLP. */
import type { Span } from '../../core/span.ts';
import type { Wait } from '../../core/run-time.ts';
import { latestOf } from '../../core/time.ts';
import { toOtlpJson } from '../../otlp/to-json.ts';
import { toTraceBatch, type RenderItem } from '../../otlp/to-trace-batch.ts';
import { genAi } from '../../semconv/gen-ai.ts';
import { readSpan, readSpans } from '../../store/sqlite/read-spans.ts';
import type { Timed } from '../api/figures.ts';
import type { ContentAnswer, ContentQuery, OtlpAnswer, OtlpQuery, SpanAnswer } from '../api/session.ts';
import type { ReadDatabase } from '../open-reading.ts';
import { QueryError } from '../query-error.ts';
import type { ReaderContext } from '../question.ts';
import { createContexts } from '../reader/create-contexts.ts';
import { toSpanAnswer } from '../reader/to-span-answer.ts';

/** Throws QueryError where there is no such span. */
export function answerSpan({ spanId }: { spanId: string }, context: ReaderContext): Omit<SpanAnswer, keyof Timed> {
  const store = context.open('database');
  return store.snapshot(() => {
    const span = findSpan(store, spanId);
    return toSpanAnswer(span, { context: createContexts(store)(span), waits: readWaits(store, spanId) });
  });
}

const WAITS = `SELECT start_unix_nano, end_unix_nano FROM span WHERE turn = (SELECT turn FROM span WHERE span_id = ?) AND parent_span_id = ? AND kind = 'permission' AND end_unix_nano IS NOT NULL
  AND coalesce(json_extract(data, '$.provenance.times'), '') <> 'estimated'`;

/** What is told of waiting for a person inside a call. */
function readWaits(store: ReadDatabase, spanId: string): Wait[] {
  return store.sqlBig(WAITS).all(spanId, spanId).map((row) => ({ fromNano: row.start_unix_nano as bigint, toNano: row.end_unix_nano as bigint }));
}

/** Throws QueryError where there is no such span, or no such text of it. */
export function answerContent({ spanId, kind }: ContentQuery, context: ReaderContext): Omit<ContentAnswer, keyof Timed> {
  const { content } = findSpan(context.open('database'), spanId);
  const text = Object.entries(content).find(([name]) => name === kind)?.[1];
  if (text === undefined) throw new QueryError('not-found', `The span ${spanId} has no ${kind}.`);
  return { text };
}

/** One request, in the gen-ai dialect, one trace a turn, with all content: a person asks for it. What is open ends at the latest moment known of its trace. */
export function answerOtlp(query: OtlpQuery, context: ReaderContext): Omit<OtlpAnswer, keyof Timed> {
  const store = context.open('database');
  return store.snapshot(() => {
    const spans = 'spanId' in query ? [findSpan(store, query.spanId)] : readSpans(store, query.agent, query.sessionId);
    if (spans.length === 0 && 'agent' in query) throw new QueryError('not-found', `There is no session ${query.sessionId} of ${query.agent}. It was deleted, or never stored.`);
    const contextOf = createContexts(store);
    const traces = Map.groupBy(spans, ({ traceId }) => traceId);
    const batches = [...traces.values()].map((trace) => toTraceBatch(trace.map((span): RenderItem => ({ span, context: contextOf(span) })), genAi, lastKnown(trace)));
    return { otlp: toOtlpJson({ resourceSpans: batches.flatMap(({ resourceSpans }) => resourceSpans) }) };
  });
}

function lastKnown(spans: readonly Span[]): bigint | undefined {
  return latestOf(spans.flatMap(({ startUnixNano, endUnixNano, events }) => [startUnixNano, endUnixNano, ...events.map(({ unixNano }) => unixNano)]));
}

function findSpan(store: ReadDatabase, spanId: string): NonNullable<ReturnType<typeof readSpan>> {
  const span = readSpan(store, spanId);
  if (!span) throw new QueryError('not-found', `There is no span ${spanId}. It was deleted, or let go of, or never stored.`);
  return span;
}
