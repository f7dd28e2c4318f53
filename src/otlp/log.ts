/** Log records on the wire: what the decoders give. */
import type { Attributes } from '../core/attributes.ts';
import type { WireScope } from './trace.ts';

export interface WireLog {
  /** EventName; absent where the record has none there. */
  eventName?: string;
  /** A body that is no text stands here as JSON. */
  body?: string;
  /** 1 to 24, from trace to fatal. */
  severityNumber?: number;
  severityText?: string;
  atUnixNano?: bigint;
  observedUnixNano?: bigint;
  attributes: Attributes;
  /** Lower-case hex. */
  traceId?: string;
  spanId?: string;
}

/** Records of one resource and one scope. */
export interface WireResourceLogs {
  resource: Attributes;
  scope: WireScope;
  logs: WireLog[];
}

/** One ExportLogsServiceRequest. */
export interface LogBatch {
  resourceLogs: WireResourceLogs[];
}
