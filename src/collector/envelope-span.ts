/** The `agent_session` span of a session: how it begins, and what it is once its session is over. Pure. */
import { toSpanId } from '../core/ids.ts';
import type { Span } from '../core/span.ts';
import type { SessionGrouping } from '../core/trace-grouping.ts';
import type { EnvelopeContent } from '../store/store.ts';

/** Open, with nothing known of it. `first`: the first span it holds; `sessionId`: the session at the top of its family. */
export function newEnvelopeSpan(first: Pick<Span, 'agent' | 'traceId' | 'startUnixNano'>, own: { traceId: string; sessionId: string; grouping: SessionGrouping }): Span {
  const { traceId, sessionId, grouping } = own;
  return {
    spanId: toSpanId(`envelope:${grouping}:${traceId}:${first.traceId}`),
    traceId,
    kind: 'session',
    agent: first.agent,
    sessionId,
    turnIndex: 0,
    startUnixNano: first.startUnixNano,
    outcome: 'unknown',
    values: {},
    content: {},
    events: [],
    links: [],
    provenance: { times: 'hook' },
    extra: {},
    keys: [],
    final: false,
  };
}

/** As its turns tell: it lasts from the first to the last, and ended as the last one did. No number of theirs is added up here. */
export function toClosedSpan(span: Span, { startUnixNano, endUnixNano, lastTurn }: EnvelopeContent): Span {
  const { provider, requestModel, errorType } = lastTurn?.values ?? {};
  return {
    ...span,
    startUnixNano,
    endUnixNano,
    outcome: lastTurn?.outcome ?? 'unknown',
    values: { ...(provider ? { provider } : {}), ...(requestModel ? { requestModel } : {}), ...(errorType ? { errorType } : {}) },
    provenance: { times: lastTurn?.provenance.times ?? 'estimated', ...(lastTurn?.provenance.model ? { model: lastTurn.provenance.model } : {}) },
    final: true,
  };
}
