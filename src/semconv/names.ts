/** Every attribute name that a dialect writes: the only place in the house where such a string stands. */

/**
 * OpenTelemetry GenAI semantic conventions 1.41.1, the last tagged text (open-telemetry/semantic-conventions); the skill's name is
 * from their successor's main (open-telemetry/semantic-conventions-genai).
 */
export const GEN_AI = {
  operationName: 'gen_ai.operation.name',
  providerName: 'gen_ai.provider.name',
  /** The deprecated predecessor of the provider's name: Phoenix and others still read it. */
  system: 'gen_ai.system',
  conversationId: 'gen_ai.conversation.id',
  agentName: 'gen_ai.agent.name',
  requestModel: 'gen_ai.request.model',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  finishReasons: 'gen_ai.response.finish_reasons',
  /** Seconds. */
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheCreationTokens: 'gen_ai.usage.cache_creation.input_tokens',
  /** What Copilot's telemetry calls the same: it is read, and never written. */
  cacheWriteTokens: 'gen_ai.usage.cache_write.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  toolName: 'gen_ai.tool.name',
  toolCallId: 'gen_ai.tool.call.id',
  toolType: 'gen_ai.tool.type',
  toolArguments: 'gen_ai.tool.call.arguments',
  toolResult: 'gen_ai.tool.call.result',
  skillName: 'gen_ai.skill.name',
} as const;

/** OpenTelemetry's general conventions, and two names of OpenInference that every backend groups by. */
export const GENERAL = {
  errorType: 'error.type',
  commandLine: 'process.command_line',
  exitCode: 'process.exit.code',
  serviceName: 'service.name',
  serviceVersion: 'service.version',
  sessionId: 'session.id',
  userId: 'user.id',
  openInferenceProject: 'openinference.project.name',
} as const;

/** MCP conventions 1.41; the server's and the tool's own name have no standard key, these are what others use. */
export const MCP = {
  methodName: 'mcp.method.name',
  serverName: 'mcp.server.name',
  toolName: 'mcp.tool.name',
} as const;

/** OpenTelemetry's conventions for version control systems (in development). */
export const VCS = {
  repositoryUrl: 'vcs.repository.url.full',
  repositoryName: 'vcs.repository.name',
  headName: 'vcs.ref.head.name',
  headRevision: 'vcs.ref.head.revision',
  headType: 'vcs.ref.head.type',
} as const;

/** What no convention names. */
export const SPOOR = {
  agent: 'spoor.agent',
  outcome: 'spoor.outcome',
  pending: 'spoor.pending',
  incomplete: 'spoor.incomplete',
  /** The share of sessions that the destination gets. */
  sampleRate: 'spoor.sample.rate',
  /** Followed by what the number is: `times`, `model`, `usage`, `cost`, `credits`. */
  provenancePrefix: 'spoor.provenance.',
  sessionCwd: 'spoor.session.cwd',
  turnIndex: 'spoor.turn.index',
  credits: 'spoor.credits',
  /** A roll-up: kept off `spoor.credits`, so that a sum over spans counts nothing twice. */
  turnCredits: 'spoor.turn.credits',
  premiumRequests: 'spoor.premium_requests',
  turnPremiumRequests: 'spoor.turn.premium_requests',
  /** What the person is charged in: api, subscription, credits, premium-requests. */
  billing: 'spoor.billing',
  /** US dollars that the request cost: the sum of its parts, which are no further costs. */
  costUsd: 'spoor.cost.usd',
  costInputUsd: 'spoor.cost.input_usd',
  costCacheReadUsd: 'spoor.cost.cache_read_usd',
  costCacheWriteUsd: 'spoor.cost.cache_write_usd',
  costOutputUsd: 'spoor.cost.output_usd',
  costWebSearchUsd: 'spoor.cost.web_search_usd',
  /** What it would have cost at the API's prices, where it is not charged so. */
  costEquivalentUsd: 'spoor.cost.equivalent_usd',
  costUnpriced: 'spoor.cost.unpriced',
  serviceTier: 'spoor.service_tier',
  /** Roll-ups of the chats of a turn. */
  turnCostUsd: 'spoor.turn.cost.usd',
  turnCostEquivalentUsd: 'spoor.turn.cost.equivalent_usd',
  turnCostUnpricedChats: 'spoor.turn.cost.unpriced_chats',
  turnCostUnpricedModels: 'spoor.turn.cost.unpriced_models',
  turnModelRequests: 'spoor.turn.model_requests',
  contextUsagePercent: 'spoor.context.usage_percent',
  contextWindowTokens: 'spoor.context.window_tokens',
  ownDurationNano: 'spoor.own_duration_nano',
  toolPurpose: 'spoor.tool.purpose',
  toolBatchSize: 'spoor.tool.batch_size',
  /** The program of a shell command, without anything of its arguments. */
  shellFamily: 'spoor.shell.family',
  skillPath: 'spoor.skill.path',
  filePaths: 'spoor.file.paths',
  fileOperations: 'spoor.file.operations',
  fileResult: 'spoor.file.result',
  permissionTool: 'spoor.permission.tool',
  permissionDecision: 'spoor.permission.decision',
} as const;
