/** The door of dialects: neutral span → wire span. Pure. Listed in `semconv/index.ts`. */
import type { Attributes } from '../core/attributes.ts';
import type { Repository } from '../core/repository.ts';
import type { Session } from '../core/session.ts';
import type { ContentKind, Span } from '../core/span.ts';

/** none: the kind stays at home · preview: the first 200 characters · full */
export type ContentPolicy = Record<ContentKind, 'none' | 'preview' | 'full'>;

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
  /** Further attributes of the resource; ours win over equal names. */
  resource?: Readonly<Record<string, string>>;
  userId?: string;
  /** The user's own attributes: on the resource, and on the spans of turns and sessions, since some backends show no resource. Ours win over equal names. */
  attributes?: Readonly<Attributes>;
  /** The tree under version control that the span's turn worked in. */
  repository?: Repository;
  content: ContentPolicy;
  /** Our version, for the scope. */
  version: string;
}

export interface RenderedSpan {
  name: string;
  kind: 0 | 1 | 2 | 3 | 4 | 5;
  attributes: Attributes;
  status: { code: 0 | 1 | 2; message?: string };
}

export interface Dialect {
  name: string;
  /** Resource attributes: equal for all spans of a turn, so that they share one resource on the wire. */
  toResource(context: RenderContext): Attributes;
  toSpan(span: Span, context: RenderContext): RenderedSpan;
}
