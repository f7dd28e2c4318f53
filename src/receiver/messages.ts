/** What the receiver and its worker say to each other. Types only. */
import type { TelemetryRecord, TelemetrySource } from '../core/telemetry.ts';
import type { EncodedRequest } from './decode-request.ts';
import type { KeepTelemetry } from './drop-old-telemetry.ts';

export interface WorkerSetting {
  /** `telemetry.db` */
  path: string;
}

/** What only the thread that knows the agents can tell. */
export type Question =
  /** → which agent each of them is, `null`: none. */
  | { type: 'owners'; sources: TelemetrySource[] }
  /** Have this agent take what it can of these → the places of those it took. */
  | { type: 'records'; agent: string; source: TelemetrySource; records: TelemetryRecord[] };

export type Order =
  | ({ type: 'take'; id: number } & EncodedRequest)
  | { type: 'reply'; id: number; value?: unknown; isFailed?: true }
  | { type: 'drop'; keep: KeepTelemetry; nowMillis: number }
  | { type: 'close' };

/** 200: committed. Otherwise nothing of it is kept. */
export interface TakeAnswer {
  status: number;
  /** Records that were left out for good. */
  rejected: number;
  message?: string;
}

export type Report =
  | ({ type: 'taken'; id: number } & TakeAnswer)
  /** It is being decoded now: who dies now dies of it. */
  | { type: 'begun'; id: number }
  | { type: 'ask'; id: number; question: Question }
  /** Something went wrong that is no request's fault. */
  | { type: 'trouble'; sentence: string };
