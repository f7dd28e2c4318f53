/** The door of dialects: neutral span → wire spans. Pure. Listed in `semconv/index.ts`. */
import type { Attributes } from '../core/attributes.ts';
import type { Repository } from '../core/repository.ts';
import type { Session } from '../core/session.ts';
import type { Sharing } from '../core/sharing.ts';
import type { Span, SpanKind } from '../core/span.ts';

export interface RenderContext {
  /** The session the span belongs to; a subagent's spans have the subagent's. */
  session: Session;
  /**
   * The session at the top of the family, for a subagent's session: it stands as `session.id` all over the trace. Absent: the
   * session's own parent where it is a subagent's, else the session itself.
   */
  rootSessionId?: string;
  /** `service.name`; the agent id unless the destination says otherwise. */
  serviceName: string;
  project?: string;
  /** Under which the project stands as well, on the resource and on every span. */
  projectAttribute?: string;
  /** Further attributes of the resource; ours win over equal names. */
  resource?: Readonly<Record<string, string>>;
  userId?: string;
  /** The user's own attributes: on the resource, and on the spans of turns and sessions, since some backends show no resource. Ours win over equal names. */
  attributes?: Readonly<Attributes>;
  /** The tree under version control that the span's turn worked in. */
  repository?: Repository;
  /** What may leave. A dialect gets spans and sessions of which only that is left: it need not look. */
  sharing: Sharing;
  /** The scope's name; ours when absent. */
  scopeName?: string;
  /** Our version, for the scope. */
  version: string;
}

/** One span on the wire. What is absent is as the neutral span has it. */
export interface RenderedSpan {
  name: string;
  kind: 0 | 1 | 2 | 3 | 4 | 5;
  attributes: Attributes;
  status: { code: 0 | 1 | 2; message?: string };
  /** Of a span that stands beside, below or in place of the neutral one: made of its id, so that the same span always gives the same. */
  spanId?: string;
  parentSpanId?: string;
  startUnixNano?: bigint;
  endUnixNano?: bigint;
  /** Without them, where another span of the same neutral one has them. */
  withoutEvents?: boolean;
}

export interface Dialect {
  name: string;
  /** The calls of a turn stand beside it, below its session, where a destination has one trace a session. */
  isFlat?: boolean;
  /** Kinds of spans that it has nothing for. */
  omits?: ReadonlySet<SpanKind>;
  /** Resource attributes: equal for all spans of a turn, so that they share one resource on the wire. */
  toResource(context: RenderContext): Attributes;
  /** The spans that stand for this one: mostly one, none where the dialect has no such span, children before parents. */
  toSpans(span: Span, context: RenderContext): RenderedSpan[];
}
