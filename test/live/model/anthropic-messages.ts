/** Anthropic's Messages API: https://docs.anthropic.com/en/api/messages and .../messages-streaming */
import type { ServerResponse } from 'node:http';
import { openEventStream, sendJson, toPieces, type EventStream } from './event-stream.ts';
import { asObject, asObjects, asString, contentText, type Json } from './untyped.ts';
import type { Answer, ConversationItem, ModelRequest, Wire } from './wire.ts';

export const anthropicMessages: Wire = {
  isRequest: (path) => /\/messages(?:\?|$)/.test(path),
  parse: parseRequest,
  toTokens: (ordinal) => ({ input: 2000 + 41 * ordinal, cacheRead: 600 + 7 * ordinal, cacheWrite: 90 + 3 * ordinal, output: 70 + 11 * ordinal, reasoning: 9 + ordinal }),
  toAnswerId: (ordinal) => `msg_live${ordinal}`,
  write: writeAnswer,
};

function parseRequest(body: unknown): ModelRequest {
  const { model, stream, tools, messages } = asObject(body);
  return {
    model: asString(model),
    isStream: stream === true,
    tools: asObjects(tools).map((definition) => ({ name: asString(definition.name), definition })),
    items: asObjects(messages).flatMap(({ role, content }): ConversationItem[] => (typeof content === 'string' ? [{ kind: 'user', text: content }] : asObjects(content).flatMap((block) => toItem(asString(role), block)))),
  };
}

function toItem(role: string, block: Json): ConversationItem[] {
  if (block.type === 'tool_use') return [{ kind: 'call', id: asString(block.id) }];
  if (block.type === 'tool_result') return [{ kind: 'result', text: contentText(block.content) }];
  return role === 'user' && block.type === 'text' ? [{ kind: 'user', text: asString(block.text) }] : [];
}

async function writeAnswer(response: ServerResponse, answer: Answer, request: ModelRequest): Promise<void> {
  const { input, output, cacheRead = 0, cacheWrite = 0, reasoning } = answer.tokens;
  const told = { output_tokens: output, output_tokens_details: { thinking_tokens: reasoning } };
  const usage = { input_tokens: input - cacheRead - cacheWrite, cache_read_input_tokens: cacheRead, cache_creation_input_tokens: cacheWrite, cache_creation: { ephemeral_5m_input_tokens: cacheWrite, ephemeral_1h_input_tokens: 0 }, service_tier: 'standard' };
  const message = { id: answer.id, type: 'message', role: 'assistant', model: request.model, stop_sequence: null };
  const stopReason = answer.calls.length > 0 ? 'tool_use' : 'end_turn';
  if (!request.isStream) return sendJson(response, { ...message, content: toBlocks(answer), stop_reason: stopReason, usage: { ...usage, ...told } });
  const stream = openEventStream(response, { 'request-id': `req_live${answer.ordinal}` });
  const send = (type: string, data: object): Promise<void> => stream.send({ type, ...data }, type);
  await send('message_start', { message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } });
  for (const [index, block] of toBlocks(answer).entries()) await writeBlock(send, index, block);
  await send('message_delta', { delta: { stop_reason: stopReason, stop_sequence: null }, usage: { ...usage, ...told } });
  await send('message_stop', {});
  stream.end();
}

function toBlocks({ thinking, text, calls }: Answer): Json[] {
  return [
    ...(thinking === undefined ? [] : [{ type: 'thinking', thinking, signature: 'c2lnbmVk' }]),
    ...(text === undefined ? [] : [{ type: 'text', text }]),
    ...calls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input })),
  ];
}

async function writeBlock(send: (type: string, data: object) => ReturnType<EventStream['send']>, index: number, block: Json): Promise<void> {
  const start = (empty: object): Promise<void> => send('content_block_start', { index, content_block: { ...block, ...empty } });
  const delta = (piece: object): Promise<void> => send('content_block_delta', { index, delta: piece });
  if (block.type === 'thinking') {
    await start({ thinking: '', signature: '' });
    await delta({ type: 'thinking_delta', thinking: block.thinking });
    await delta({ type: 'signature_delta', signature: block.signature });
  } else if (block.type === 'text') {
    await start({ text: '' });
    for (const piece of toPieces(asString(block.text))) await delta({ type: 'text_delta', text: piece });
  } else {
    await start({ input: {} });
    await delta({ type: 'input_json_delta', partial_json: JSON.stringify(block.input) });
  }
  await send('content_block_stop', { index });
}
