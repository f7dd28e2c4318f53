/** What every fact and every assembled span must be, whatever they were made of. Each check gives sentences of what is wrong. */
import { inspect } from 'node:util';
import type { Assembly } from '#spoor/assembly/drafts.ts';
import type { Fact } from '#spoor/core/fact.ts';
import type { Problem } from '#spoor/core/problem.ts';
import type { Span } from '#spoor/core/span.ts';

/** 2262-04-11: nanoseconds beyond it fit into no 64-bit integer. */
const LAST_NANO = 2n ** 63n - 1n;

const OUTCOMES = new Set(['ok', 'error', 'denied', 'cancelled', 'timeout', 'unknown']);
const DECISIONS = new Set(['approved', 'denied', 'cancelled']);
/** Fields that hold a text or nothing. */
const TEXT_FIELDS = new Set([
  'agent', 'sessionId', 'key', 'turnKey', 'channel', 'title', 'cwd', 'agentName', 'agentVersion', 'model', 'messageId', 'prompt', 'text', 'reasoning', 'requestModel', 'responseModel', 'provider',
  'askId', 'callId', 'name', 'canonicalName', 'purpose', 'mcpServer', 'mcpTool', 'skillName', 'skillPath', 'shellCommand', 'path', 'operation', 'output', 'errorType', 'errorMessage', 'answer',
  'toolName', 'toolCallId', 'toolPurpose', 'responseId', 'toolArguments', 'toolResult', 'spanId', 'traceId', 'parentSpanId',
]);
/** Whole numbers from 0 up. */
const COUNTS = new Set(['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheCreationTokens', 'reasoningTokens', 'requestCount', 'contextWindowTokens', 'exitCode', 'batchSize', 'turnIndex']);
/** Foreign values that are kept as they came. */
const FOREIGN = new Set(['input']);

/** Facts of one reading. */
export function checkFacts(facts: readonly Fact[]): string[] {
  return facts.flatMap((fact) => {
    const faults = checkValue(fact, fact.type);
    if (!isText(fact.sessionId)) faults.push(`${fact.type}: no session id`);
    if (!isText(fact.key)) faults.push(`${fact.type}: no key`);
    if (!Number.isFinite(fact.order)) faults.push(`${fact.type}: order ${fact.order}`);
    if ('result' in fact && !OUTCOMES.has(fact.result.outcome)) faults.push(`${fact.type}: outcome ${String(fact.result.outcome)}`);
    if ('reason' in fact && !OUTCOMES.has(fact.reason)) faults.push(`${fact.type}: reason ${String(fact.reason)}`);
    if (fact.type === 'model.answered' && !OUTCOMES.has(fact.outcome)) faults.push(`${fact.type}: outcome ${String(fact.outcome)}`);
    if (fact.type === 'permission.answered' && !DECISIONS.has(fact.decision)) faults.push(`${fact.type}: decision ${String(fact.decision)}`);
    return faults;
  });
}

/** Problems are lines for people: short, without control characters. */
export function checkProblems(problems: readonly Problem[]): string[] {
  return problems.flatMap(({ code, detail, count }) => [
    ...(/^[a-z0-9-]{3,40}$/.test(code) ? [] : [`problem code ${JSON.stringify(code)}`]),
    ...(detail.length <= 300 && !/[\u0000-\u001f\ud800-\udfff]/.test(detail) ? [] : [`problem detail ${JSON.stringify(detail.slice(0, 400))}`]),
    ...(count === undefined || (Number.isInteger(count) && count > 0) ? [] : [`problem count ${count}`]),
  ]);
}

/** What assembly made of them. */
export function checkAssembly({ sessions, turns }: Assembly): string[] {
  const faults = sessions.flatMap((session) => checkValue(session, 'session'));
  const ids = new Map<string, string>();
  for (const turn of turns) {
    if (!turn.spans[0]) faults.push('a turn without spans');
    for (const span of turn.spans) {
      faults.push(...checkSpan(span));
      if (ids.has(span.spanId)) faults.push(`two spans have one id: ${ids.get(span.spanId)} and ${span.kind} of turn ${turn.turnIndex} of ${span.sessionId}`);
      ids.set(span.spanId, `${span.kind} of turn ${turn.turnIndex} of ${span.sessionId}`);
    }
  }
  return faults;
}

function checkSpan(span: Span): string[] {
  const faults = checkValue(span, span.kind);
  if (!/^[0-9a-f]{16}$/.test(span.spanId) || /^0+$/.test(span.spanId)) faults.push(`span id ${span.spanId}`);
  if (!/^[0-9a-f]{32}$/.test(span.traceId) || /^0+$/.test(span.traceId)) faults.push(`trace id ${span.traceId}`);
  if (span.parentSpanId !== undefined && !/^[0-9a-f]{16}$/.test(span.parentSpanId)) faults.push(`parent id ${span.parentSpanId}`);
  if (span.parentSpanId === span.spanId) faults.push('a span is its own parent');
  if (span.endUnixNano !== undefined && span.endUnixNano < span.startUnixNano) faults.push(`${span.kind}: ends ${span.startUnixNano - span.endUnixNano} ns before it starts`);
  if (!OUTCOMES.has(span.outcome)) faults.push(`${span.kind}: outcome ${String(span.outcome)}`);
  return faults;
}

/** Walks a value of ours: numbers finite, moments in a signed 64-bit integer, texts texts, nothing that is no data. */
function checkValue(value: unknown, place: string, key = ''): string[] {
  if (value === undefined || value === null) return value === null && TEXT_FIELDS.has(key) ? [`${place}: null`] : [];
  if (TEXT_FIELDS.has(key) && typeof value !== 'string') return [`${place} is a ${typeof value}: ${show(value)}`];
  if (COUNTS.has(key) && !(Number.isSafeInteger(value) && Number(value) >= 0)) return [`${place} is no count: ${show(value)}`];
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? [] : [`${place} is ${value}`];
    case 'bigint':
      return value >= (key === 'target_index' ? -LAST_NANO : 0n) && value <= LAST_NANO ? [] : [`${place} is out of range: ${value}`];
    case 'string':
    case 'boolean':
      return [];
    case 'object':
      return checkChildren(value, place);
    default:
      return [`${place} is a ${typeof value}`];
  }
}

function checkChildren(value: object, place: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => (item === undefined ? [`${place}[${index}] is a hole`] : checkValue(item, `${place}[]`)));
  const faults = Object.entries(value).flatMap(([key, item]) => (FOREIGN.has(key) ? [] : checkValue(item, `${place}.${key}`, key)));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) faults.push(`${place} has a foreign prototype`);
  return faults;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function show(value: unknown): string {
  return inspect(value, { depth: 1, maxStringLength: 60 });
}
