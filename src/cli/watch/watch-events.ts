/** What happened in a session since it was last looked at: spans that began, and spans that ended. Pure but for what it remembers. */
import { toRunNano, type Wait } from '../../core/run-time.ts';
import { nanoToMillis } from '../../core/time.ts';
import type { Outcome } from '../../core/span.ts';
import type { StoredSpan } from '../../store/store.ts';
import { toPlainLine } from '../terminal/clean-text.ts';
import { toDetails, toLabel } from '../terminal/waterfall-row.ts';

export interface WatchEvent {
  event: 'began' | 'ended';
  /** Unix ms. */
  atMillis: number;
  agent: string;
  sessionId: string;
  spanId: string;
  /** agent (a turn, or a subagent's run) · chat · tool · permission (a person is waited for) */
  kind: string;
  name: string;
  /** What it is about, in a line. */
  detail?: string;
  /** Of what ended. */
  outcome?: Outcome;
  /** Run time; absent where nobody tells it. */
  durationMillis?: number;
}

export interface WatchEvents {
  /** Notes what there is, without telling. */
  note(spans: readonly StoredSpan[]): void;
  /** The events of these spans that are news, in their order. */
  take(spans: readonly StoredSpan[]): WatchEvent[];
}

export function createWatchEvents(): WatchEvents {
  /** Span id → it has ended. Final spans never change: what is old enough is not read any more. */
  const known = new Map<string, boolean>();
  return {
    note(spans) {
      for (const { spanId, endUnixNano } of spans) known.set(spanId, endUnixNano !== undefined);
    },
    take: (spans) =>
      spans
        .flatMap((span) => {
          const before = known.get(span.spanId);
          const hasEnded = span.endUnixNano !== undefined;
          known.set(span.spanId, hasEnded);
          return [...(before === undefined ? [toEvent(span, 'began', [])] : []), ...(hasEnded && before !== true ? [toEvent(span, 'ended', listWaits(spans, span))] : [])];
        })
        .sort((a, b) => a.atMillis - b.atMillis),
  };
}

/** For a person, inside a call. */
function listWaits(spans: readonly StoredSpan[], { kind, spanId }: StoredSpan): Wait[] {
  if (kind !== 'tool') return [];
  return spans.flatMap((span) => (span.kind === 'permission' && span.parentSpanId === spanId && span.endUnixNano !== undefined ? [{ fromNano: span.startUnixNano, toNano: span.endUnixNano }] : []));
}

function toEvent(span: StoredSpan, event: WatchEvent['event'], waits: readonly Wait[]): WatchEvent {
  const { agent, sessionId, spanId, kind, outcome, startUnixNano, endUnixNano } = span;
  const detail = kind === 'agent' ? toPlainLine(span.content.prompt ?? '').slice(0, 200) : toDetails({ span, children: [] }).join(' · ');
  const end = endUnixNano ?? startUnixNano;
  const run = toRunNano(span, waits);
  return {
    event, atMillis: nanoToMillis(event === 'began' ? startUnixNano : end), agent, sessionId, spanId, kind, name: kind === 'agent' && span.parentSpanId === undefined ? 'turn' : toLabel(span),
    ...(detail === '' ? {} : { detail }),
    ...(event === 'ended' ? { outcome, ...(run === undefined ? {} : { durationMillis: nanoToMillis(run) }) } : {}),
  };
}
