/** The list of dialects: one line each. */
import type { Dialect } from './dialect.ts';
import { genAi } from './gen-ai.ts';

export const dialects: readonly Dialect[] = [genAi];

/** The dialect with this name; undefined when there is none (the names that there are: `dialects`). */
export function findDialect(name: string): Dialect | undefined {
  return dialects.find((dialect) => dialect.name === name);
}
