/** One session with its subagents → one request. */
import type { Session } from '../core/session.ts';
import type { Span } from '../core/span.ts';
import { latestOf } from '../core/time.ts';
import { createRenderContexts, type ContextStore, type RenderSettings } from '../collector/delivery/render-contexts.ts';
import { toTraceBatch, type RenderItem } from '../otlp/to-trace-batch.ts';
import type { TraceBatch } from '../otlp/trace.ts';
import type { Dialect } from '../semconv/dialect.ts';
import type { SpanReader, Store, StoredSpan } from '../store/store.ts';
import { toShape, type ShapeOptions } from './export-shape.ts';
import { toSpanTree, type SpanNode } from './terminal/span-tree.ts';

export interface RenderOptions extends ShapeOptions {
  dialect: Dialect;
  settings: RenderSettings;
}

/** Spans that are still open end at the latest moment known of their turn, and are marked. */
export function toExportBatch(store: Store, session: Session, options: RenderOptions): TraceBatch | undefined {
  const spans = store.readSpans(session.agent, session.sessionId);
  if (spans.length === 0) return undefined;
  const contextOf = createRenderContexts(withoutSharing(store), () => options.settings);
  const { envelopes, toSpans } = toShape(store, session, { ...options, spans });
  const toItems = (list: readonly Span[]): RenderItem[] => list.map((span) => ({ span, context: contextOf(span) }));
  const toTurnItems = (list: readonly StoredSpan[]): RenderItem[] => list.flatMap((stored) => toSpans(stored).map((span) => ({ span, context: contextOf(stored) })));
  const isOpen = spans.some(({ endUnixNano }) => endUnixNano === undefined);
  const batches = isOpen
    ? [toTraceBatch(toItems(envelopes), options.dialect, lastKnown(spans)), ...toTurns(spans).map((turn) => toTraceBatch(toTurnItems(turn), options.dialect, lastKnown(turn)))]
    : [toTraceBatch([...toItems(envelopes), ...toTurnItems(spans)], options.dialect)];
  return { resourceSpans: batches.flatMap(({ resourceSpans }) => resourceSpans) };
}

/** What a shell says of content is about destinations: here somebody says on the command line what they want to have. */
function withoutSharing(store: Store): ContextStore {
  return {
    readSession: (agent, sessionId) => store.readSession(agent, sessionId),
    readRepository: (agent, sessionId, turnIndex) => store.readRepository(agent, sessionId, turnIndex),
    readShellOf: (spanId) => {
      const shell = store.readShellOf(spanId);
      return shell && { ...shell, sharing: undefined };
    },
  };
}

/** The session at the top: a subagent's spans without the call that started it would point at a parent that is not there. */
export function findRootSession(store: Pick<SpanReader, 'readSession'>, session: Session): Session {
  const seen = new Set<string>();
  let root = session;
  while (root.parent?.relation === 'subagent' && !seen.has(root.sessionId)) {
    seen.add(root.sessionId);
    const parent = store.readSession(root.agent, root.parent.sessionId);
    if (!parent) break;
    root = parent;
  }
  return root;
}

function toTurns(spans: readonly StoredSpan[]): StoredSpan[][] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const flatten = (node: SpanNode): StoredSpan[] => [byId.get(node.span.spanId) ?? [], ...node.children.map(flatten)].flat();
  return toSpanTree(spans).map(flatten);
}

function lastKnown(spans: readonly StoredSpan[]): bigint | undefined {
  return latestOf(spans.flatMap(({ startUnixNano, endUnixNano, events }) => [startUnixNano, endUnixNano, ...events.map(({ unixNano }) => unixNano)]));
}
