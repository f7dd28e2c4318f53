/** Outbox rows → spans with what they are rendered with. */
import { toPermissionSpanId } from '../../core/ids.ts';
import type { ShellSettings } from '../../core/shell.ts';
import type { Span, SpanLink } from '../../core/span.ts';
import type { TracePlace } from '../../core/trace-grouping.ts';
import type { Destination } from '../../exporters/exporter.ts';
import { regroup } from '../../otlp/regroup.ts';
import type { RenderItem } from '../../otlp/to-trace-batch.ts';
import type { OutboxRow } from '../../outbox/outbox.ts';
import { findDialect } from '../../semconv/index.ts';
import type { SpanReader } from '../../store/store.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import { createTurnTest } from './find-turn.ts';
import { createAboutFinder } from './find-about.ts';
import { findOrPlace, toGrouping, type PlaceStore } from './place-traces.ts';
import { createRenderContexts, type ContextStore } from './render-contexts.ts';
import { findRefusal } from './scope.ts';
import { toSettingsFor } from './settings-for.ts';

/** A span on its way: what stands for it on this destination's wire. */
export interface Entry {
  row: OutboxRow;
  items: RenderItem[];
}

export interface ReadOptions extends Pick<DeliveryOptions, 'userId' | 'attributes' | 'exclude'> {
  store: PlaceStore & ContextStore & Pick<SpanReader, 'readSpan' | 'readSpanRows' | 'readShell'>;
  destination: Destination;
  clock: Pick<DeliveryOptions['clock'], 'nowMillis'>;
}

/** The history that tells a session's folder is mostly there within seconds: one that never comes must not keep its spans for as long as a turn may take. */
const UNKNOWN_FOLDER_MILLIS = 3_600_000;
/** Read in one go. */
const CHUNK_ROWS = 64;
/** With so many characters of text there is enough for a batch, and what comes after is not read yet: spans can have megabytes each. */
const ENOUGH_CHARACTERS = 8_000_000;

/** Rows that are not to be sent, and why. */
export interface Refused {
  rows: OutboxRow[];
  reason: string;
  /** It may be known later: they wait. */
  isOpen: boolean;
}

/**
 * Reads the spans of these rows, or of the first of them where texts are long. `unreadable`: rows whose span is not there or is broken;
 * sending cannot help them. `refused`: of sessions that the destination does not get, by what the configuration says now, and what is known
 * now of their folder; where that may still become known, they are open.
 */
export function readEntries(rows: readonly OutboxRow[], options: ReadOptions): { entries: Entry[]; unreadable: OutboxRow[]; refused: Refused[] } {
  const { destination } = options;
  const shells = new Map<string, ShellSettings | undefined>();
  const store: ReadOptions['store'] = {
    ...options.store,
    readShellOf: (spanId) => (shells.has(spanId) ? shells.get(spanId) : options.store.readShellOf(spanId)),
  };
  const contextOf = createRenderContexts(store, toSettingsFor(destination, options));
  const findAbout = createAboutFinder(store);
  const scope = { ...destination, excludeAll: options.exclude };
  const refused = new Map<string, Refused>();
  const regroupFor = createRegroup({ ...options, store });
  const entries: Entry[] = [];
  const unreadable: OutboxRow[] = [];
  let characters = 0;
  for (let from = 0; from < rows.length && characters < ENOUGH_CHARACTERS; from += CHUNK_ROWS) {
    const chunk = rows.slice(from, from + CHUNK_ROWS);
    const spans = readChunk(store, chunk, shells);
    for (const row of chunk) {
      const span = spans.get(row.spanId);
      if (!span) {
        unreadable.push(row);
        continue;
      }
      const refusal = findRefusal(scope, findAbout(span).about);
      if (refusal) {
        noteRefused(refused, row, { ...refusal, nowMillis: options.clock.nowMillis() });
        continue;
      }
      characters += Object.values(span.content).reduce((sum, text) => sum + text.length, 0);
      // Of the stored span: what goes over the wire may have another id, under which nothing is known of its shell.
      const context = contextOf(span);
      entries.push({ row, items: regroupFor(span, row.salt).map((one) => ({ span: one, context })) });
    }
  }
  return { entries, unreadable, refused: [...refused.values()] };
}

function noteRefused(refused: Map<string, Refused>, row: OutboxRow, { reason, isUnknown, nowMillis }: { reason: string; isUnknown?: true; nowMillis: number }): void {
  // A clock that was set back must not keep it for ever.
  const isOpen = isUnknown === true && !row.isTurnSettled && Math.abs(nowMillis - row.enqueuedAtMillis) < UNKNOWN_FOLDER_MILLIS;
  const key = `${isOpen} ${reason}`;
  const known = refused.get(key);
  if (known) known.rows.push(row);
  else refused.set(key, { rows: [row], reason, isOpen });
}

/** Notes the shell of each span too. */
function readChunk(store: ReadOptions['store'], rows: readonly OutboxRow[], shells: Map<string, ShellSettings | undefined>): Map<string, Span> {
  const spans = new Map<string, Span>();
  const byKey = new Map<string, ShellSettings | undefined>();
  try {
    for (const { span, shell } of store.readSpanRows(rows.map(({ spanRow }) => spanRow))) {
      spans.set(span.spanId, span);
      if (shell !== undefined && !byKey.has(shell)) byKey.set(shell, store.readShell(shell));
      shells.set(span.spanId, shell === undefined ? undefined : byKey.get(shell));
    }
    return spans;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  // One of them is broken: which one?
  return new Map(rows.flatMap(({ spanId }): [string, Span][] => {
    const span = readSpan(store, spanId);
    return span ? [[spanId, span]] : [];
  }));
}

/** A span → what goes over the wire for it, as this destination groups. */
function createRegroup({ store, destination, clock }: ReadOptions): (span: Span, salt: string | undefined) => Span[] {
  const grouping = toGrouping(destination);
  const isTurn = findDialect(destination.dialect)?.isFlat ? createTurnTest({ readSpan: (spanId) => readSpan(store, spanId), readSession: (agent, sessionId) => store.readSession(agent, sessionId) }) : undefined;
  const mcpSpan = destination.mcpSpan ?? 'merged';
  const isOwn = (link: SpanLink): boolean => store.readSpan(link.spanId)?.traceId === link.traceId;
  return (span, salt) => {
    const placeOf = (traceId: string): TracePlace | undefined => {
      if (grouping === 'turn') return undefined;
      return traceId === span.traceId ? findOrPlace(store, span, { grouping, nowMillis: clock.nowMillis() }) : store.readTracePlace(traceId, grouping);
    };
    const waits = mcpSpan === 'child' ? readWaits(store, span) : [];
    // All that stands below one envelope is of one trace, whichever shell a later turn ran in. The envelope itself stands below none.
    const envelopeSpanId = span.kind === 'session' ? span.spanId : placeOf(span.traceId)?.envelopeSpanId;
    const shell = store.readShellOf(envelopeSpanId ?? span.spanId);
    return regroup(span, { grouping, placeOf, mcpSpan, isTurn, waits, salt, isOwn, context: { remoteParent: shell?.remoteParent } });
  };
}

/** The waits inside a call of an MCP tool, in the order of the asking. */
function readWaits(store: ReadOptions['store'], span: Span): Span[] {
  const waits: Span[] = [];
  if (span.kind !== 'tool' || (span.values.mcpServer === undefined && span.values.mcpTool === undefined)) return waits;
  for (let wait = store.readSpan(toPermissionSpanId(span.spanId)); wait; wait = store.readSpan(toPermissionSpanId(span.spanId, waits.length))) waits.push(wait);
  return waits;
}

function readSpan(store: ReadOptions['store'], spanId: string): Span | undefined {
  try {
    return store.readSpan(spanId);
  } catch (error) {
    // Broken JSON in one row is that row's fault; a database that cannot be read is nobody's.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
