/** OpenAI's Responses API, streamed: https://platform.openai.com/docs/api-reference/responses-streaming */
import type { ServerResponse } from 'node:http';
import { openEventStream, toPieces } from './event-stream.ts';
import { asObject, asObjects, asString, contentText, type Json } from './untyped.ts';
import type { Answer, AnsweredCall, ConversationItem, ModelRequest, ToolOffer, Wire } from './wire.ts';

export const openaiResponses: Wire = {
  isRequest: (path) => /\/responses(?:\?|$)/.test(path),
  parse: parseRequest,
  toTokens: (ordinal) => ({ input: 3000 + 43 * ordinal, cacheRead: 700 + 5 * ordinal, output: 60 + 13 * ordinal, reasoning: 8 + ordinal }),
  toAnswerId: (ordinal) => `resp_live${ordinal}`,
  write: writeAnswer,
};

function parseRequest(body: unknown): ModelRequest {
  const { model, stream, tools, input } = asObject(body);
  // Tools that were found by a search are offered in its result.
  const found = asObjects(input).filter(({ type }) => type === 'tool_search_output').flatMap((item) => asObjects(item.tools));
  return { model: asString(model), isStream: stream === true, tools: [...asObjects(tools), ...found].flatMap(toOffers), items: asObjects(input).flatMap(toItem) };
}

function toOffers(definition: Json): ToolOffer[] {
  if (definition.type !== 'namespace') return [{ name: asString(definition.name) || asString(definition.type), definition }];
  return asObjects(definition.tools).map((tool) => ({ name: asString(tool.name), namespace: asString(definition.name), definition: tool }));
}

function toItem(item: Json): ConversationItem[] {
  const type = asString(item.type);
  if (type.endsWith('_call')) return [{ kind: 'call', id: asString(item.call_id) }];
  if (type.endsWith('_output')) return [{ kind: 'result', text: typeof item.output === 'string' ? item.output : contentText(item.output) }];
  // What one agent writes to another comes as a message of its own kind.
  if (type === 'agent_message') return [{ kind: 'user', text: JSON.stringify(item) }];
  return item.role === 'user' ? [{ kind: 'user', text: contentText(item.content) }] : [];
}

async function writeAnswer(response: ServerResponse, answer: Answer, request: ModelRequest): Promise<void> {
  const { tokens, id, ordinal } = answer;
  const stream = openEventStream(response, { 'x-request-id': `req_live${ordinal}` });
  const send = (type: string, data: object): Promise<void> => stream.send({ type, ...data }, type);
  const base = { id, object: 'response', created_at: 1, model: request.model };
  await send('response.created', { response: { ...base, status: 'in_progress', output: [] } });
  const output = toOutput(answer);
  for (const [index, item] of output.entries()) {
    await send('response.output_item.added', { output_index: index, item: toBegun(item) });
    if (item.type === 'message') for (const delta of toPieces(answer.text ?? '')) await send('response.output_text.delta', { output_index: index, content_index: 0, item_id: item.id, delta });
    await send('response.output_item.done', { output_index: index, item });
  }
  const usage = {
    input_tokens: tokens.input,
    input_tokens_details: { cached_tokens: tokens.cacheRead },
    output_tokens: tokens.output,
    output_tokens_details: { reasoning_tokens: tokens.reasoning },
    total_tokens: tokens.input + tokens.output,
  };
  await send('response.completed', { response: { ...base, status: 'completed', output, usage } });
  stream.end();
}

function toOutput({ ordinal, thinking, text, calls }: Answer): Json[] {
  return [
    ...(thinking === undefined ? [] : [{ type: 'reasoning', id: `rs_live${ordinal}`, summary: [{ type: 'summary_text', text: thinking }], encrypted_content: 'c2VhbGVk' }]),
    ...(text === undefined ? [] : [{ type: 'message', id: `msg_live${ordinal}`, role: 'assistant', status: 'completed', content: [{ type: 'output_text', text, annotations: [] }] }]),
    ...calls.map(toCallItem),
  ];
}

function toCallItem({ id, name, namespace, input }: AnsweredCall): Json {
  if (name === 'tool_search') return { type: 'tool_search_call', id: `ts_${id}`, call_id: id, execution: 'client', arguments: input, status: 'completed' };
  return { type: 'function_call', id: `fc_${id}`, call_id: id, name, ...(namespace === undefined ? {} : { namespace }), arguments: JSON.stringify(input), status: 'completed' };
}

/** An item as it stands before its content came. */
function toBegun(item: Json): Json {
  const { content, summary, ...rest } = item;
  return { ...rest, ...(content === undefined ? {} : { content: [] }), ...(summary === undefined ? {} : { summary: [] }), ...(item.type === 'function_call' ? { arguments: '', status: 'in_progress' } : {}) };
}
