/** The door of routes: one file and one line in `routes/index.ts`. Types only. */
import type { MetricLedger } from '../metrics/ledger.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { HealthAnswer } from '../query/api/overview.ts';
import type { LinkedDestination } from '../query/api/session.ts';
import type { SettingsAnswer } from '../query/api/settings.ts';
import type { Question } from '../query/question.ts';
import type { TelemetryReader } from '../receiver/read-telemetry.ts';
import type { SpanReader } from '../store/store.ts';

/** Answers questions away from this thread. */
export interface QueryService {
  /** JSON text as UTF-8. Rejects with a `QueryError`: a sentence, and a reason. */
  ask(question: Question): Promise<Uint8Array>;
}

/** What routes read. Nothing is written through it. */
export interface ServerSources {
  store: Pick<SpanReader, 'readTotals'>;
  ledger: Pick<MetricLedger, 'read'>;
  outbox: Pick<Outbox, 'readDestinations'>;
  query: QueryService;
  /** How the tracing itself is; without the time it took. */
  readHealth(): Omit<HealthAnswer, 'queryMillis'>;
  readSettings(): Omit<SettingsAnswer, 'queryMillis'>;
  /** Destinations that have a page for a trace. */
  readLinked(): LinkedDestination[];
  /** Reads what was received; undefined: nothing ever was. */
  readTelemetry<T>(look: (reader: TelemetryReader) => T): T | undefined;
  version: string;
  nowMillis(): number;
}

export interface RouteRequest {
  /** The header Accept, or ''. */
  accept: string;
  /** What stands in the path, decoded, by its name there. Untrusted. */
  params: Readonly<Record<string, string>>;
  search: URLSearchParams;
}

export interface Answer {
  contentType: string;
  body: string | Uint8Array<ArrayBuffer>;
}

export interface Route {
  path: string;
  /** What it gives, for the page that lists them. */
  summary: string;
  /** The dashboard has a page at this address too: a browser that goes there gets that. */
  isAlsoPage?: true;
  /** May throw or reject: an `AnswerError` is told as it is, any other is a 503. */
  answer(sources: ServerSources, request: RouteRequest): Answer | Promise<Answer>;
}
