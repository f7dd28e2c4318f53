/** One event of a stream, as text/event-stream wants it: https://html.spec.whatwg.org/multipage/server-sent-events.html */
import type { LiveEvents } from '../../query/api/live.ts';

/** `id`: what the browser gives back as Last-Event-ID when it connects again. JSON text has no line breaks, so one line of data holds it. */
export function toFrame<Name extends keyof LiveEvents>(event: Name, data: LiveEvents[Name], id?: number): Buffer {
  return Buffer.from(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** Keeps proxies and tunnels from closing a silent connection, and finds out whether anybody is there. */
export const HEARTBEAT = Buffer.from(': here\n\n');

/** How long a browser waits before it connects again. */
export const RETRY = Buffer.from('retry: 1000\n\n');
