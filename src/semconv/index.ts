/** The list of dialects: one line each. */
import { cloudWatch } from './cloudwatch.ts';
import type { Dialect } from './dialect.ts';
import { genAi } from './gen-ai.ts';
import { openInference } from './openinference.ts';

export const dialects: readonly Dialect[] = [genAi, openInference, cloudWatch];

/** The dialect with this name; undefined when there is none (the names that there are: `dialects`). */
export function findDialect(name: string): Dialect | undefined {
  return dialects.find((dialect) => dialect.name === name);
}
