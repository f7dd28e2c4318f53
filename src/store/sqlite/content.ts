/** Texts of spans: long ones each kept once by their hash, short ones in the span's own row. */
import { hash } from 'node:crypto';
import { SHORT_TEXT_LENGTH, type ContentKind, type Span } from '../../core/span.ts';
import type { Database, SqlRow } from '../database.ts';
import { decodeText, encodeText, encodingOf, isPacked, packBody, unpackBody } from './text.ts';


/** Content parted into what stands in the span's row and what is shared: a short one in a row of its own, with its hash and its references, takes as much room as a second copy. */
export function splitContent(content: Span['content']): { short: Span['content']; long: Span['content'] } {
  const parts: { short: Span['content']; long: Span['content'] } = { short: {}, long: {} };
  for (const [kind, text] of Object.entries(content)) {
    if (text !== undefined) parts[text.length <= SHORT_TEXT_LENGTH ? 'short' : 'long'][kind as ContentKind] = text;
  }
  return parts;
}

/**
 * Makes the shared content of a stored span equal to `content`. `fresh`: the row was just inserted, so there is nothing to compare with.
 * Returns whether anything changed.
 */
export function saveContent(db: Database, row: { id: number; fresh: boolean }, content: Span['content']): boolean {
  const before = row.fresh ? new Map<string, number>() : readReferences(db, row.id);
  const replaced: number[] = [];
  let changed = false;
  for (const [kind, text] of Object.entries(content)) {
    const id = contentId(db, text);
    const old = before.get(kind);
    before.delete(kind);
    if (old === id) continue;
    if (old !== undefined) replaced.push(old);
    db.sql('INSERT OR REPLACE INTO span_content (span, kind, content) VALUES (?, ?, ?)').run(row.id, kind, id);
    changed = true;
  }
  for (const [kind, old] of before) {
    db.sql('DELETE FROM span_content WHERE span = ? AND kind = ?').run(row.id, kind);
    replaced.push(old);
    changed = true;
  }
  removeUnreferenced(db, replaced);
  return changed;
}

/** The content rows that a span refers to. */
export function readContentIds(db: Database, span: number): number[] {
  return [...readReferences(db, span).values()];
}

/** Deletes those of these content rows that no span refers to any more: what is forgotten must not stay behind. */
export function removeUnreferenced(db: Database, contentIds: Iterable<number>): void {
  const remove = db.sql('DELETE FROM content WHERE id = ? AND NOT EXISTS (SELECT 1 FROM span_content WHERE span_content.content = content.id)');
  for (const id of contentIds) remove.run(id);
}

/** The shared content of one span. */
export function readContent(db: Database, span: number): Span['content'] {
  const rows = db.sql(`SELECT kind, encoding, body FROM span_content JOIN content ON content.id = content WHERE span = ?`).all(span);
  return toContent(rows);
}

/** Rows with kind, encoding and body → content. */
export function toContent(rows: readonly SqlRow[]): Span['content'] {
  const content: Span['content'] = {};
  for (const { kind, encoding, body } of rows) content[kind as ContentKind] = decodeText(unpackBody(encoding, body));
  return content;
}

function readReferences(db: Database, span: number): Map<string, number> {
  const rows = db.sql('SELECT kind, content FROM span_content WHERE span = ?').all(span);
  return new Map(rows.map((row) => [String(row.kind), Number(row.content)]));
}

/** Half of SHA-256 keeps two texts apart as surely, and the index half as large. */
export const HASH_BYTES = 16;

/** Encoded text → the hash that it is found by. */
export function hashContent(encoded: string): Uint8Array {
  return hash('sha256', encoded, 'buffer').subarray(0, HASH_BYTES);
}

/** The row with this hash, made of this body (a text as it is, or compressed) where there is none. */
export function insertContent(db: Database, digest: Uint8Array, body: string | Uint8Array): number {
  const insert = db.sql('INSERT INTO content (hash, encoding, body) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING');
  const { changes, lastInsertRowid } = insert.run(digest, encodingOf(body), body);
  return Number(changes) === 1 ? Number(lastInsertRowid) : Number(findContent(db, digest));
}

function findContent(db: Database, digest: Uint8Array): number | undefined {
  const row = db.sql('SELECT id FROM content WHERE hash = ?').get(digest);
  return row && Number(row.id);
}

function contentId(db: Database, text: string): number {
  const encoded = encodeText(text);
  const digest = hashContent(encoded);
  // Most texts are new: asking first is worth it only where it may save packing one.
  return (isPacked(encoded) ? findContent(db, digest) : undefined) ?? insertContent(db, digest, packBody(encoded)[1]);
}
