/** A model on loopback: answers by a script, and remembers what it served. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { AgentLeftError, sendJson } from './event-stream.ts';
import { planAnswer, toCallId } from './plan-answer.ts';
import type { Part, ScriptedCall } from './script.ts';
import type { Answer, AnsweredCall, ModelRequest, Tokens, Wire } from './wire.ts';

export interface ServedCall extends AnsweredCall {
  scripted: ScriptedCall;
}

/** One request to a model and what it got. */
export interface Served {
  ordinal: number;
  path: string;
  /** The phrase of the part that was played; undefined: a request of the agent's own. */
  phrase?: string;
  step: number;
  request: ModelRequest;
  answerId: string;
  tokens: Tokens;
  calls: ServedCall[];
  /** The whole answer was written while the agent listened. */
  isWhole: boolean;
}

export interface ModelServer {
  /** `http://127.0.0.1:<port>`, without a path. */
  url: string;
  served: Served[];
  /** Requests that no protocol of this server knows: `GET /path`. */
  strays: string[];
  /** What went wrong here: an agent sees only an answer with status 400. */
  faults: Error[];
  stop(): Promise<void>;
}

export interface ModelServerOptions {
  wires: readonly Wire[];
  parts: readonly Part[];
  /** How this agent's model calls the tool. */
  toCall(call: ScriptedCall, request: ModelRequest): Pick<AnsweredCall, 'name' | 'namespace' | 'input'>;
  /** What an agent asks for besides answers, by path: a value is sent as JSON; undefined: 404. */
  respond?(path: string): unknown;
}

/** Starts one on a free port. */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const served: Served[] = [];
  const strays: string[] = [];
  const faults: Error[] = [];
  const server = createServer((request, response) => {
    answer(request, response, { ...options, served, strays }).catch((error: Error) => {
      if (error instanceof AgentLeftError) return;
      faults.push(error);
      if (!response.headersSent) sendJson(response, { error: { message: error.message } }, 400);
      else response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    strays,
    faults,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Serving = ModelServerOptions & Pick<ModelServer, 'served' | 'strays'>;

async function answer(incoming: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const path = incoming.url ?? '';
  const body = await readBody(incoming);
  const wire = incoming.method === 'POST' ? serving.wires.find((one) => one.isRequest(path)) : undefined;
  if (!wire) {
    const value = serving.respond?.(path);
    if (value === undefined) serving.strays.push(`${incoming.method} ${path}`);
    return sendJson(response, value ?? {}, value === undefined ? 404 : 200);
  }
  const request = wire.parse(JSON.parse(body.toString()), path);
  const { phrase, step, answer: scripted } = planAnswer(request, serving.parts);
  const ordinal = serving.served.length + 1;
  const calls = (scripted.calls ?? []).map((call, index): ServedCall => ({ id: toCallId(ordinal, index), ...serving.toCall(call, request), scripted: call }));
  const given: Answer = { ordinal, id: wire.toAnswerId(ordinal), thinking: scripted.thinking, text: scripted.text, calls, tokens: wire.toTokens(ordinal) };
  const one: Served = { ordinal, path, phrase, step, request, answerId: given.id, tokens: given.tokens, calls, isWhole: false };
  serving.served.push(one);
  await wire.write(response, given, request);
  one.isWhole = true;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const encoding = incoming.headers['content-encoding'];
  if (encoding === 'gzip') return gunzipSync(body);
  if (encoding === 'zstd') return zstdDecompressSync(body);
  return encoding === 'br' ? brotliDecompressSync(body) : body;
}
