/** The door of routes that read and write the connection themselves: a stream that stays open, a body that is read piece by piece. Types only. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface RawRoute {
  /** Path → whether it is this route's, whatever the method. Who may ask was decided before. */
  isOwn(path: string): boolean;
  /** Whether requests have bodies: of every other route a body is refused. */
  takesBody: boolean;
  /** What it tells holds content of the store: other users of this machine get none of it. */
  isPrivate: boolean;
  /** Answers who may not ask, in the form that its clients read; absent: plain text. */
  refuse?(request: IncomingMessage, response: ServerResponse, refusal: { status: number; message: string }): void;
  /** Must not throw. */
  serve(request: IncomingMessage, response: ServerResponse): void;
}
