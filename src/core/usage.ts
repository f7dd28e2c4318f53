/** Tokens of one model call, in the sense of OTel GenAI: `inputTokens` includes both cache figures, `outputTokens` includes reasoning. */
export interface Usage {
  inputTokens?: number;
  outputTokens?: number;
  cacheReadTokens?: number;
  cacheCreationTokens?: number;
  reasoningTokens?: number;
}

/** Where a number comes from; stands in `spoor.provenance.<what>`. */
export type Provenance = 'provider' | 'transcript' | 'hook' | 'native' | 'estimated';
