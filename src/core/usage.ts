/** Tokens of one model call, in the sense of OTel GenAI: `inputTokens` includes both cache figures, `outputTokens` includes reasoning. */
export interface Usage {
  inputTokens?: number;
  outputTokens?: number;
  cacheReadTokens?: number;
  cacheCreationTokens?: number;
  /** Of the cache writes: those that are kept for an hour, where the provider prices them apart. */
  cacheCreation1hTokens?: number;
  reasoningTokens?: number;
  /** Searches of the web that the provider itself ran for the answer; it prices them apart. */
  webSearches?: number;
}

/** Counts of several requests → their sum, each count over those that know it; undefined over nothing. */
export function addUsage(usages: readonly Usage[]): Usage | undefined {
  const total: Usage = {};
  for (const usage of usages) {
    // Thousands of requests: no list is made of each.
    for (const name in usage) {
      const key = name as keyof Usage;
      const count = usage[key];
      if (count !== undefined) total[key] = (total[key] ?? 0) + count;
    }
  }
  return Object.keys(total).length > 0 ? total : undefined;
}

/** Where a number comes from; stands in `spoor.provenance.<what>`. */
export type Provenance = 'provider' | 'transcript' | 'hook' | 'native' | 'estimated';
