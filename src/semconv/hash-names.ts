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
  /** The same of a folder: its name has no extension. */
  folder(path: string): string;
}

/** 40 bits, in letters from a to p: of ten thousand names two are equal by chance in one of 20,000 homes, and a tree stays readable. */
const HASH_LETTERS = 10;
/** Kinds of files. What stands behind any other dot may be a name: `john.smith`. */
const KINDS = [
  'astro avif bash bat bin bmp bz2 c cc cfg cjs class clj cmake conf cpp cs css csv cts cxx dart db dll doc docx env erl ex exe exs fish fs gif git go',
  'gql gradle graphql gz h hcl hh hpp hs htm html ico ini ipynb jar java jl jpeg jpg js json json5 jsonc jsonl jsx kt kts less lock log lua m map md mdx',
  'mjs ml mm mp3 mp4 mts nix parquet patch pdf php pl png ppt pptx properties proto ps1 py pyi r rb rs rst sass scala scss sh so sql sqlite svelte svg',
  'swift tar tf tgz toml ts tsv tsx ttf txt vue wasm wav webm webp woff woff2 xls xlsx xml xz yaml yml zig zip zsh zst',
].join(' ').replaceAll(' ', '|');
const EXTENSION = new RegExp(`^(.+)(\\.(?:${KINDS}))$`, 'i');
/** What was hashed is not hashed again. */
const HASHED = new RegExp(`^h-[a-p]{10}(?:@hashed|\\.(?:${KINDS}))?$`, 'i');
/** RFC 5321: at most 64 characters before the @; a name of a host has at most 255. Bounded, and begun where a word begins: linear. */
const EMAIL = /(?<![\w.+%-])[\w.+%-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])/g;
/** Names may hold any sign but blanks: where a run of them holds a slash, all of it may be of a path. */
const RUN = /\S+/g;
/** The parts of a run that are hashed. */
const WORD = /[^\s"'`<>|*?;,(){}[\]=&#!^]+/g;
/** What comes before the path of a URL. */
const ORIGIN = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/\\]*/;
/** As many names as a session has files; then anew. */
const MOST_KEPT = 10_000;

/** Leaves alone what is not of these kinds, and `marks` of what was taken out. */
export function createNameHasher({ kinds, key }: Hashing, marks: RegExp): NameHasher {
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
  const mark = new RegExp(`(${marks.source})`);
  const outsideMarks = (text: string, how: (part: string) => string): string => text.split(mark).map((part, index) => (index % 2 === 1 ? part : how(part))).join('');
  const toPath = (text: string, isFolder = false): string => (hashesPaths ? outsideMarks(text, (part) => hashSegments(part, toHash, isFolder)) : text);
  const hashRun = (run: string): string => !/[\\/]/.test(run) ? run : outsideMarks(run, (part) => part.replace(WORD, (word) => hashSegments(word, toHash)));
  return {
    emails: (text) => (hashesEmails && text.includes('@') ? text.replace(EMAIL, (email) => `${toHash(email.toLowerCase())}@hashed`) : text),
    paths: (text) => (hashesPaths && /[\\/]/.test(text) ? text.replace(RUN, hashRun) : text),
    path: (path) => toPath(path),
    folder: (path) => toPath(path, true),
  };
}

/** No digits: many a pattern is about those. */
function toLetter(digit: string): string {
  return String.fromCharCode(97 + Number.parseInt(digit, 16));
}

/** `/home/ann/notes.txt:12` → `/h-…/h-…/h-….txt:12`: what joins the names stays, a drive, `~`, `.` and `..` too. */
function hashSegments(text: string, toHash: (name: string) => string, isFolder = false): string {
  const origin = ORIGIN.exec(text)?.[0] ?? '';
  const parts = text.slice(origin.length).split(/([\\/:]+)/);
  const lastSlash = parts.findLastIndex((part, index) => index % 2 === 1 && /[\\/]/.test(part));
  const hashed = parts.map((part, index) => {
    const isJoint = index % 2 === 1;
    const isLineNumber = /^\d+$/.test(part) && parts[index - 1] === ':';
    const isDrive = index === 0 && /^[A-Za-z]$/.test(part) && parts[1]?.startsWith(':') === true;
    if (isJoint || isLineNumber || isDrive || /^(?:|\.{1,2}|~)$/.test(part) || HASHED.test(part)) return part;
    return isFolder || index < lastSlash ? toHash(part) : hashFileName(part, toHash);
  });
  return origin + hashed.join('');
}

/** What kind of file it is stays readable. The extension is no part of the name: `a.ts` and `a.js` share theirs. */
function hashFileName(name: string, toHash: (name: string) => string): string {
  const [, stem, extension] = EXTENSION.exec(name) ?? [];
  return stem === undefined ? toHash(name) : `${toHash(stem)}${extension}`;
}
