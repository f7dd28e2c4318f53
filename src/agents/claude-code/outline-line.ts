/**
 * A line of a transcript without the long texts of a result, for a first reading that wants all but them. Most of a transcript's bytes
 * are results, each there twice or three times: to pass over these bytes costs a fraction of making texts of them.
 */
import { SHORT_TEXT_LENGTH } from '../../core/span.ts';

/** So many bytes hold more than SHORT_TEXT_LENGTH characters, however they are written (\uXXXX: six bytes a character). */
const LONG_BYTES = 6 * (SHORT_TEXT_LENGTH + 1);
/** Stands for a long text: long itself. */
const LATER = Buffer.from('.'.repeat(SHORT_TEXT_LENGTH + 1));

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
/** Most strings are names and ids: only of what is longer four bytes at a time are looked at. */
const NEAR_BYTES = 40;

const RESULT = 'tool_result';
const FAILED_NAME = 'is_error';
const FAILED = `${FAILED_NAME}":true`;

/**
 * Line → its text, with other texts in place of those of more than LONG_BYTES where it holds results and all of them went well: of these
 * nobody reads more than that they are long. Any other line is given as it stands; what is no JSON stays none, unless that is so only
 * within a text that was left out.
 */
export function toOutlineLine(line: Buffer): string {
  return (line.length > LONG_BYTES ? shorten(line) : undefined) ?? line.toString('utf8');
}

/** Undefined: nothing to be left out. */
function shorten(line: Buffer): string | undefined {
  const bytes = toBytes(line);
  const parts: Uint8Array[] = [];
  let isResult = false;
  let kept = 0;
  for (let at = line.indexOf(QUOTE); at < line.length; at++) {
    if (line[at] !== QUOTE) continue;
    const from = at + 1;
    at = findEnd(bytes, from);
    if (at === -1) return undefined;
    const length = at - from;
    if (length > LONG_BYTES) {
      if (!isResult) return undefined;
      parts.push(line.subarray(kept, from), LATER);
      kept = at;
    } else if (length === RESULT.length) isResult ||= line.toString('latin1', from, at) === RESULT;
    else if (length === FAILED_NAME.length && line.toString('latin1', from, from + FAILED.length) === FAILED) return undefined;
  }
  return parts.length === 0 ? undefined : Buffer.concat([...parts, line.subarray(kept)]).toString('utf8');
}

/** A line, and the buffer that it stands in as words of four bytes. */
interface Bytes {
  line: Buffer;
  words: Int32Array;
}

function toBytes(line: Buffer): Bytes {
  return { line, words: new Int32Array(line.buffer, 0, line.buffer.byteLength >> 2) };
}

/** The quote that ends the string which begins at this place; -1: none does. */
function findEnd({ line, words }: Bytes, from: number): number {
  const near = Math.min(from + NEAR_BYTES, line.length);
  for (let at = from; at < near; at += line[at] === BACKSLASH ? 2 : 1) if (line[at] === QUOTE) return at;
  const { byteOffset, length } = line;
  const last = (byteOffset + length) >> 2;
  for (let at = near; at < length; at++) {
    if (((at + byteOffset) & 3) === 0) {
      let word = (at + byteOffset) >> 2;
      while (word < last && !hasQuote(words[word] as number)) word++;
      at = (word << 2) - byteOffset;
    }
    if (line[at] === QUOTE && !isEscaped(line, at)) return at;
  }
  return -1;
}

/** Whether one of its four bytes is a quote. https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord */
function hasQuote(word: number): boolean {
  const byte = word ^ 0x22222222;
  return ((byte - 0x01010101) & ~byte & 0x80808080) !== 0;
}

/** After an odd number of backslashes it stands for itself. */
function isEscaped(line: Buffer, at: number): boolean {
  let first = at;
  while (line[first - 1] === BACKSLASH) first--;
  return ((at - first) & 1) === 1;
}
