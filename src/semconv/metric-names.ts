/** Every name of a metric that we write, and of the attributes that only metrics have. */

/** OpenTelemetry GenAI semantic conventions 1.41.1, metrics of a client. */
export const GEN_AI_METRICS = {
  tokenUsage: 'gen_ai.client.token.usage',
  operationDuration: 'gen_ai.client.operation.duration',
  timeToFirstChunk: 'gen_ai.client.operation.time_to_first_chunk',
} as const;

/** What no convention names. */
export const SPOOR_METRICS = {
  sessions: 'spoor.sessions',
  turns: 'spoor.turns',
  turnDuration: 'spoor.turn.duration',
  subagents: 'spoor.subagents',
  modelRequests: 'spoor.model.requests',
  toolCalls: 'spoor.tool.calls',
  toolDuration: 'spoor.tool.duration',
  permissionDuration: 'spoor.permission.duration',
  cacheReadTokens: 'spoor.tokens.cache_read',
  cacheCreationTokens: 'spoor.tokens.cache_creation',
  reasoningTokens: 'spoor.tokens.reasoning',
  costUsd: 'spoor.cost.usd',
  costEquivalentUsd: 'spoor.cost.equivalent_usd',
  credits: 'spoor.credits',
  premiumRequests: 'spoor.premium_requests',
} as const;

/** input or output: GenAI 1.41.1. */
export const TOKEN_TYPE = 'gen_ai.token.type';

/** Stands alone on the point that takes what is beyond the limit: OpenTelemetry, metrics SDK, cardinality limits. */
export const OVERFLOW = 'otel.metric.overflow';
