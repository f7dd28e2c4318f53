/** The door of routes: one file and one line in `app.ts`. Types only. */
import type { MetricLedger } from '../metrics/ledger.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { SpanReader } from '../store/store.ts';

/** What routes read. Nothing is written through it. */
export interface ServerSources {
  store: Pick<SpanReader, 'readTotals'>;
  ledger: Pick<MetricLedger, 'read'>;
  outbox: Pick<Outbox, 'readDestinations'>;
  version: string;
  nowMillis(): number;
}

export interface Answer {
  contentType: string;
  body: string;
}

export interface Route {
  path: string;
  /** What it gives, for the page that lists them. */
  summary: string;
  /** `accept`: the header of that name, or ''. May throw: that is a 503. */
  answer(sources: ServerSources, request: { accept: string }): Answer;
}
