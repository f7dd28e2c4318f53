/**
 * `GET /api/live`: what changes in the store, as events. The store is looked at while anybody listens, and at once when this process wrote;
 * all clients get the same bytes.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ImportProgress } from '../../query/api/overview.ts';
import type { RawRoute } from '../raw-route.ts';
import { SECURITY_HEADERS } from '../security-headers.ts';
import { createClients } from './clients.ts';
import type { Changes, ChangeSource } from './changes.ts';
import { createFollower } from './follower.ts';
import { toFrame } from './frame.ts';

const PATH = '/api/live';

const HEARTBEAT_MILLIS = 15_000;

export interface LiveOptions {
  source: ChangeSource;
  version: string;
  /** More clients than this are sent away. */
  maxClients?: number;
}

export interface Live extends RawRoute {
  /** This process wrote: look now. */
  poke(): void;
  /** Undefined: no import runs (any more). */
  tellImport(progress: ImportProgress | undefined): void;
  clients(): number;
  close(): void;
}

/** Nothing runs while nobody listens. */
export function createLive({ source, version, maxClients }: LiveOptions): Live {
  let heartbeat: NodeJS.Timeout | undefined;
  let importing: ImportProgress | undefined;
  const clients = createClients({
    maxClients,
    onFirst() {
      follower.start();
      heartbeat = setInterval(() => clients.beat(), HEARTBEAT_MILLIS).unref();
    },
    onLast() {
      follower.stop();
      clearInterval(heartbeat);
    },
  });
  const follower = createFollower(source, {
    changed: (changes) => clients.tell(toChangedFrame(changes)),
    waiting: (sessions) => clients.tell(toFrame('waiting', { sessions })),
  });
  return {
    takesBody: false,
    isPrivate: true,
    isOwn: (path) => path === PATH,
    serve(request, response) {
      if (!isAcceptable(request, response)) return;
      try {
        clients.add(response, () => toGreeting(source, { version, importing, since: toLastEvent(request) }));
      } catch {
        refuse(response, 503, 'The store cannot be read at the moment.');
      }
    },
    poke: follower.look,
    tellImport(progress) {
      importing = progress;
      clients.tell(toImportFrame(progress));
    },
    clients: clients.count,
    close: clients.close,
  };
}

function isAcceptable(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method === 'GET') return true;
  response.setHeader('Allow', 'GET');
  refuse(response, 405, 'Nothing is taken here: GET only.');
  return false;
}

function refuse(response: ServerResponse, status: number, error: string): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' }).end(`${JSON.stringify({ error })}\n`);
}

/** Where a client's connection broke off; undefined: it is new, and reads what there is by itself. */
function toLastEvent({ headers }: IncomingMessage): number | undefined {
  const text = headers['last-event-id'];
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function toImportFrame(progress: ImportProgress | undefined): Buffer {
  return toFrame('import', progress ?? { isDone: true });
}

/** What a client is told first, and what it missed. */
function toGreeting(source: ChangeSource, { version, importing, since }: { version: string; importing: ImportProgress | undefined; since: number | undefined }): Buffer[] {
  const revision = source.revision();
  const frames = [toFrame('hello', { version, revision }, revision), toFrame('waiting', { sessions: source.readWaiting() })];
  // Who was away may show one that is over.
  if (importing || since !== undefined) frames.push(toImportFrame(importing));
  if (since === undefined || since === revision) return frames;
  // A revision that is not there yet is one of another store.
  return [...frames, toChangedFrame(since > revision ? { revision, hasRemoved: true } : source.readSince(since))];
}

function toChangedFrame({ revision, sessions, hasRemoved }: Changes): Buffer {
  return toFrame('changed', { revision, ...(sessions ? { sessions } : { sessions: [], isAll: true }), ...(hasRemoved ? { hasRemoved } : {}) }, revision);
}
