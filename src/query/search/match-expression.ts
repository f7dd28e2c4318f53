/** What a person typed → what is asked of the index. Pure; nothing that is typed can break it. */
import { spreadScript } from './spread-script.ts';

export interface Match {
  /** In the language of FTS5: every term quoted, so that nothing of it is a word of that language. */
  expression: string;
  /** What is to be found, for the piece of text that is shown; `isPrefix`: only the beginning of its last word. */
  terms: { text: string; isPrefix: boolean }[];
}

/** More than anybody types; each costs a look into the index. */
const MOST_TERMS = 16;
const MOST_LENGTH = 200;
/** `a*` would be half of the index. */
const SHORTEST_PREFIX = 2;

const TERM = /(?<not>-)?(?:"(?<phrase>[^"]*)"?|(?<word>[^\s"]+?))(?<star>\*)?(?=[\s"]|$)/gu;
/** What the index keeps of a text: letters, digits, marks and private signs. */
const KEPT = /[\p{L}\p{N}\p{Co}]/u;

/**
 * Words are all to be found in one span; `"words in a row"`, `begin*`, `-without`. Signs inside of a word part it: `read_file` is found where
 * `read` and `file` stand next to each other. Undefined where nothing is left that could be looked for.
 */
export function toMatch(text: string): Match | undefined {
  const terms: Match['terms'] = [];
  const wanted: string[] = [];
  const unwanted: string[] = [];
  for (const found of text.replaceAll('\0', ' ').slice(0, MOST_TERMS * MOST_LENGTH).matchAll(TERM)) {
    const { not, phrase, word, star } = found.groups ?? {};
    const term = (phrase ?? word ?? '').slice(0, MOST_LENGTH).trim();
    if (!KEPT.test(term) || wanted.length + unwanted.length === MOST_TERMS) continue;
    const isPrefix = star !== undefined && [...term].filter((sign) => KEPT.test(sign)).length >= SHORTEST_PREFIX;
    (not === undefined ? wanted : unwanted).push(`"${spreadScript(term).trim().replaceAll('"', ' ')}"${isPrefix ? '*' : ''}`);
    if (not === undefined) terms.push({ text: term, isPrefix });
  }
  if (wanted.length === 0) return undefined;
  const expression = wanted.join(' AND ');
  return { expression: unwanted.length === 0 ? expression : `(${expression}) NOT (${unwanted.join(' OR ')})`, terms };
}
