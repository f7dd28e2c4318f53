/** The span that every hand-made one of the tests begins with. */
import type { Span } from '#spoor/core/span.ts';

/** What tells one span from another; all else is plain unless given. */
type Given = Partial<Span> & Pick<Span, 'spanId' | 'traceId' | 'sessionId' | 'startUnixNano'>;

/** A tool call of Kiro that went well, with nothing in it but what is given. */
export function plainSpan(given: Given): Span {
  return {
    kind: 'tool',
    agent: 'kiro',
    turnIndex: 0,
    outcome: 'ok',
    values: {},
    content: {},
    events: [],
    links: [],
    provenance: { times: 'hook' },
    extra: {},
    keys: [],
    final: true,
    ...given,
  };
}
