/**
 * A recording OTLP/HTTP backend on loopback. What it does with a request can be changed while it runs; what it accepted stays
 * recorded. `url` stays the same through `refuse` and `heal`.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Attributes } from '#spoor/core/attributes.ts';
import { parseOtlpJson } from '#spoor/otlp/parse-json.ts';
import { parseProtobuf } from '#spoor/otlp/parse-protobuf.ts';
import type { TraceBatch, WireScope, WireSpan } from '#spoor/otlp/trace.ts';

export type BackendMode =
  /** 200, everything taken. */
  | { type: 'ok' }
  /** The port is closed. */
  | { type: 'refuse' }
  /** Accepts the connection and never answers. */
  | { type: 'hang' }
  /** Answers with this status and takes nothing. `body` is sent as it is, else a google.rpc.Status with `message`. */
  | { type: 'status'; status: number; headers?: Record<string, string>; message?: string; body?: string | Uint8Array }
  /** 200, but the last `rejectedSpans` spans of the request are refused for good. */
  | { type: 'partial'; rejectedSpans: number; message?: string }
  /** 200, then one byte of an endless body every `everyMillis` (20). Takes nothing. */
  | { type: 'drip'; everyMillis?: number }
  /** Closes the connection in the middle of the request. Takes nothing. */
  | { type: 'reset' }
  /** 413 for requests with more spans than this, else 200. */
  | { type: 'limit'; maxSpans: number };

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** The body as sent (perhaps gzip). */
  bodyBytes: number;
  /** Undefined when the body could not be read. */
  batch?: TraceBatch;
  mode: BackendMode['type'];
}

export interface ReceivedSpan extends WireSpan {
  resource: Attributes;
  scope: WireScope;
}

export interface OtlpBackend {
  /** The full URL of the traces endpoint. */
  url: string;
  port: number;
  /** Every request that arrived whole, in order, in whatever mode. */
  requests: ReceivedRequest[];
  /** Problems the decoder had with what was sent: a correct client leaves this empty. */
  problems: string[];
  /** Every span that was accepted, in order; a span sent twice is here twice. */
  spans(): ReceivedSpan[];
  /** Accepted spans by span id, each once (the first that came). */
  spansById(): Map<string, ReceivedSpan>;
  become(mode: BackendMode): Promise<void>;
  /** Back to `ok`; open connections of the mode before are cut. */
  heal(): Promise<void>;
  /** Resolves when `isReached` is true; checked after every request. Throws after `timeoutMillis` (20 s). */
  waitUntil(isReached: () => boolean, timeoutMillis?: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a backend on a free port (or `port`). */
export async function startOtlpBackend(options: { mode?: BackendMode; port?: number } = {}): Promise<OtlpBackend> {
  const backend = new Recorder();
  await backend.listen(options.port ?? 0);
  if (options.mode) await backend.become(options.mode);
  return backend;
}

class Recorder implements OtlpBackend {
  port = 0;
  requests: ReceivedRequest[] = [];
  problems: string[] = [];
  #accepted: ReceivedSpan[] = [];
  #mode: BackendMode = { type: 'ok' };
  #server: Server | undefined;
  #sockets = new Set<Socket>();
  #waiting = new Set<() => void>();

  get url(): string {
    return `http://127.0.0.1:${this.port}/v1/traces`;
  }

  spans(): ReceivedSpan[] {
    return [...this.#accepted];
  }

  spansById(): Map<string, ReceivedSpan> {
    const byId = new Map<string, ReceivedSpan>();
    for (const span of this.#accepted) if (!byId.has(span.spanId)) byId.set(span.spanId, span);
    return byId;
  }

  async become(mode: BackendMode): Promise<void> {
    this.#mode = mode;
    if (mode.type === 'refuse') await this.stop();
    else if (!this.#server) await this.listen(this.port);
  }

  async heal(): Promise<void> {
    const before = this.#mode.type;
    this.#mode = { type: 'ok' };
    if (before === 'hang' || before === 'drip') this.#cut();
    if (!this.#server) await this.listen(this.port);
  }

  async waitUntil(isReached: () => boolean, timeoutMillis = 20_000): Promise<void> {
    if (isReached()) return;
    await new Promise<void>((resolve, reject) => {
      const end = (finish: () => void): void => {
        clearTimeout(timer);
        clearInterval(poll);
        this.#waiting.delete(look);
        finish();
      };
      const look = (): void => {
        if (isReached()) end(resolve);
      };
      const giveUp = (): void => {
        const seen = `${this.#accepted.length} spans, ${this.requests.length} requests`;
        end(() => reject(new Error(`The backend did not see it within ${timeoutMillis} ms (${seen}).`)));
      };
      const timer = setTimeout(giveUp, timeoutMillis);
      const poll = setInterval(look, 50);
      this.#waiting.add(look);
    });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    this.#cut();
    await closed;
  }

  async listen(port: number): Promise<void> {
    const server = createServer((request, response) => void this.#receive(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => resolve());
    });
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#mode.type === 'reset') {
      request.socket.destroy();
      return;
    }
    const body = await readBody(request);
    if (!body) return;
    const mode = this.#mode;
    const batch = this.#decode(request, body);
    const { method = '', url: path = '', headers } = request;
    this.requests.push({ method, path, headers, bodyBytes: body.length, batch, mode: mode.type });
    this.#answer(mode, batch, response);
    for (const look of this.#waiting) look();
  }

  #decode(request: IncomingMessage, body: Buffer): TraceBatch | undefined {
    try {
      const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      const parsed = isJson(request) ? parseOtlpJson(plain.toString('utf8')) : parseProtobuf(plain);
      this.problems.push(...parsed.problems.map((problem) => problem.detail));
      return parsed.value;
    } catch (error) {
      this.problems.push(String(error));
      return undefined;
    }
  }

  #answer(mode: BackendMode, batch: TraceBatch | undefined, response: ServerResponse): void {
    const json = isJson(response.req);
    const type = json ? 'application/json' : 'application/x-protobuf';
    const spans = batch ? flatten(batch) : [];
    const answer = (status: number, body: string | Uint8Array, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': type, ...headers }).end(body);
    };
    switch (mode.type) {
      case 'ok': this.#accepted.push(...spans); return answer(200, json ? '{}' : '');
      case 'partial':
        this.#accepted.push(...spans.slice(0, Math.max(0, spans.length - mode.rejectedSpans)));
        return answer(200, partialBody(mode, json));
      case 'limit':
        if (spans.length > mode.maxSpans) return answer(413, statusBody('too many spans', json));
        this.#accepted.push(...spans);
        return answer(200, json ? '{}' : '');
      case 'status': return answer(mode.status, mode.body ?? statusBody(mode.message ?? '', json), mode.headers);
      case 'drip': return drip(response, type, mode.everyMillis ?? 20);
      default: return; // hang: silence; refuse and reset do not come here
    }
  }
}

/** The whole body; undefined when the client went away. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  }
}

function isJson(request: IncomingMessage): boolean {
  return (request.headers['content-type'] ?? '').startsWith('application/json');
}

function flatten(batch: TraceBatch): ReceivedSpan[] {
  return batch.resourceSpans.flatMap(({ resource, scope, spans }) => spans.map((span) => ({ ...span, resource, scope })));
}

function drip(response: ServerResponse, type: string, everyMillis: number): void {
  response.writeHead(200, { 'content-type': type });
  const timer = setInterval(() => response.write(' '), everyMillis);
  response.on('close', () => clearInterval(timer));
  response.on('error', () => clearInterval(timer));
}

function partialBody(mode: { rejectedSpans: number; message?: string }, json: boolean): string | Uint8Array {
  const { rejectedSpans, message = '' } = mode;
  if (json) return JSON.stringify({ partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage: message } });
  return new BinaryWriter().uint32(10).fork().uint32(8).int64(rejectedSpans).uint32(18).string(message).join().finish();
}

/** google.rpc.Status: code 1 (varint), message 2 (string). */
function statusBody(message: string, json: boolean): string | Uint8Array {
  if (json) return JSON.stringify({ code: 3, message });
  return new BinaryWriter().uint32(8).int32(3).uint32(18).string(message).finish();
}
