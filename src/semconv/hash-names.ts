/**
 * Names that may be compared and not read: a segment of a path, an e-mail address → a short hash with a key. Equal names give equal
 * hashes, so that a backend can still group by them. Pure.
 */
import { hashOf } from '../core/ids.ts';
import type { Hashing } from '../core/sharing.ts';

export interface NameHasher {
  /** E-mail addresses within a text. */
  emails(text: string): string;
  /** What looks like a path within a text. */
  paths(text: string): string;
  /** A text that is a path as a whole, blanks and all. */
  path(path: string): string;
}

/** 40 bits, in letters from a to p: of ten thousand names two are equal by chance in one of 20,000 homes, and a tree stays readable. */
const HASH_LETTERS = 10;
/** What was hashed is not hashed again. */
const HASHED = /^h-[a-p]{10}(?:\.[A-Za-z0-9]{1,8})?$/;
/** RFC 5321: at most 64 characters before the @; a name of a host has at most 255. Bounded, and begun where a word begins: linear. */
const EMAIL = /(?<![\w.+%-])[\w.+%-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])/g;
/** Words as paths are written into texts, commands and JSON. */
const WORD = /[^\s"'`<>|*?;,(){}[\]=&#!^]+/g;
/** What comes before the path of a URL. */
const ORIGIN = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/\\]*/;
/** As many names as a session has files; then anew. */
const MOST_KEPT = 10_000;

/** Leaves alone what is not of these kinds. */
export function createNameHasher({ kinds, key }: Hashing): NameHasher {
  const known = new Map<string, string>();
  const toHash = (name: string): string => {
    const kept = known.get(name);
    if (kept !== undefined) return kept;
    if (known.size >= MOST_KEPT) known.clear();
    const hashed = `h-${hashOf('name', key, name).slice(0, HASH_LETTERS).replace(/./g, toLetter)}`;
    known.set(name, hashed);
    return hashed;
  };
  const hashesEmails = kinds.includes('emails');
  const hashesPaths = kinds.includes('paths');
  // What was taken out before stays as it is.
  const path = (text: string): string => (hashesPaths ? text.split(/(\[redacted:[^\]\s]+\])/).map((part, index) => (index % 2 === 1 ? part : hashSegments(part, toHash))).join('') : text);
  return {
    emails: (text) => (hashesEmails && text.includes('@') ? text.replace(EMAIL, (email) => `${toHash(email.toLowerCase())}@hashed`) : text),
    paths: (text) => (hashesPaths && /[\\/]/.test(text) ? text.replace(WORD, (word) => (/[\\/]/.test(word) ? path(word) : word)) : text),
    path,
  };
}

/** No digits: many a pattern is about those. */
function toLetter(digit: string): string {
  return String.fromCharCode(97 + Number.parseInt(digit, 16));
}

/** `/home/ann/notes.txt:12` → `/h-…/h-…/h-….txt:12`: what joins the names stays, a drive, `~`, `.` and `..` too. */
function hashSegments(text: string, toHash: (name: string) => string): string {
  const origin = ORIGIN.exec(text)?.[0] ?? '';
  const parts = text.slice(origin.length).split(/([\\/:]+)/);
  const hashed = parts.map((part, index) => {
    const isJoint = index % 2 === 1;
    const isLineNumber = /^\d+$/.test(part) && parts[index - 1] === ':';
    const isDrive = index === 0 && /^[A-Za-z]$/.test(part) && parts[1]?.startsWith(':') === true;
    if (isJoint || isLineNumber || isDrive || /^(?:|\.{1,2}|~)$/.test(part) || HASHED.test(part)) return part;
    return hashSegment(part, toHash);
  });
  return origin + hashed.join('');
}

/** What kind of file it is stays readable. The extension is no part of the name: `a.ts` and `a.js` share theirs. */
function hashSegment(segment: string, toHash: (name: string) => string): string {
  const [, stem, extension] = /^(.+)(\.[A-Za-z0-9]{1,8})$/.exec(segment) ?? [];
  return stem === undefined ? toHash(segment) : `${toHash(stem)}${extension}`;
}
