/** OpenAI's chat completions: https://platform.openai.com/docs/api-reference/chat */
import type { ServerResponse } from 'node:http';
import { openEventStream, sendJson, toPieces } from './event-stream.ts';
import { asObject, asObjects, asString, contentText, type Json } from './untyped.ts';
import type { Answer, ConversationItem, ModelRequest, Wire } from './wire.ts';

export const openaiChat: Wire = {
  isRequest: (path) => /\/chat\/completions(?:\?|$)/.test(path),
  parse: parseRequest,
  toTokens: (ordinal) => ({ input: 4000 + 47 * ordinal, cacheRead: 800 + 17 * ordinal, output: 90 + 19 * ordinal, reasoning: 4 + ordinal }),
  toAnswerId: (ordinal) => `chatcmpl-live${ordinal}`,
  write: writeAnswer,
};

function parseRequest(body: unknown): ModelRequest {
  const { model, stream, tools, messages } = asObject(body);
  const offers = asObjects(tools).map((tool) => asObject(tool.function ?? tool.custom));
  return { model: asString(model), isStream: stream === true, tools: offers.map((definition) => ({ name: asString(definition.name), definition })), items: asObjects(messages).flatMap(toItems) };
}

function toItems({ role, content, tool_calls: calls }: Json): ConversationItem[] {
  if (role === 'user') return [{ kind: 'user', text: contentText(content) }];
  if (role === 'tool') return [{ kind: 'result', text: contentText(content) }];
  return asObjects(calls).map(({ id }) => ({ kind: 'call', id: asString(id) }));
}

async function writeAnswer(response: ServerResponse, answer: Answer, request: ModelRequest): Promise<void> {
  const { id, text, thinking, tokens } = answer;
  const usage = {
    prompt_tokens: tokens.input,
    completion_tokens: tokens.output,
    total_tokens: tokens.input + tokens.output,
    prompt_tokens_details: { cached_tokens: tokens.cacheRead },
    completion_tokens_details: { reasoning_tokens: tokens.reasoning },
  };
  const calls = answer.calls.map(({ id: callId, name, input }) => ({ id: callId, type: 'function', function: { name, arguments: JSON.stringify(input) } }));
  const finishReason = calls.length > 0 ? 'tool_calls' : 'stop';
  const base = { id, created: 1, model: request.model };
  if (!request.isStream) {
    const message = { role: 'assistant', content: text ?? null, ...(thinking === undefined ? {} : { reasoning_content: thinking }), ...(calls.length === 0 ? {} : { tool_calls: calls }) };
    return sendJson(response, { ...base, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: finishReason }], usage });
  }
  const stream = openEventStream(response);
  const send = (delta: object, rest: object = {}): Promise<void> => stream.send({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null, ...rest }] });
  await send({ role: 'assistant', content: '' });
  if (thinking !== undefined) await send({ reasoning_content: thinking });
  for (const content of toPieces(text ?? '')) await send({ content });
  for (const [index, call] of calls.entries()) await send({ tool_calls: [{ index, ...call }] });
  await send({}, { finish_reason: finishReason });
  await stream.send({ ...base, object: 'chat.completion.chunk', choices: [], usage });
  stream.end('data: [DONE]\n\n');
}
