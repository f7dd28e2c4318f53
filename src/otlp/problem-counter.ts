import type { Problem } from '../core/problem.ts';

/** A foreign request can be wrong in a million places; its list of problems stays short. Of each code, so that none hides another: the codes are ours, and few. */
const MAX_DISTINCT_PROBLEMS = 50;

export interface ProblemCounter {
  add(code: string, detail: string): void;
  /** One problem per (code, detail), with how often it was seen. */
  list(): Problem[];
}

/** Collects problems of one parse: equal ones are counted, and beyond 50 different ones of a code only their number is kept. */
export function createProblemCounter(): ProblemCounter {
  const counts = new Map<string, { problem: Problem; count: number }>();
  const distinct = new Map<string, number>();
  let more = 0;
  return {
    add(code, detail) {
      const key = `${code} ${detail}`;
      const known = counts.get(key);
      if (known) known.count += 1;
      else if ((distinct.get(code) ?? 0) < MAX_DISTINCT_PROBLEMS) {
        counts.set(key, { problem: { code, detail }, count: 1 });
        distinct.set(code, (distinct.get(code) ?? 0) + 1);
      } else more += 1;
    },
    list() {
      const listed = [...counts.values()].map(({ problem, count }) =>
        count === 1 ? problem : { code: problem.code, detail: `${problem.detail} (${count} times)` },
      );
      return more === 0 ? listed : [...listed, { code: 'more-problems', detail: `${more} more problems of other kinds.` }];
    },
  };
}
