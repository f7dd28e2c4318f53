/** Scripts that put no spaces between words: each of their characters is looked for as a word, and a word as a row of them. Pure. */

/** Han, Kana, Thai, Lao, Myanmar, Khmer. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Khmer}]/gu;
/** Faster than the classes above where there is nothing of the kind, as in most texts. */
const MAYBE = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff66-\uff9f\ud840-\ud88f]/;

/** Text → the text in which such characters stand apart. Both what is kept and what is asked go through it. */
export function spreadScript(text: string): string {
  return MAYBE.test(text) ? text.replace(UNSPACED, ' $& ') : text;
}
