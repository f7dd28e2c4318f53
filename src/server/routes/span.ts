/** `GET /api/spans/:id`: everything of one span, one of its texts whole, and itself as OTLP. */
import { AnswerError } from '../answer-error.ts';
import { ask } from '../ask.ts';
import { parseQuery } from '../parse-query.ts';
import type { Route, RouteRequest } from '../route.ts';

const SPAN_ID = /^[0-9a-f]{16}$/;
const CONTENT_KINDS: readonly string[] = ['prompt', 'answer', 'reasoning', 'toolArguments', 'toolResult'];

export const span: Route = {
  path: '/api/spans/:spanId',
  summary: 'everything of one span',
  answer: (sources, request) => ask(sources, { name: 'span', query: toSpan(request) }),
};

export const spanContent: Route = {
  path: '/api/spans/:spanId/content/:kind',
  summary: 'one whole text of a span',
  answer: (sources, request) => {
    const { kind = '' } = request.params;
    if (!CONTENT_KINDS.includes(kind)) throw new AnswerError(404, `A span has no text "${kind.slice(0, 50)}".`, `There are: ${CONTENT_KINDS.join(', ')}.`);
    return ask(sources, { name: 'content', query: { ...toSpan(request), kind } });
  },
};

export const spanOtlp: Route = {
  path: '/api/spans/:spanId/otlp',
  summary: 'one span as an OTLP request',
  answer: (sources, request) => ask(sources, { name: 'otlp', query: toSpan(request) }),
};

function toSpan({ params, search }: RouteRequest): { spanId: string } {
  parseQuery(search, {});
  const { spanId = '' } = params;
  if (!SPAN_ID.test(spanId)) throw new AnswerError(400, 'The id of a span is 16 hexadecimal digits.', 'Take it from a session\'s spans.');
  return { spanId };
}
