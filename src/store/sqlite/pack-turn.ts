/** Turn and spans → the rows they will be. Needs no database: an import makes them on other threads than the one that writes. */
import { digestOf, toPendingDigest } from '../../core/ids.ts';
import { toJson } from '../../core/json.ts';
import type { Span } from '../../core/span.ts';
import type { PackedContent, PackedSpan, PackedTurn, StoredTurn } from '../store.ts';
import { hashContent, HASH_BYTES, splitContent } from './content.ts';
import { SPAN_COLUMNS, toSpanColumns } from './span-row.ts';
import { encodeText, packBody } from './text.ts';
import { toTurnCounts } from './turn-counts.ts';
import { toPromptColumn } from './turn-rows.ts';
import { summariseTurn } from './turn-summaries.ts';

/** whole: all of it · outline: without the long texts (`insertTurn` takes both) · texts: these alone, for `fillTurn` */
export type PackKind = 'whole' | 'outline' | 'texts';

type Put = (part: Uint8Array) => { from: number; to: number };

/** Of spans with one id the last stands, as in `saveTurn`. */
export function packTurn(turn: StoredTurn, given: readonly Span[], kind: PackKind): PackedTurn {
  const parts: Uint8Array[] = [];
  let length = 0;
  const put: Put = (part) => {
    parts.push(part);
    length += part.length;
    return { from: length - part.length, to: length };
  };
  const single = [...new Map(given.map((span) => [span.spanId, span])).values()];
  const spans = single.map((span) => packSpan(span, kind, put));
  const summary = summariseTurn(turn, single);
  const counts = kind === 'texts' ? [] : toTurnCounts(turn, single);
  const bytes = join(parts, length);
  if (kind === 'texts') return { turn, spans: spans.flatMap(toTexts), bytes, summary, counts, outline: toOutline(turn, spans) };
  const prompt = given.find(({ spanId }) => spanId === turn.rootSpanId)?.content.prompt;
  const row = kind === 'outline' ? { ...turn, digest: toPendingDigest(toOutline(turn, spans)) } : turn;
  return { turn: row, spans, bytes, summary, counts, ...(prompt === undefined ? {} : { prompt: toPromptColumn(prompt) }) };
}

/** Equal outlines: equal rows, whatever the long texts. */
function toOutline({ digest: _digest, ...turn }: StoredTurn, spans: readonly PackedSpan[]): string {
  return digestOf([toJson(turn), ...spans.flatMap(({ columns, sessionId, keys }) => [columns.join('\0'), sessionId, keys.join('\0')])]);
}

/** What is missing of a row that is there. */
function toTexts({ spanId, sessionId, contents }: PackedSpan): PackedSpan[] {
  return contents.length > 0 ? [{ spanId, sessionId, columns: [], keys: [], contents }] : [];
}

function packSpan(span: Span, kind: PackKind, put: Put): PackedSpan {
  const { short, long } = splitContent(span.content);
  const { spanId, sessionId, keys } = span;
  const contents = kind === 'outline' ? [] : packContents(long, put);
  const columns = toSpanColumns({ ...span, content: short }, null, null);
  return { spanId, sessionId, columns: SPAN_COLUMNS.map((column) => columns[column] as PackedSpan['columns'][number]), keys: [...new Set(keys)].map(encodeText), contents };
}

function packContents(long: Span['content'], put: Put): PackedContent[] {
  return Object.entries(long).map(([kind, text]) => {
    const encoded = encodeText(text);
    const { from: hashAt } = put(hashContent(encoded));
    const [, body] = packBody(encoded);
    return { kind, hashAt, body: typeof body === 'string' ? body : put(body) };
  });
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
