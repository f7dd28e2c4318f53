/**
 * Long texts of very large files are left where they stand: a mark is kept in their place, and the text is read again when it is stored. So a
 * session of a gigabyte takes as much memory as its records, not as its texts.
 */
import { closeSync, readSync } from 'node:fs';
import { hashOf } from '../core/ids.ts';
import { SHORT_TEXT_LENGTH } from '../core/span.ts';
import { openRegularFile } from './regular-file.ts';
import { asRecord } from './untrusted.ts';

/** A line's place in its file, in bytes. */
export interface LinePlace {
  offset: number;
  length: number;
}

/** Finds the text again in its line's record. */
export type PickText = (record: Record<string, unknown>) => string | undefined;

export interface FarTexts {
  /** The line that `leave` is told of next. */
  enter(line: LinePlace): void;
  /** The text itself, or a mark that stands for it. */
  leave(text: string, pick: PickText): string;
  /** No text was left. */
  isEmpty(): boolean;
  /** What a mark of this name stands for; undefined where the file does not say so any more. */
  find(name: string): string | undefined;
}

/** Files up to this are read as they are: their texts are no burden. */
const LARGE_FILE_BYTES = 64 << 20;
/** Below this a mark with what has to be known of it saves nothing worth reading a line again for. */
const FAR_LENGTH = 4096;

/** Signs of no meaning (Unicode's private use area) around a hash and dots that make it count as long. Foreign text with such a mark finds nothing, or a text of its own file. */
const MARK = /\uE000([0-9a-f]{32})\.*\uE001/g;

/** The far texts of one file. */
export function createFarTexts(path: string, bytes: number): FarTexts {
  const places = new Map<string, LinePlace & { pick: PickText }>();
  let line: LinePlace | undefined;
  return {
    enter: (place) => void (line = place),
    leave(text, pick) {
      if (bytes <= LARGE_FILE_BYTES || text.length < FAR_LENGTH || !line) return text;
      const name = hashOf(text).slice(0, 32);
      if (!places.has(name)) places.set(name, { ...line, pick });
      return `\uE000${name}${'.'.repeat(SHORT_TEXT_LENGTH)}\uE001`;
    },
    isEmpty: () => places.size === 0,
    find(name) {
      const place = places.get(name);
      const text = place && readText(path, place);
      return text !== undefined && hashOf(text).slice(0, 32) === name ? text : undefined;
    },
  };
}

/** A text with the marks in it replaced; the text itself where it holds none. */
export function replaceMarks(text: string, toText: (name: string) => string): string {
  return text.includes('\uE000') ? text.replace(MARK, (_mark, name: string) => toText(name)) : text;
}

function readText(path: string, { offset, length, pick }: LinePlace & { pick: PickText }): string | undefined {
  try {
    const file = openRegularFile(path);
    try {
      const bytes = Buffer.allocUnsafe(length);
      const record = asRecord(JSON.parse(bytes.toString('utf8', 0, readSync(file, bytes, 0, length, offset))));
      return record && pick(record);
    } finally {
      closeSync(file);
    }
  } catch {
    // It was shortened, rewritten or removed meanwhile.
    return undefined;
  }
}
