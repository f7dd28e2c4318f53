/** Answers as models send them: piece by piece. */
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Between two pieces of an answer, so that they are pieces. */
const PIECE_MILLIS = 5;

export class AgentLeftError extends Error {}

export interface EventStream {
  /** Sends one event; `name` where the protocol names events. Throws AgentLeftError when nobody listens any more. */
  send(data: unknown, name?: string): Promise<void>;
  end(last?: string): void;
}

/** Begins a stream of server-sent events. */
export function openEventStream(response: ServerResponse, headers: Record<string, string> = {}): EventStream {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', connection: 'close', ...headers });
  return {
    async send(data, name) {
      if (response.destroyed) throw new AgentLeftError('The agent closed the connection before the answer was whole.');
      response.write(`${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`);
      await delay(PIECE_MILLIS);
    },
    end: (last) => void response.end(last),
  };
}

/** Sends an answer in one piece. */
export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}

/** A text in a few pieces. */
export function toPieces(text: string): string[] {
  return text.match(/.{1,12}/gs) ?? [];
}
