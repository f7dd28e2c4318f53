/**
 * Runs of characters of one class, walked by code: a regular expression that repeats without a bound runs out of stack on a
 * run of some megabytes.
 */

/** The characters below 128 that belong, by code. */
export type CharClass = Uint8Array;

/** `A-Z a-z 0-9` and what is given. */
export function createCharClass(extra: string): CharClass {
  const members = new Uint8Array(128);
  for (const char of `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${extra}`) members[char.charCodeAt(0)] = 1;
  return members;
}

export const ALPHANUMERIC = createCharClass('');
export const BASE64 = createCharClass('+/=');
export const BASE64_URL = createCharClass('_-');
/** RFC 7235's token68. */
export const TOKEN68 = createCharClass('-._~+/=');

/** The place behind the last character of the run that begins here. */
export function endOfRun(text: string, at: number, members: CharClass): number {
  let end = at;
  while (members[text.charCodeAt(end)] === 1) end++;
  return end;
}

/** The place of the first character of the run that ends here; not before `limit`. */
export function startOfRun(text: string, at: number, members: CharClass, limit: number): number {
  let start = at;
  while (start > limit && members[text.charCodeAt(start - 1)] === 1) start--;
  return start;
}
