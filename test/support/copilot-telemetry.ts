/** Lines as Copilot CLI writes them into the file of its own telemetry: invented sessions in the shape of the real one. */

export interface TelemetryRequest {
  sessionId: string;
  responseId: string;
  /** Unix milliseconds. */
  startMillis: number;
  endMillis: number;
  /** Of a subagent's there is none. */
  interactionId?: string;
  attributes?: Readonly<Record<string, unknown>>;
}

const SCOPE = {
  resource: { attributes: { 'service.name': 'github-copilot', 'service.version': '1.0.102' }, schemaUrl: 'https://opentelemetry.io/schemas/1.44.0' },
  instrumentationScope: { name: 'github.copilot', version: '1.0.102' },
};

/** The span of one request. */
export function toRequestSpan({ sessionId, responseId, startMillis, endMillis, interactionId, attributes }: TelemetryRequest): object {
  return {
    type: 'span', traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', parentSpanId: '00f067aa0ba902b7', name: 'chat gpt-5.5', kind: 2,
    startTime: toTime(startMillis), endTime: toTime(endMillis),
    attributes: {
      'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'github', 'gen_ai.request.model': 'gpt-5.5', 'gen_ai.conversation.id': sessionId, 'gen_ai.request.stream': true,
      'gen_ai.response.finish_reasons': ['stop'], 'gen_ai.usage.input_tokens': 917, 'gen_ai.usage.output_tokens': 83, 'gen_ai.usage.cache_read.input_tokens': 411,
      'gen_ai.usage.cache_write.input_tokens': 29, 'gen_ai.usage.reasoning.output_tokens': 17, 'gen_ai.response.model': 'gpt-5.5-2026-02', 'gen_ai.response.id': responseId,
      'github.copilot.cost': 1, 'github.copilot.server_duration': endMillis - startMillis, 'github.copilot.initiator': interactionId === undefined ? 'sub-agent' : 'user',
      ...(interactionId === undefined ? {} : { 'github.copilot.turn_id': '0', 'github.copilot.interaction_id': interactionId, 'gen_ai.response.time_to_first_chunk': 0.047125 }),
      ...attributes,
    },
    status: { code: 0 }, events: [], ...SCOPE,
  };
}

/** What stands between requests: a tool's span, and a metric. */
export function toOtherLines(sessionId: string, millis: number): object[] {
  return [
    { type: 'span', traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'c7ad6b7169203331', name: 'execute_tool bash bash', kind: 0, startTime: toTime(millis), endTime: toTime(millis + 40), attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.conversation.id': sessionId, 'gen_ai.tool.name': 'bash', 'gen_ai.tool.call.id': 'call_0', 'process.exit.code': 0 }, status: { code: 0 }, events: [], ...SCOPE },
    { type: 'metric', name: 'gen_ai.client.token.usage', description: '', unit: '{token}', dataPoints: [{ attributes: { 'gen_ai.operation.name': 'chat' }, value: { count: 1, sum: 917 } }], ...SCOPE },
  ];
}

function toTime(millis: number): [seconds: number, nanos: number] {
  return [Math.floor(millis / 1000), (millis % 1000) * 1_000_000];
}
