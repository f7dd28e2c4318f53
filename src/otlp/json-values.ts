/** Values of strangers, out of OTLP's JSON: attributes, resources, scopes, times. */
import type { Attributes } from '../core/attributes.ts';
import type { Problem } from '../core/problem.ts';
import { type AnyValue, isInt64, MAX_VALUE_DEPTH, setKey, toAttributeValue, toUint64 } from './attribute-value.ts';
import { toDouble, toInteger, toList, toObject, toText } from './json-fields.ts';
import type { ProblemCounter } from './problem-counter.ts';
import type { WireScope } from './trace.ts';

/** Text of a request → its JSON object; else the one problem that says what it is instead. `what`: trace, log, metric. */
export function parseRoot(text: string, what: string): { value: object } | { problems: Problem[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problems: [{ code: 'bad-json', detail: `Not an OTLP ${what} request: not JSON.` }] };
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { value };
  return { problems: [{ code: 'bad-json', detail: `Not an OTLP ${what} request: not a JSON object.` }] };
}

/** An instrumentation scope; its name is '' where there is none. */
export function parseScope(value: unknown, problems: ProblemCounter): WireScope {
  const scope = toObject(value, 'INSTRUMENTATION_SCOPE', problems);
  const version = toText(scope.version, problems);
  return { name: toText(scope.name, problems), ...(version && { version }) };
}

/** Nanoseconds since the epoch; 0n where there is none. */
export function parseTime(value: unknown, problems: ProblemCounter): bigint {
  return value === undefined || value === null ? 0n : toUint64(toInteger(value, problems) ?? 0n);
}

/** A list of KeyValues. One without a value sets nothing. */
export function parseAttributes(value: unknown, problems: ProblemCounter): Attributes {
  const attributes: Attributes = {};
  for (const item of toList(value, problems)) {
    const pair = toObject(item, 'KEY_VALUE', problems);
    const parsed = parseAnyValue(pair.value, 0, problems);
    if (parsed !== undefined) setKey(attributes, toText(pair.key, problems), toAttributeValue(parsed));
  }
  return attributes;
}

/** Undefined: an AnyValue that holds nothing. */
export function parseAnyValue(value: unknown, depth: number, problems: ProblemCounter): AnyValue | undefined {
  const message = toObject(value, 'ANY_VALUE', problems);
  if (message.stringValue !== undefined) return toText(message.stringValue, problems);
  if (message.intValue !== undefined) return parseIntValue(message.intValue, problems);
  if (message.boolValue !== undefined) return message.boolValue === true;
  if (message.doubleValue !== undefined) return toDouble(message.doubleValue, problems);
  if (message.bytesValue !== undefined) return toText(message.bytesValue, problems);
  if (message.arrayValue === undefined && message.kvlistValue === undefined) return undefined;
  if (depth < MAX_VALUE_DEPTH) return parseNested(message, depth + 1, problems);
  problems.add('too-deep', `Values nested deeper than ${MAX_VALUE_DEPTH} levels were left out`);
  return undefined;
}

function parseIntValue(value: unknown, problems: ProblemCounter): AnyValue | undefined {
  const integer = toInteger(value, problems);
  if (integer === undefined || isInt64(integer)) return integer;
  problems.add('bad-field', 'An integer is beyond 64 bits');
  return undefined;
}

/** An empty AnyValue in a list keeps its place. */
function parseNested(message: Record<string, unknown>, depth: number, problems: ProblemCounter): AnyValue {
  if (message.arrayValue !== undefined) {
    const list = toObject(message.arrayValue, 'ARRAY_VALUE', problems);
    return toList(list.values, problems).map((item) => parseAnyValue(item, depth, problems) ?? '');
  }
  const map: Record<string, AnyValue> = {};
  for (const item of toList(toObject(message.kvlistValue, 'KEY_VALUE_LIST', problems).values, problems)) {
    const pair = toObject(item, 'KEY_VALUE', problems);
    const parsed = parseAnyValue(pair.value, depth, problems);
    if (parsed !== undefined) setKey(map, toText(pair.key, problems), parsed);
  }
  return map;
}
