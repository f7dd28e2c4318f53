/** Turn and spans → the rows they will be. Needs no database: an import makes them on other threads than the one that writes. */
import type { Span } from '../../core/span.ts';
import type { PackedContent, PackedSpan, PackedTurn, StoredTurn } from '../store.ts';
import { hashContent, HASH_BYTES, splitContent } from './content.ts';
import { SPAN_COLUMNS, toSpanColumns } from './span-row.ts';
import { encodeText, packBody } from './text.ts';
import { toPromptColumn } from './turn-rows.ts';

/** Of spans with one id the last stands, as in `saveTurn`. */
export function packTurn(turn: StoredTurn, given: readonly Span[]): PackedTurn {
  const parts: Uint8Array[] = [];
  let length = 0;
  const put = (part: Uint8Array): { from: number; to: number } => {
    parts.push(part);
    length += part.length;
    return { from: length - part.length, to: length };
  };
  const spans = [...new Map(given.map((span) => [span.spanId, span])).values()].map((span) => packSpan(span, put));
  const prompt = given.find(({ spanId }) => spanId === turn.rootSpanId)?.content.prompt;
  return { turn, spans, bytes: join(parts, length), ...(prompt === undefined ? {} : { prompt: toPromptColumn(prompt) }) };
}

function packSpan(span: Span, put: (part: Uint8Array) => { from: number; to: number }): PackedSpan {
  const { short, long } = splitContent(span.content);
  const columns = toSpanColumns({ ...span, content: short }, null, null);
  const contents = Object.entries(long).map(([kind, text]): PackedContent => {
    const encoded = encodeText(text);
    const { from: hashAt } = put(hashContent(encoded));
    const [, body] = packBody(encoded);
    return { kind, hashAt, body: typeof body === 'string' ? body : put(body) };
  });
  return { spanId: span.spanId, sessionId: span.sessionId, columns: SPAN_COLUMNS.map((column) => columns[column] as PackedSpan['columns'][number]), keys: [...new Set(span.keys)].map(encodeText), contents };
}

/** In a buffer of its own, which can be handed to another thread without a copy. */
function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** What a content's hash takes up in `bytes`. */
export function hashIn(bytes: Uint8Array, { hashAt }: PackedContent): Uint8Array {
  return bytes.subarray(hashAt, hashAt + HASH_BYTES);
}
