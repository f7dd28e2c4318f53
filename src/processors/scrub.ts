/**
 * Takes secrets out of text before anything is stored. Pure, and linear in the length of the text whatever stands in it. What
 * was found becomes `[redacted:<kind>]`; a text that was scrubbed once is not changed by scrubbing it again.
 */
import { findSecretProperty, replaceAssigned } from './secret-assignments.ts';
import { replaceAuthorization, replaceCommandLineUsers, replacePrivateKeys, replaceTokens, replaceUrlPasswords, replaceWebTokens } from './secret-shapes.ts';

export interface Scrubbed<T> {
  value: T;
  /** How many secrets were taken out. */
  count: number;
}

/** The ones that know a secret by itself come first: what they find keeps its own kind under any name. */
const STEPS = [replacePrivateKeys, replaceTokens, replaceWebTokens, replaceAuthorization, replaceUrlPasswords, replaceCommandLineUsers, replaceAssigned];

/** Once more than any text of nested quotes needs. */
const ROUNDS = 4;

/** Text → the same text with its secrets replaced, and how many there were. Never throws. */
export function scrubSecrets(text: string): { text: string; count: number } {
  let count = 0;
  const tell = (): void => void count++;
  let scrubbed = text;
  // Where a secret went, its neighbours may stand in another light: again, until nothing is found.
  for (let round = 0, before = -1; round < ROUNDS && before !== count; round++) {
    before = count;
    for (const replace of STEPS) scrubbed = replace(scrubbed, tell);
  }
  return { text: scrubbed, count };
}

export type ScrubText = (text: string) => { text: string; count: number };

/** Shorter ones are scrubbed as quickly as they are found. */
const REMEMBERED_LENGTH = 64;

/** `scrubSecrets` that remembers its answers, for texts that come again as the very same strings. It holds on to all of them: drop it with them. */
export function rememberScrubbed(): ScrubText {
  const known = new Map<string, ReturnType<ScrubText>>();
  return (text) => {
    if (text.length < REMEMBERED_LENGTH) return scrubSecrets(text);
    const found = known.get(text) ?? scrubSecrets(text);
    known.set(text, found);
    return found;
  };
}

/** Keys that hold no secret: the same few stand in every value. No memory of what was scrubbed: they are looked up only. */
const cleanKeys = new Set<string>();
const KEPT_KEY_LENGTH = 40;
const MOST_KEPT_KEYS = 1000;

/**
 * A JSON value → a copy with the secrets in its texts and keys replaced; a text that stands under a secret's name
 * (`{"password": "…"}`) goes whole. Numbers, booleans and null stay. Any depth. `scrub`: `scrubSecrets`, or one that remembers what it gave.
 */
export function scrubValue(value: unknown, scrub: ScrubText = scrubSecrets): Scrubbed<unknown> {
  if (typeof value === 'string') {
    const { text, count: found } = scrub(value);
    return { value: text, count: found };
  }
  let count = 0;
  const scrubText = (text: string, name?: string): string => {
    const kind = name === undefined ? undefined : findSecretProperty(name, text);
    const result = kind ? { text: `[redacted:${kind}]`, count: 1 } : scrub(text);
    count += result.count;
    return result.text;
  };
  const scrubKey = (key: string): string => {
    if (cleanKeys.has(key)) return key;
    const scrubbed = scrubText(key);
    if (scrubbed === key && key.length <= KEPT_KEY_LENGTH && cleanKeys.size < MOST_KEPT_KEYS) cleanKeys.add(key);
    return scrubbed;
  };
  const top: unknown[] = [value];
  // A list of containers still to walk instead of recursion: nesting is foreign data and may be deeper than our stack.
  const waiting: { from: object; to: unknown[] | Record<string, unknown> }[] = [];
  const copy = (item: unknown, name?: string): unknown => {
    if (typeof item === 'string') return scrubText(item, name);
    if (item === null || typeof item !== 'object') return item;
    const to: unknown[] | Record<string, unknown> = Array.isArray(item) ? [] : {};
    waiting.push({ from: item, to });
    return to;
  };
  top[0] = copy(value);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { from, to } = next;
    if (Array.isArray(to)) for (const item of from as unknown[]) to.push(copy(item));
    // defineProperty: a key `__proto__` is data here.
    else for (const [key, item] of Object.entries(from)) Object.defineProperty(to, scrubKey(key), { value: copy(item, key), enumerable: true, writable: true, configurable: true });
  }
  return { value: top[0], count };
}
