/** A client of a stream of events, as a browser is one. */
import { request, type IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

export interface StreamEvent {
  event: string;
  id?: string;
  data: Record<string, unknown>;
  /** When it came, by `performance.now()`. */
  atMillis: number;
}

export interface EventStream {
  status: number;
  headers: IncomingMessage['headers'];
  events: StreamEvent[];
  /** The first event behind the place `from` that is as wanted. Fails after a while. */
  wait(what: string, isWanted: (event: StreamEvent) => boolean, from?: number): Promise<StreamEvent>;
  isOver(): boolean;
  close(): void;
}

const DEADLINE_MILLIS = 30_000;

/** Connects; resolves when the answer's head is there. Closed with the test. */
export function openStream(t: Pick<TestContext, 'after'>, url: string, headers: Record<string, string> = {}): Promise<EventStream> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, agent: false }, (response) => {
      const events: StreamEvent[] = [];
      let rest = '';
      let isOver = false;
      response.setEncoding('utf8').on('data', (text: string) => {
        const frames = (rest + text).split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) if (frame.includes('data: ')) events.push(toEvent(frame));
      }).on('close', () => (isOver = true)).on('error', () => (isOver = true));
      resolve({
        status: response.statusCode ?? 0, headers: response.headers, events,
        isOver: () => isOver,
        close: () => asked.destroy(),
        async wait(what, isWanted, from = 0) {
          const deadline = performance.now() + DEADLINE_MILLIS;
          for (;;) {
            const found = events.slice(from).find(isWanted);
            if (found) return found;
            if (performance.now() > deadline) throw new Error(`waited too long for ${what}; there came ${JSON.stringify(events.slice(from))}`);
            await delay(1);
          }
        },
      });
    });
    asked.on('error', reject).end();
    t.after(() => void asked.destroy());
  });
}

function toEvent(frame: string): StreamEvent {
  const fields = new Map(frame.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const));
  return { event: fields.get('event') ?? '', id: fields.get('id'), data: JSON.parse(fields.get('data') ?? '{}') as Record<string, unknown>, atMillis: performance.now() };
}
