/**
 * What an answer means for the batch. OTLP calls only 429, 502, 503 and 504 retryable; but a batch given up is lost, so whatever
 * a person or time can heal is tried again and reported:
 *
 * | answer                                           | result                                                          |
 * |--------------------------------------------------|-----------------------------------------------------------------|
 * | 2xx                                              | success; with partial success: `rejectedSpans`, never sent again |
 * | 2xx with a web page                              | retryable: something else than OTLP answers at that address     |
 * | 3xx                                              | retryable: redirects are not followed, the address is to be put right |
 * | 401 402 403 404 405 407 408 421 423 425          | retryable: key, quota, address, proxy or server set-up          |
 * | 413                                              | failure, `tooLarge`                                             |
 * | 400 415 422 and every other 4xx                  | failure: these bytes can never succeed there                    |
 * | 429 and every 5xx                                | retryable                                                       |
 * | no answer, half an answer, the timeout           | retryable (told by the caller)                                  |
 *
 * `Retry-After` counts wherever the result is retryable.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { parseErrorStatus, parsePartialSuccess, type ResponseEncoding } from '../otlp/parse-response.ts';
import type { MetricBatch } from '../otlp/metric.ts';
import type { TraceBatch } from '../otlp/trace.ts';
import type { Destination, ExportResult } from './exporter.ts';
import { quoteServer } from './quote-server.ts';

/** A server that asks for more is asked again anyway: nobody wants spans to stand still for a day. */
const MAX_RETRY_AFTER_MILLIS = 60 * 60 * 1000;

const HEALABLE: Record<number, string> = {
  401: 'the key is missing or wrong',
  402: 'the account has no quota left',
  403: 'the key may not write there',
  404: 'there is no such address',
  405: 'the address takes no POST',
  407: 'a proxy wants a key',
  408: 'the request took too long',
  421: 'the address is another server’s',
  423: 'the project is locked',
  425: 'the server was not ready',
};

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The body was longer than we read. */
  isCut: boolean;
}

export interface AnswerContext {
  protocol: Destination['protocol'];
  /** For messages. */
  host: string;
  /** What was sent: no message may repeat it. */
  batch: TraceBatch | MetricBatch;
  /** Header values: no message may repeat them. */
  secrets: readonly string[];
}

/** An HTTP answer → what became of the batch. Never throws; messages hold no secrets and no content. */
export function toExportResult(answer: HttpAnswer, context: AnswerContext): ExportResult {
  const { status } = answer;
  const isPage = answer.headers['content-type']?.startsWith('text/html') ?? false;
  if (status >= 200 && status < 300) return isPage ? toPage(answer, context) : toSuccess(answer, context);
  const message = toMessage(answer, context);
  if (status === 413) return { status: 'failure', message, tooLarge: true };
  if (status >= 400 && status < 500 && status !== 429 && !(status in HEALABLE)) return { status: 'failure', message };
  return { status: 'retryable', message, retryAfterMillis: parseRetryAfter(answer.headers) };
}

function toSuccess(answer: HttpAnswer, context: AnswerContext): ExportResult {
  const partial = answer.isCut ? undefined : parsePartialSuccess(answer.body, toEncoding(answer, context));
  if (!partial) return { status: 'success' };
  const quote = partial.errorMessage ? quoteServer(partial.errorMessage, context) : '';
  const isMetrics = 'resourceMetrics' in context.batch;
  if (partial.rejectedSpans === 0) return { status: 'success', message: `${context.host} took every ${isMetrics ? 'figure' : 'span'}, with a warning${quote}.` };
  const message = `${context.host} refused ${partial.rejectedSpans} ${isMetrics ? 'figures' : 'spans'} for good${quote}.`;
  return { status: 'success', rejectedSpans: partial.rejectedSpans, message };
}

/** A portal or a dashboard says 200 to anything: taking that for success would lose every span. */
function toPage({ status }: HttpAnswer, { host }: AnswerContext): ExportResult {
  return { status: 'retryable', message: `${host} answered ${status} with a web page: no OTLP endpoint is at the configured address.` };
}

function toMessage(answer: HttpAnswer, context: AnswerContext): string {
  const { status } = answer;
  const told = answer.isCut ? undefined : (parseErrorStatus(answer.body, toEncoding(answer, context)) ?? toPlainText(answer));
  const why = status >= 300 && status < 400 ? 'a redirect, which is not followed: configure the address it points to' : HEALABLE[status];
  return `${context.host} answered ${status}${why ? ` (${why})` : ''}${told ? quoteServer(told, context) : ''}.`;
}

/** Some servers answer in another encoding than they were asked in, and say so. */
function toEncoding(answer: HttpAnswer, { protocol }: AnswerContext): ResponseEncoding {
  const type = answer.headers['content-type'] ?? '';
  if (type.startsWith('application/json')) return 'json';
  if (type.startsWith('application/x-protobuf')) return 'protobuf';
  return protocol === 'http/json' ? 'json' : 'protobuf';
}

function toPlainText({ headers, body }: HttpAnswer): string | undefined {
  return headers['content-type']?.startsWith('text/plain') ? body.toString('utf8') : undefined;
}

/** RFC 9110, IMF-fixdate and the two older forms: all begin with a day's name. `Date.parse` alone takes any number for a year. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/** `Retry-After` is seconds or an HTTP date; a date is compared with the server's own clock where it tells it. */
function parseRetryAfter(headers: IncomingHttpHeaders): number | undefined {
  const value = headers['retry-after']?.trim();
  if (!value) return undefined;
  const now = Date.parse(headers.date ?? '') || Date.now();
  const millis = /^\d+$/.test(value) ? Number(value) * 1000 : HTTP_DATE.test(value) ? Date.parse(value) - now : Number.NaN;
  if (Number.isNaN(millis)) return undefined;
  return Math.min(Math.max(millis, 0), MAX_RETRY_AFTER_MILLIS);
}
