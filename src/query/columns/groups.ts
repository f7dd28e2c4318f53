/** Words that were met, numbered from 0 in the order in which they came. */
export interface Groups {
  of(word: number): number;
  size(): number;
  /** The dictionary's number of a group. */
  wordOf(group: number): number;
}

/** `words`: the size of the dictionary. */
export function createGroups(words: number): Groups {
  const numbers = new Int32Array(words).fill(-1);
  const met: number[] = [];
  return {
    of(word) {
      const known = numbers[word] ?? -1;
      if (known !== -1) return known;
      numbers[word] = met.length;
      return met.push(word) - 1;
    },
    size: () => met.length,
    wordOf: (group) => met[group] ?? 0,
  };
}
