/** A server's words in our messages, which are logged and shown: without anything of what was sent to it. */
import type { Attributes } from '../core/attributes.ts';
import type { MetricBatch } from '../otlp/metric.ts';
import type { TraceBatch } from '../otlp/trace.ts';

/** One line in a log. */
const MAX_QUOTE_CHARACTERS = 200;

/** A run of this many characters of a header is a piece of a key. */
const SECRET_RUN = 8;

/** A run of this many characters of an attribute is a piece of content; shorter ones are words that anybody may use. */
const CONTENT_RUN = 16;

/** Searching more than this takes longer than a server's words are worth: then they are not shown. */
const MAX_SEARCHED_CHARACTERS = 2_000_000;

/**
 * `: "its words"`, cut to one line of 200 characters; a note instead when they repeat a piece of a header or of an attribute
 * value that was sent. '' when it said nothing.
 */
export function quoteServer(text: string, sent: { batch: TraceBatch | MetricBatch; secrets: readonly string[] }): string {
  const line = text.slice(0, 4 * MAX_QUOTE_CHARACTERS).replace(/[\p{Cc}\s]+/gu, ' ').trim();
  if (line === '') return '';
  const points = Array.from(line);
  const quote = points.slice(0, MAX_QUOTE_CHARACTERS).join('');
  if (repeatsSecret(quote, sent.secrets) || sharesRun(quote, 'resourceMetrics' in sent.batch ? metricTexts(sent.batch) : sentTexts(sent.batch), CONTENT_RUN)) {
    return ' (its words repeat what was sent and are not shown)';
  }
  return `: "${quote}${points.length > MAX_QUOTE_CHARACTERS ? '…' : ''}"`;
}

/** One or two characters are no secret. */
function repeatsSecret(quote: string, secrets: readonly string[]): boolean {
  const short = secrets.filter((secret) => secret.length > 2 && secret.length < SECRET_RUN);
  return short.some((secret) => quote.toLowerCase().includes(secret.toLowerCase())) || sharesRun(quote, secrets, SECRET_RUN);
}

/** Whether any piece of the quote, this many characters long, stands in one of the texts, in whatever case. At most 200 searches. */
function sharesRun(quote: string, texts: readonly string[], length: number): boolean {
  const haystack = texts.filter((text) => text.length >= length).join('\0');
  if (haystack.length > MAX_SEARCHED_CHARACTERS) return true;
  const [sought, searched] = [quote.toLowerCase(), haystack.toLowerCase()];
  for (let at = 0; at + length <= sought.length; at += 1) {
    if (searched.includes(sought.slice(at, at + length))) return true;
  }
  return false;
}

function metricTexts({ resourceMetrics }: MetricBatch): string[] {
  const points = resourceMetrics.flatMap(({ metrics }) => metrics.flatMap<{ attributes: Attributes }>(({ data }) => data.points));
  const maps = [...resourceMetrics.map(({ resource }) => resource), ...points.map(({ attributes }) => attributes)];
  return maps.flatMap((map) => Object.values(map)).filter((value) => typeof value === 'string');
}

function sentTexts(batch: TraceBatch): string[] {
  const spans = batch.resourceSpans.flatMap((group) => group.spans);
  const maps = [
    ...batch.resourceSpans.map((group) => group.resource),
    ...spans.flatMap((span) => [span.attributes, ...span.events.map((event) => event.attributes)]),
  ];
  const values = maps.flatMap((map) => Object.values(map)).flat();
  return [...values, ...spans.map((span) => span.status.message)].filter((value) => typeof value === 'string');
}
