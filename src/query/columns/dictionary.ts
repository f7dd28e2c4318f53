/** Words as numbers. 0 is no word. */
export interface Dictionary {
  /** The number of a word, a new one where it has none. */
  add(word: string | undefined): number;
  /** undefined: nothing has this word. */
  find(word: string): number | undefined;
  /** Undefined of 0. */
  wordOf(number: number): string | undefined;
  /** One more than the highest number. */
  size(): number;
}

export function createDictionary(): Dictionary {
  const words: string[] = [''];
  const numbers = new Map<string, number>();
  return {
    add(word) {
      if (word === undefined || word === '') return 0;
      const known = numbers.get(word);
      if (known !== undefined) return known;
      numbers.set(word, words.length);
      return words.push(word) - 1;
    },
    find: (word) => numbers.get(word),
    wordOf: (number) => (number === 0 ? undefined : words[number]),
    size: () => words.length,
  };
}
