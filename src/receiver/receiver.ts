/**
 * OTLP over HTTP that comes in. Reads requests, has a thread decode and keep them, and answers once they are committed. What an agent of ours
 * sent goes to that agent's room and becomes facts first; only what adds nothing is kept as it came.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Agent } from '../agents/agent.ts';
import type { Fact } from '../core/fact.ts';
import type { Problem } from '../core/problem.ts';
import { toErrorStatus, toSuccess } from '../otlp/to-response.ts';
import type { Refusal } from './decode-request.ts';
import type { KeepTelemetry } from './drop-old-telemetry.ts';
import { createQuestionDesk } from './question-desk.ts';
import { GONE, readBody, type ByteBudget } from './read-body.ts';
import { parseHead, toAnswerEncoding, type RequestHead } from './request-head.ts';
import { createWorkerThread } from './worker-thread.ts';

export interface ReceiverOptions {
  /** `telemetry.db`. Made when the first request comes. */
  path: string;
  agents: readonly Pick<Agent, 'id' | 'telemetry'>[];
  /** Keeps facts durably before it returns. Throws where it cannot at the moment: the sender is asked to send again. */
  takeFacts(agent: Agent['id'], facts: readonly Fact[], problems: readonly Problem[]): void;
  /** Who sends must name it. Absent: whoever is on this machine may send. */
  token?: string;
  /** Told of what went wrong and is no request's fault. */
  tellTrouble(sentence: string): void;
  limits?: Partial<ReceiverLimits>;
}

export interface ReceiverLimits {
  /** Of one body, packed and unpacked. */
  maxBytes: number;
  /** For a body to arrive. */
  timeoutMillis: number;
  /** Of all bodies that are not answered yet. */
  maxHeldBytes: number;
  /** Of the heap of the thread that decodes. */
  heapMegabytes: number;
}

/** A request of 64 MiB made of the smallest parts is some 1.2 GB of objects while it is decoded: a thread with more room takes it. 64 MiB is OTLP's own limit. Two of the largest may wait. Senders give up after 10 s: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
const LIMITS: ReceiverLimits = { maxBytes: 64 << 20, timeoutMillis: 30_000, maxHeldBytes: 128 << 20, heapMegabytes: 1536 };

export interface Receiver {
  /** Answers one request below `/v1/`, whose body nobody has touched. Never throws. */
  receive(request: IncomingMessage, response: ServerResponse): void;
  /** Lets go of what is old, beside the work. */
  dropOld(keep: KeepTelemetry, nowMillis: number): void;
  /** Takes no more; what is under way is answered first. Idempotent. */
  close(): Promise<void>;
}

export function createReceiver(options: ReceiverOptions): Receiver {
  const limits = { ...LIMITS, ...options.limits };
  const budget: ByteBudget = { usedBytes: 0, maxBytes: limits.maxHeldBytes };
  const thread = createWorkerThread({ path: options.path, heapMegabytes: limits.heapMegabytes, answerQuestion: createQuestionDesk(options), tellTrouble: options.tellTrouble });
  let isClosed = false;
  const isAllowed = createTokenCheck(options.token);
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (isClosed) return refuse(request, response, { status: 503, message: 'The receiver is being ended. Send it again a little later.' });
    if (!isAllowed(request)) return refuse(request, response, { status: 401, message: 'The token is missing or wrong: send it as "authorization: Bearer …" or "x-spoor-token: …".' });
    const head = parseHead(request, limits.maxBytes);
    if ('status' in head) return refuse(request, response, head);
    const body = await readBody(request, { ...limits, budget });
    if (body === GONE) return;
    if ('status' in body) return refuse(request, response, body);
    const { length } = body;
    const taken = await thread.take({ ...head, body, maxBytes: limits.maxBytes });
    budget.usedBytes -= length;
    if (taken.status === 200) answer(response, head, taken);
    else refuse(request, response, { status: taken.status, message: taken.message ?? 'It was not taken.' });
  };
  return {
    receive(request, response) {
      receive(request, response).catch((error: unknown) => {
        options.tellTrouble(error instanceof Error ? error.message : String(error));
        response.destroy();
      });
    },
    dropOld: thread.dropOld,
    async close() {
      isClosed = true;
      await thread.close();
    },
  };
}

/** Tokens are compared by their hashes, so that the time it takes tells nothing. */
function createTokenCheck(token: string | undefined): (request: IncomingMessage) => boolean {
  if (token === undefined) return () => true;
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  const expected = hash(token);
  return ({ headers }) => {
    const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
    const plain = headers['x-spoor-token'];
    return [bearer, plain].some((told) => typeof told === 'string' && timingSafeEqual(hash(told), expected));
  };
}

const CONTENT_TYPES = { json: 'application/json', protobuf: 'application/x-protobuf' } as const;

function answer(response: ServerResponse, { signal, encoding }: RequestHead, { rejected, message = '' }: { rejected: number; message?: string }): void {
  const body = toSuccess(signal, encoding, rejected > 0 ? { rejected, message } : undefined);
  response.writeHead(200, { 'Content-Type': CONTENT_TYPES[encoding], 'Content-Length': body.length }).end(body);
}

/** google.rpc.Code of each HTTP status: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
const CODES: Readonly<Record<number, number>> = { 400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 408: 4, 413: 8, 415: 3, 503: 14 };
/** How long a sender is asked to wait. */
const RETRY_SECONDS = 1;

/** The answer to what is not taken. The connection ends where the body was not read to its end. */
export function refuse(request: IncomingMessage, response: ServerResponse, { status, message }: Refusal): void {
  if (response.headersSent || response.destroyed) return;
  const encoding = toAnswerEncoding(request.headers);
  const body = toErrorStatus(encoding, { code: CODES[status] ?? 2, message });
  response.writeHead(status, {
    'Content-Type': CONTENT_TYPES[encoding],
    'Content-Length': body.length,
    ...(status === 503 ? { 'Retry-After': String(RETRY_SECONDS) } : {}),
    ...(status === 405 ? { Allow: 'POST' } : {}),
    ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    ...(request.complete ? {} : { Connection: 'close' }),
  });
  response.end(body);
}
