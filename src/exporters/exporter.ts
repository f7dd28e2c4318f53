/**
 * The door of axis 2: what carries rendered spans out. Types only. Members are listed in `exporters/index.ts`; the contract
 * suite `test/contracts/exporter.ts` runs over that list.
 */
import type { ContentPolicy, Sharing } from '../core/sharing.ts';
import type { TraceBatch } from '../otlp/trace.ts';

/**
 * What became of a batch. `success`: the backend has it; `rejectedSpans` of it it refused for good (OTLP partial success).
 * `retryable`: try again, not before `retryAfterMillis` if given. `failure`: these bytes can never succeed there.
 */
export type ExportResult =
  | { status: 'success'; rejectedSpans?: number; message?: string }
  | { status: 'retryable'; message: string; retryAfterMillis?: number }
  | { status: 'failure'; message: string; /** The batch was too large: halve it and try again. */ tooLarge?: boolean };

export interface Exporter {
  /** Delivers one batch. Never throws; resolves within the configured timeout. May be called again only after it resolved. */
  export(batch: TraceBatch): Promise<ExportResult>;
  /** Releases sockets and files. Idempotent. */
  close(): Promise<void>;
}

/** A name in the list of `semconv/index.ts`. */
export type DialectName = 'gen-ai' | 'openinference' | 'cloudwatch';

/** A configured exporter. Secrets in `headers` are resolved already; never log this object. */
export interface Destination {
  /** The user's name for it, or a hash for one that came from the environment. */
  name: string;
  exporter: 'otlp-http' | 'file' | 'console' | 'memory';
  /** otlp-http: the full URL of the traces endpoint. */
  url?: string;
  /** file: the JSONL file. */
  path?: string;
  protocol: 'http/protobuf' | 'http/json';
  compression: 'gzip' | 'none';
  headers: Record<string, string>;
  timeoutMillis: number;
  dialect: DialectName;
  sharing: Sharing;
  /** Which spans share a trace: those of a turn (absent), or all of a session, below an `agent_session` span. */
  trace?: 'turn' | 'session';
  /** `trace: session`: a resumed session goes on in its trace (absent), or each process of the agent begins one. */
  newTraceOn?: 'session' | 'spawn';
  /** Whether a call of an MCP tool is one span (absent), or has the request to the server as a span of its own below it. */
  mcpSpan?: 'merged' | 'child';
  serviceName?: string;
  project?: string;
  /** Who works here; over that of the configuration. */
  userId?: string;
  /** The user's own, on the resource and on the spans of turns and sessions; over those of the configuration. */
  attributes?: Readonly<Record<string, string | number | boolean>>;
  /** Further attributes of the resource: texts under names of their own. */
  resource?: Readonly<Record<string, string>>;
  /** The name of the instrumentation scope; ours when absent. */
  scopeName?: string;
  /** Of AWS. */
  region?: string;
  /** Of AWS: the profile in its shared files whose credentials sign; absent: what its usual chain of credentials finds. */
  profile?: string;
  /** Of Arize AX. */
  spaceId?: string;
  tls?: TlsFiles;
  /** How requests are signed; absent: by their headers alone. */
  auth?: 'sigv4';
  /** What the backend takes; absent: what is said of every OTLP receiver. */
  limits?: DestinationLimits;
  /** The header in which a request names its project: requests are then sent project by project. */
  projectHeader?: string;
  /** The attribute under which the project stands on the resource and on every span, beside those of the dialect. */
  projectAttribute?: string;
  /** The project is the service's name where nothing else names it. */
  projectAsService?: boolean;
  /** file: when it is put aside and a new one is begun. */
  rotate?: FileRotation;
  /** Only sessions of these agents; absent: of all. */
  agents?: readonly string[];
  /** Only sessions that work in one of these folders, or below; absent: anywhere. */
  folders?: readonly string[];
  /** No session that works in one of these folders, or below. */
  exclude?: readonly string[];
  /** The share of sessions that it gets, from 0 to 1; absent: all. */
  sample?: number;
  queue?: QueueLimits;
  /** What holds for some sessions only; a later rule over an earlier one. */
  rules?: readonly DestinationRule[];
  /** When it was added (Unix ms): turns that ended before are not sent by themselves. */
  addedMillis?: number;
}

/** Paths of PEM files. */
export interface TlsFiles {
  /** Certificates that are trusted in place of the system's. */
  ca?: string;
  /** The client's own certificate and its key. */
  cert?: string;
  key?: string;
}

/** What a backend takes. Absent: no limit is known. */
export interface DestinationLimits { requestBytes?: number; requestSpans?: number; spanBytes?: number; resourceBytes?: number; windowMillis?: number; oldestMillis?: number; aheadMillis?: number }

/** A file that would grow beyond `maxBytes` is put aside as `<name>-1.<extension>`; of those that were put aside `maxFiles` are kept. */
export interface FileRotation {
  maxBytes: number;
  maxFiles: number;
}

/** What may wait for a destination. At a limit delivery to it pauses, and says so: nothing is dropped. */
export interface QueueLimits {
  maxAgeMillis?: number;
  maxRows?: number;
}

/** Holds for sessions of these agents (absent: any) in these folders or below (absent: anywhere). */
export interface DestinationRule {
  agents?: readonly string[];
  folders?: readonly string[];
  project?: string;
  serviceName?: string;
  content?: Partial<ContentPolicy>;
}
