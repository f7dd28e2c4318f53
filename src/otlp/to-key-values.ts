/** What traces and metrics have in common in OTLP's JSON: attributes and texts. */
import type { AttributeValue, Attributes } from '../core/attributes.ts';
import { entriesOf, isInt64 } from './attribute-value.ts';

/** An attribute map as KeyValues. */
export function toKeyValues(attributes: Attributes): object[] {
  return entriesOf(attributes).map(([key, value]) => ({ key: toText(key), value: toAnyValue(value) }));
}

function toAnyValue(value: AttributeValue): object {
  switch (typeof value) {
    case 'string': return { stringValue: toText(value) };
    case 'boolean': return { boolValue: value };
    case 'number': return { doubleValue: Number.isFinite(value) ? value : String(value) };
    case 'bigint': return isInt64(value) ? { intValue: value.toString() } : { stringValue: value.toString() };
    default: return { arrayValue: { values: value.map((item) => ({ stringValue: toText(item) })) } };
  }
}

/** Half a surrogate pair is no Unicode text: many JSON readers refuse the whole request for it. */
export function toText(text: string): string {
  return (text as string & { toWellFormed(): string }).toWellFormed();
}
