/** The problems of one history. A file may be wrong a hundred thousand times over: after a hundred of one kind they are only counted. */
import type { Problem } from '../core/problem.ts';

const MAX_OF_A_KIND = 100;

export interface ProblemList {
  /** In the order in which they were found. */
  readonly list: Problem[];
  add(problems: readonly Problem[]): void;
}

/** An empty list. */
export function createProblemList(): ProblemList {
  const list: Problem[] = [];
  const kinds = new Map<string, { seen: number; last: Problem }>();
  return {
    list,
    add(problems) {
      for (const problem of problems) {
        const kind = kinds.get(problem.code);
        if (kind && kind.seen >= MAX_OF_A_KIND) {
          kind.last.count = (kind.last.count ?? 1) + (problem.count ?? 1);
          continue;
        }
        const last = { ...problem };
        list.push(last);
        kinds.set(problem.code, { seen: (kind?.seen ?? 0) + 1, last });
      }
    },
  };
}
