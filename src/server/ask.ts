/** Asks the query service, and gives its JSON as an answer. */
import { performance } from 'node:perf_hooks';
import type { Question } from '../query/question.ts';
import type { Answer, ServerSources } from './route.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** Rejects as the service does. */
export async function ask({ query }: ServerSources, question: Question): Promise<Answer> {
  const bytes = await query.ask(question);
  return { contentType: JSON_TYPE, body: bytes as Uint8Array<ArrayBuffer> };
}

/** What this thread itself knows, as an answer that says how long it took. */
export function tell(read: () => object): Answer {
  const startedMillis = performance.now();
  const value = read();
  return { contentType: JSON_TYPE, body: JSON.stringify({ ...value, queryMillis: toTenths(performance.now() - startedMillis) }) };
}

/** JSON text of an object → the same with one field more at its end. */
export function withField(json: Uint8Array | string, name: string, value: unknown): Buffer<ArrayBuffer> {
  const bytes = typeof json === 'string' ? Buffer.from(json) : json;
  const end = bytes.lastIndexOf('}'.charCodeAt(0));
  if (end < 1) throw new TypeError('An answer of the query service is no JSON object.');
  const comma = bytes.subarray(0, end).some((byte, index) => index > 0 && byte > 0x20) ? ',' : '';
  return Buffer.concat([bytes.subarray(0, end), Buffer.from(`${comma}${JSON.stringify(name)}:${JSON.stringify(value)}}`)]);
}

function toTenths(millis: number): number {
  return Math.round(millis * 10) / 10;
}
