/**
 * Text in and out of SQLite. Foreign text may hold what a TEXT column cannot: a NUL (Node 22 reads only up to it) or half of a
 * surrogate pair (an agent cut an emoji in two; it would come back as U+FFFD, and two ids could become one). Such text is
 * kept as JSON behind a prefix.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { SqlValue } from '../database.ts';

const JSON_PREFIX = 'json:';
/** A NUL or half of a pair; whole pairs are let through. Slow beside the next one, which says in most cases that there is none. */
const BROKEN = /[\0\p{Surrogate}]/u;
const SUSPICIOUS = /[\0\uD800-\uDFFF]/;

/** Text → what a TEXT column keeps unharmed. Different texts stay different. */
export function encodeText(text: string): string {
  const broken = text.startsWith(JSON_PREFIX) || (SUSPICIOUS.test(text) && BROKEN.test(text));
  return broken ? JSON_PREFIX + JSON.stringify(text) : text;
}

/** The inverse of `encodeText`. */
export function decodeText(column: string): string {
  return column.startsWith(JSON_PREFIX) ? (JSON.parse(column.slice(JSON_PREFIX.length)) as string) : column;
}

/** Below this, compression costs more time than the disk it saves is worth (half at 4 kB for 8 µs a kB, a third at 1 kB). */
const COMPRESS_FROM_LENGTH = 4096;
const PLAIN = 0;
const ZSTD = 1;

/** Whether a text is long enough to be compressed. */
export function isPacked(encoded: string): boolean {
  return encoded.length >= COMPRESS_FROM_LENGTH;
}

/** Encoded text that may be long → its columns `encoding` and `body`. */
export function packBody(encoded: string): [encoding: number, body: string | Uint8Array] {
  if (!isPacked(encoded)) return [PLAIN, encoded];
  return [ZSTD, zstdCompressSync(encoded, { params: { [constants.ZSTD_c_compressionLevel]: 1 } })];
}

/** The column `encoding` of a body. */
export function encodingOf(body: string | Uint8Array): number {
  return typeof body === 'string' ? PLAIN : ZSTD;
}

/** The inverse of `packBody`. */
export function unpackBody(encoding: SqlValue | undefined, body: SqlValue | undefined): string {
  return Number(encoding) === PLAIN ? String(body) : zstdDecompressSync(body as Uint8Array).toString();
}
