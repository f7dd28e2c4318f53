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
  /** What Gemini CLI's telemetry calls the same: it is read, and never written. */
  toolCallIdOfGemini: 'gen_ai.tool.call_id',
  toolType: 'gen_ai.tool.type',
  toolArguments: 'gen_ai.tool.call.arguments',
  toolResult: 'gen_ai.tool.call.result',
  skillName: 'gen_ai.skill.name',
} as const;

/** OpenInference (Arize-ai/openinference, spec/semantic_conventions.md, 2026-08). */
export const OPEN_INFERENCE = {
  spanKind: 'openinference.span.kind',
  inputValue: 'input.value',
  inputMimeType: 'input.mime_type',
  outputValue: 'output.value',
  outputMimeType: 'output.mime_type',
  agentName: 'agent.name',
  metadata: 'metadata',
  tags: 'tag.tags',
  /** Whose model it is. */
  system: 'llm.system',
  /** Who serves it. */
  provider: 'llm.provider',
  modelName: 'llm.model_name',
  finishReason: 'llm.finish_reason',
  promptTokens: 'llm.token_count.prompt',
  completionTokens: 'llm.token_count.completion',
  totalTokens: 'llm.token_count.total',
  cacheReadTokens: 'llm.token_count.prompt_details.cache_read',
  cacheWriteTokens: 'llm.token_count.prompt_details.cache_write',
  reasoningTokens: 'llm.token_count.completion_details.reasoning',
  costTotal: 'llm.cost.total',
  costPrompt: 'llm.cost.prompt',
  costCompletion: 'llm.cost.completion',
  costInput: 'llm.cost.prompt_details.input',
  costCacheRead: 'llm.cost.prompt_details.cache_read',
  costCacheWrite: 'llm.cost.prompt_details.cache_write',
  costOutput: 'llm.cost.completion_details.output',
  inputMessages: 'llm.input_messages',
  outputMessages: 'llm.output_messages',
  toolName: 'tool.name',
  toolId: 'tool.id',
  toolDescription: 'tool.description',
  toolParameters: 'tool.parameters',
} as const;

/** Below `llm.input_messages.{i}` and `llm.output_messages.{i}`. */
export const MESSAGE = {
  role: 'message.role',
  content: 'message.content',
  contents: 'message.contents',
  contentType: 'message_content.type',
  contentText: 'message_content.text',
} as const;

/** What tracers of Kiro before us wrote on its turns (Arize's coding-harness-tracing): dashboards exist that read it. */
export const KIRO = {
  credits: 'kiro.cost.credits',
  /** JSON. */
  meteringUsage: 'kiro.metering_usage',
  turnDurationMillis: 'kiro.turn_duration_ms',
  agentName: 'kiro.agent_name',
  contextUsagePercent: 'kiro.context_usage_percentage',
} as const;

/** What CloudWatch's pages on generative AI find a trace by, and the names that filters for coding agents are made with. */
export const CLOUDWATCH = {
  logGroups: 'aws.log.group.names',
  serviceType: 'aws.service.type',
  genAiSessionId: 'gen_ai.session.id',
  promptPreview: 'prompt.preview',
  responseLength: 'response.length',
  toolName: 'tool.name',
  toolSuccess: 'tool.success',
  durationMillis: 'duration_ms',
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
  /** Texts were cut, because the backend takes nothing as large as it was. */
  truncated: 'spoor.truncated',
  /** The share of sessions that the destination gets. */
  sampleRate: 'spoor.sample.rate',
  /** Followed by what the number is: `times`, `model`, `usage`, `cost`, `credits`. */
  provenancePrefix: 'spoor.provenance.',
  /** chat spans: how often the request was sent, where that was more than once. */
  requestAttempts: 'spoor.request.attempts',
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
  /** Roll-ups of tokens: kept off the names that backends add up. */
  turnInputTokens: 'spoor.turn.usage.input_tokens',
  turnOutputTokens: 'spoor.turn.usage.output_tokens',
  turnCacheReadTokens: 'spoor.turn.usage.cache_read.input_tokens',
  turnCacheCreationTokens: 'spoor.turn.usage.cache_creation.input_tokens',
  turnReasoningTokens: 'spoor.turn.usage.reasoning.output_tokens',
  contextUsagePercent: 'spoor.context.usage_percent',
  contextWindowTokens: 'spoor.context.window_tokens',
  ownDurationNano: 'spoor.own_duration_nano',
  /** On a span that stands for requests to a model of which nobody told. */
  synthetic: 'spoor.synthetic',
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
