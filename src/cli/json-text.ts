/** What `--json` prints: one document, keys as in our own types, `bigint` as decimal strings, unknown values left out. */
import { roundCredits } from '../core/credits.ts';

/** JSON leaves DEL, C1 controls and direction overrides as they are; some terminals obey them. Escaped they are the same JSON. */
const OBEYED_BY_TERMINALS = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Any value of ours → a JSON document with a final newline. */
export function toJsonText(value: unknown): string {
  return `${escape(JSON.stringify(value, toPrinted, 2))}\n`;
}

/** The same on one line, without a final newline: for outputs of one object a line. */
export function toJsonLine(value: unknown): string {
  return escape(JSON.stringify(value, toPrinted));
}

function escape(json: string): string {
  return json.replace(OBEYED_BY_TERMINALS, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function toPrinted(key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'number' && (key === 'credits' || key === 'turnCredits' || key === 'premiumRequests') ? roundCredits(value) : value;
}
