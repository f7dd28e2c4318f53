/** Secrets that are known by their own shape: vendors' tokens, private keys, web tokens, authorization headers, passwords in URLs. */
import { BASE64_URL, endOfRun, startOfRun, TOKEN68 } from './char-run.ts';
import { ANY_SECRET_PATTERN, isTokenStart, SECRET_PATTERNS } from './secret-patterns.ts';

/** A secret found: what is replaced, and the kind that stands there instead. */
interface Found {
  start: number;
  end: number;
  kind: string;
}

/** Told once for each secret. */
export type Tell = () => void;

/** Writes a text anew, piece by piece, without the secrets found in it. */
function replaceAll(text: string, find: (from: number) => Found | undefined, tell: Tell): string {
  let result = '';
  let done = 0;
  for (let found = find(0); found; found = find(done)) {
    result += `${text.slice(done, found.start)}[redacted:${found.kind}]`;
    done = found.end;
    tell();
  }
  return done === 0 ? text : result + text.slice(done);
}

/** Calls `accept` on every match from `from` on, until it takes one. `accept` gives the place to go on from when it does not. */
function findMatch(pattern: RegExp, text: string, from: number, accept: (match: RegExpExecArray) => Found | number): Found | undefined {
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const found = accept(match);
    if (typeof found === 'object') return found;
    pattern.lastIndex = Math.max(found, match.index + 1);
  }
  return undefined;
}

/** A digit near the beginning of a token. */
function hasDigit(text: string, start: number, end: number): boolean {
  return /[0-9]/.test(text.slice(start, Math.min(end, start + 400)));
}

/** Tokens of the vendors in the list. */
export function replaceTokens(text: string, tell: Tell): string {
  if (!ANY_SECRET_PATTERN.test(text)) return text;
  let result = text;
  for (const { kind, pattern, rest, boundary, needsDigit } of SECRET_PATTERNS) {
    const before = result;
    const find = (from: number): Found | undefined =>
      findMatch(pattern, before, from, ({ index, 0: head }) => {
        const end = rest ? endOfRun(before, index + head.length, rest) : index + head.length;
        const isSecret = isTokenStart(before, index, boundary) && (!needsDigit || hasDigit(before, index, end));
        return isSecret ? { start: index, end, kind } : end;
      });
    result = replaceAll(before, find, tell);
  }
  return result;
}

const KEY_BEGIN = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const KEY_END = /-----END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
/** More than the PEM text of an RSA key of 16384 bits (about 13 KB) with every line break escaped. */
const KEY_LENGTH_LIMIT = 32_768;
const KEY_LINE = /(?:\s|\\{1,8}[nrt]){0,16}[A-Za-z0-9+/=]{16,4096}/y;

/** PEM and PGP blocks, also those whose end was cut off. */
export function replacePrivateKeys(text: string, tell: Tell): string {
  if (!text.includes('-----BEGIN ')) return text;
  // The next end and the next quote are looked for only once they have been passed: many beginnings without an end must not
  // each search the whole text. No key holds a quote: behind one begins another string.
  let end = { start: -1, stop: -1 };
  let quote = -1;
  const find = (from: number): Found | undefined =>
    findMatch(KEY_BEGIN, text, from, ({ index, 0: head }) => {
      const body = index + head.length;
      if (end.start < body) end = findEndMark(text, body);
      if (quote < body) quote = findQuote(text, body);
      const isWhole = end.start - body <= KEY_LENGTH_LIMIT && end.start < quote;
      const stop = isWhole ? end.stop : endOfKeyBody(text, body);
      return stop > body ? { start: index, end: stop, kind: 'private-key' } : body;
    });
  return replaceAll(text, find, tell);
}

function findEndMark(text: string, from: number): { start: number; stop: number } {
  KEY_END.lastIndex = from;
  const match = KEY_END.exec(text);
  return match ? { start: match.index, stop: match.index + match[0].length } : { start: Infinity, stop: Infinity };
}

function findQuote(text: string, from: number): number {
  const place = text.slice(from, from + KEY_LENGTH_LIMIT).search(/["'`]/);
  return place < 0 ? from + KEY_LENGTH_LIMIT : from + place;
}

function endOfKeyBody(text: string, start: number): number {
  let end = start;
  for (KEY_LINE.lastIndex = start; KEY_LINE.test(text); ) end = KEY_LINE.lastIndex;
  return end;
}

/** JSON Web Tokens: two parts of base64url JSON (`eyJ` is `{"`) and a signature. Found by their first dot. */
export function replaceWebTokens(text: string, tell: Tell): string {
  const find = (from: number): Found | undefined => {
    for (let dot = text.indexOf('.eyJ', from); dot >= 0; dot = text.indexOf('.eyJ', dot + 1)) {
      const run = startOfRun(text, dot, BASE64_URL, from);
      const head = text.slice(run, dot).indexOf('eyJ');
      if (head < 0 || dot - run - head < 8) continue;
      const payload = endOfRun(text, dot + 1, BASE64_URL);
      const end = text[payload] === '.' ? endOfRun(text, payload + 1, BASE64_URL) : payload;
      return { start: run + head, end, kind: 'jwt' };
    }
    return undefined;
  };
  return replaceAll(text, find, tell);
}

const ANY_AUTHORIZATION = /bearer|basic|authorization/i;
const SCHEME = /(?:bearer|basic)[ \t]{1,8}[A-Za-z0-9._~+/-]{6}/gi;
const HEADER_BEFORE = /authorization\\*["']?[ \t]*[:=][ \t]*\\*["']?$/i;
const RAW_HEADER = /authorization\\{0,3}["']?[ \t]{0,8}[:=][ \t]{0,8}\\{0,3}["']?(?:(?:token|api-?key|key|digest|negotiate|ntlm)[ \t]{1,8})?[A-Za-z0-9._~+/=-]{8}/gi;

/** `Bearer …`, `Basic …`, `Authorization: …`. Outside a header only what looks like a token: people write about bearers, too. */
export function replaceAuthorization(text: string, tell: Tell): string {
  if (!ANY_AUTHORIZATION.test(text)) return text;
  const findScheme = (from: number): Found | undefined =>
    findMatch(SCHEME, text, from, ({ index, 0: head }) => {
      const start = index + head.length - 6;
      const end = endOfRun(text, start, TOKEN68);
      const isHeader = HEADER_BEFORE.test(text.slice(Math.max(0, index - 40), index));
      const isTokenLike = end - start >= 12 && /[0-9=]/.test(text.slice(start, start + 400)) && isTokenStart(text, index, 'word');
      return isHeader || (isTokenLike && hasTokenLook(text, start, end)) ? { start, end, kind: /^be/i.test(head) ? 'bearer-token' : 'basic-credentials' } : end;
    });
  const schemes = replaceAll(text, findScheme, tell);
  const findRaw = (from: number): Found | undefined =>
    findMatch(RAW_HEADER, schemes, from, ({ index, 0: head }) => {
      const start = index + head.length - 8;
      const end = endOfRun(schemes, start, TOKEN68);
      return hasDigit(schemes, start, end) ? { start, end, kind: 'authorization' } : end;
    });
  return replaceAll(schemes, findRaw, tell);
}

function hasTokenLook(text: string, start: number, end: number): boolean {
  const token = text.slice(start, Math.min(end, start + 400));
  return hasDigit(text, start, end) || token.endsWith('=');
}

/** What stands for a password instead of being one: a variable, a blank, what was redacted before. */
const BLANK = /^(?:\[redacted:|[$%{]|\*{2,}|x{3,}$|\.{2,})/i;
const USER_STOP = /[\s/:@?#"'`<>\\[\]]/;
const PASSWORD_STOP = /[\s/?#"'`<>\\]/;

/** `scheme://user:password@host`: connection strings too. */
export function replaceUrlPasswords(text: string, tell: Tell): string {
  const find = (from: number): Found | undefined => {
    for (let at = text.indexOf('://', from); at >= 0; at = text.indexOf('://', at + 3)) {
      let colon = at + 3;
      while (colon < text.length && !USER_STOP.test(text[colon] ?? '')) colon++;
      if (text[colon] !== ':') continue;
      const end = endOfUrlPassword(text, colon + 1);
      if (end > colon + 1 && !BLANK.test(text.slice(colon + 1, Math.min(end, colon + 40)))) return { start: colon + 1, end, kind: 'url-password' };
    }
    return undefined;
  };
  return replaceAll(text, find, tell);
}

/** The place of the last `@` before the host ends; the place given where there is none. */
function endOfUrlPassword(text: string, start: number): number {
  let end = start;
  for (let at = start; at < text.length && !PASSWORD_STOP.test(text[at] ?? ''); at++) if (text[at] === '@') end = at;
  return end;
}

const COMMAND_LINE_USER = /(?:-u|--user|--proxy-user)[ =]["']?[^\s:"'$]{1,64}:(?=[^\s"'$])/g;
const REQUEST_PROGRAM = /\b(?:curl|wget|https?|xh)\b[^\n|;&]*$/;

/** `curl -u user:password`. Other programs mean other things by `-u`. */
export function replaceCommandLineUsers(text: string, tell: Tell): string {
  // Each of its spellings holds this; looking for it costs a third.
  if (!text.includes('-u')) return text;
  const find = (from: number): Found | undefined =>
    findMatch(COMMAND_LINE_USER, text, from, ({ index, 0: head }) => {
      const start = index + head.length;
      let end = start;
      while (end < text.length && !/[\s"']/.test(text[end] ?? '')) end++;
      if (BLANK.test(text.slice(start, start + 40)) || !REQUEST_PROGRAM.test(text.slice(Math.max(0, index - 200), index))) return end;
      return { start, end, kind: 'password' };
    });
  return replaceAll(text, find, tell);
}
