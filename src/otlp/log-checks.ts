/** What both decoders check of a foreign log record. */
import { type AnyValue, toAttributeValue } from './attribute-value.ts';
import type { WireLog } from './log.ts';
import type { ProblemCounter } from './problem-counter.ts';
import { isSpanId, isTraceId } from './span-checks.ts';

/** Sets a time; 0 means that nobody told. */
export function setMoment(log: WireLog, field: 'atUnixNano' | 'observedUnixNano', unixNano: bigint): void {
  if (unixNano !== 0n) log[field] = unixNano;
}

/** Sets the severity; what OTLP does not define is taken as absent. */
export function setSeverity(log: WireLog, severity: number): void {
  if (severity >= 1 && severity <= 24) log.severityNumber = severity;
}

/** Sets the body as text; what is no text as its JSON. */
export function setBody(log: WireLog, value: AnyValue | undefined): void {
  if (value === undefined) return;
  const body = toAttributeValue(value);
  log.body = typeof body === 'object' ? JSON.stringify(body) : String(body);
}

/** Sets the ids of the span that it was written in. Empty and zero: none; an impossible one is left out, not the record with it. */
export function setLogIds(log: WireLog, { traceId, spanId }: { traceId: string; spanId: string }, problems: ProblemCounter): void {
  if (isTraceId(traceId)) log.traceId = traceId;
  if (isSpanId(spanId)) log.spanId = spanId;
  if (isWrong(traceId, isTraceId) || isWrong(spanId, isSpanId)) problems.add('bad-log-id', 'An impossible trace id or span id of a log record was left out');
}

function isWrong(id: string, isRight: (id: string) => boolean): boolean {
  return !/^0*$/.test(id) && !isRight(id);
}
