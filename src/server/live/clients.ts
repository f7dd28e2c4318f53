/** Those who listen to a stream of events: a bounded number, each with a bounded backlog. */
import type { ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from '../security-headers.ts';
import { HEARTBEAT, RETRY } from './frame.ts';

/** A browser has one a tab. */
const MOST_CLIENTS = 64;
/** Who has so much before him does not read: he is dropped, and told what he missed when he connects again. */
const MOST_BACKLOG_BYTES = 262_144;
const RETRY_AFTER_SECONDS = '10';

export interface Clients {
  /** Takes the response over, or sends it away with 503 when there are too many. Throws what `greet` throws, before anything is written. */
  add(response: ServerResponse, greet: () => readonly Buffer[]): void;
  /** The same bytes to all. */
  tell(frame: Buffer): void;
  beat(): void;
  count(): number;
  /** Ends all streams. */
  close(): void;
}

export interface ClientsOptions {
  maxClients?: number;
  /** The first one came, the last one went. */
  onFirst(): void;
  onLast(): void;
}

/** None at first. */
export function createClients({ maxClients = MOST_CLIENTS, onFirst, onLast }: ClientsOptions): Clients {
  const open = new Set<ServerResponse>();
  const drop = (response: ServerResponse): void => {
    if (open.delete(response) && open.size === 0) onLast();
  };
  const write = (response: ServerResponse, frame: Buffer): void => {
    if (response.writableLength + frame.byteLength > MOST_BACKLOG_BYTES) {
      drop(response);
      response.destroy();
    } else response.write(frame);
  };
  return {
    add(response, greet) {
      if (open.size >= maxClients) {
        response.writeHead(503, { ...SECURITY_HEADERS, 'Content-Type': 'application/json; charset=utf-8', 'Retry-After': RETRY_AFTER_SECONDS }).end('{"error":"Too many pages listen already.","next":"Close some of them."}\n');
        return;
      }
      if (open.size === 0) onFirst();
      let frames: readonly Buffer[];
      try {
        frames = greet();
      } catch (error) {
        if (open.size === 0) onLast();
        throw error;
      }
      open.add(response);
      response.on('close', () => drop(response)).on('error', () => drop(response));
      response.writeHead(200, { ...SECURITY_HEADERS, 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', Connection: 'keep-alive' });
      // Together: each write is a packet.
      response.write(Buffer.concat([RETRY, ...frames]));
    },
    tell(frame) {
      for (const response of open) write(response, frame);
    },
    beat() {
      for (const response of open) write(response, HEARTBEAT);
    },
    count: () => open.size,
    close() {
      for (const response of open) response.end();
      if (open.size > 0) onLast();
      open.clear();
    },
  };
}
