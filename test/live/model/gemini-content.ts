/** Google's generateContent and streamGenerateContent: https://ai.google.dev/api/generate-content */
import type { ServerResponse } from 'node:http';
import { openEventStream, sendJson, toPieces } from './event-stream.ts';
import { asObject, asObjects, asString, type Json } from './untyped.ts';
import type { Answer, ConversationItem, ModelRequest, Wire } from './wire.ts';

export const geminiContent: Wire = {
  isRequest: (path) => /:(?:streamGenerateContent|generateContent)(?:\?|$)/.test(path),
  parse: parseRequest,
  toTokens: (ordinal) => ({ input: 5000 + 53 * ordinal, cacheRead: 900 + 19 * ordinal, output: 80 + 23 * ordinal, reasoning: 6 + ordinal }),
  toAnswerId: (ordinal) => `gen-live${ordinal}`,
  write: writeAnswer,
};

function parseRequest(body: unknown, path: string): ModelRequest {
  const { contents, tools } = asObject(body);
  const declared = asObjects(tools).flatMap(({ functionDeclarations }) => asObjects(functionDeclarations));
  return {
    model: /\/models\/([^/:]+):/.exec(path)?.[1] ?? '',
    isStream: path.includes(':streamGenerateContent'),
    tools: declared.map((definition) => ({ name: asString(definition.name), definition })),
    items: asObjects(contents).flatMap(({ role, parts }) => asObjects(parts).flatMap((part) => toItem(asString(role), part))),
  };
}

function toItem(role: string, { functionCall, functionResponse, text }: Json): ConversationItem[] {
  if (functionCall !== undefined) return [{ kind: 'call', id: asString(asObject(functionCall).id) }];
  if (functionResponse !== undefined) return [{ kind: 'result', text: JSON.stringify(functionResponse) }];
  return role === 'user' && typeof text === 'string' ? [{ kind: 'user', text }] : [];
}

async function writeAnswer(response: ServerResponse, answer: Answer, request: ModelRequest): Promise<void> {
  const { id, text, thinking, calls, tokens } = answer;
  const { input, output, cacheRead, reasoning = 0 } = tokens;
  const usageMetadata = { promptTokenCount: input, cachedContentTokenCount: cacheRead, candidatesTokenCount: output - reasoning, thoughtsTokenCount: reasoning, totalTokenCount: input + output };
  const toResponse = (parts: Json[], rest: object = {}): object => ({ candidates: [{ index: 0, content: { role: 'model', parts }, ...rest }], modelVersion: request.model, responseId: id });
  const called = calls.map(({ id: callId, name, input: args }): Json => ({ functionCall: { id: callId, name, args } }));
  if (!request.isStream) return sendJson(response, { ...toResponse([...(text === undefined ? [] : [{ text }]), ...called], { finishReason: 'STOP' }), usageMetadata });
  const stream = openEventStream(response);
  if (thinking !== undefined) await stream.send(toResponse([{ text: `**Thoughts** ${thinking}`, thought: true }]));
  const pieces = toPieces(text ?? '').map((piece): Json => ({ text: piece }));
  // An end without a part would be taken for a broken answer, and asked for again.
  const last = called.length > 0 ? called : pieces.splice(-1);
  for (const piece of pieces) await stream.send({ ...toResponse([piece]), usageMetadata: { promptTokenCount: input, totalTokenCount: input } });
  await stream.send({ ...toResponse(last, { finishReason: 'STOP' }), usageMetadata });
  stream.end();
}
