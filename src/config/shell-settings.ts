/** The variables of an agent's shell, as a hook carried them → what they say. The names are those of the surface in ARCHITECTURE.md. */
import { hashOf } from '../core/ids.ts';
import type { Problem } from '../core/problem.ts';
import type { RemoteParent, ShellSettings } from '../core/shell.ts';
import type { Destination } from '../exporters/exporter.ts';
import { parseOtlpEnvironment } from './otlp-environment.ts';

type Variables = Readonly<Record<string, string | undefined>>;

export interface Shell {
  /** A name of what the shell says: equal texts, equal key. Made without secrets but for their hash in the destination's name. */
  key: string;
  settings: ShellSettings;
  /** Its own destination, with secrets. */
  destination?: Destination;
}

export interface ShellContext {
  /** `service.name` where the shell names none. */
  serviceName: string;
  /** Whether nobody sits before the agent; asked only when the shell carries a trace. */
  isHeadless(): boolean;
}

/** Ours first, then the names of those who move over. The first that is set and not empty counts. */
const USER_ID = ['SPOOR_USER_ID', 'ARIZE_USER_ID'];
const PROJECT = ['SPOOR_PROJECT', 'SPOOR_PROJECT_NAME'];
const ARIZE_PROJECT = ['ARIZE_PROJECT_NAME'];
const PHOENIX_PROJECT = ['PHOENIX_PROJECT', 'PHOENIX_PROJECT_NAME'];
const DRY_RUN = ['SPOOR_DRY_RUN', 'ARIZE_DRY_RUN'];
const VERBOSE = ['SPOOR_VERBOSE', 'ARIZE_VERBOSE'];

/** Variables → settings; no value where they say nothing. Never throws: what cannot be meant is a problem and counts as not said. */
export function parseShell(env: Variables, context: ShellContext): { value?: Shell; problems: Problem[] } {
  const { value: destination, problems } = parseOtlpEnvironment(env, context.serviceName);
  const settings: ShellSettings = {};
  if (isOn(env, DRY_RUN)) settings.isDryRun = true;
  if (isOn(env, VERBOSE)) settings.isVerbose = true;
  if (exportsNothing(env)) settings.exportsNothing = true;
  const userId = firstOf(env, USER_ID);
  // Where both are told, the shell's own backend decides.
  const project = firstOf(env, destination?.projectHeader === undefined ? [...PROJECT, ...ARIZE_PROJECT, ...PHOENIX_PROJECT] : [...PROJECT, ...PHOENIX_PROJECT, ...ARIZE_PROJECT]);
  if (userId !== undefined) settings.userId = userId;
  if (project !== undefined) settings.project = project;
  if (destination && !settings.exportsNothing) settings.destination = destination.name;
  const remoteParent = parseTraceParent(env, context);
  if (remoteParent) settings.remoteParent = remoteParent;
  if (Object.keys(settings).length === 0) return { problems };
  const key = hashOf('shell', JSON.stringify(settings)).slice(0, 16);
  return { value: { key, settings, ...(settings.destination === undefined ? {} : { destination }) }, problems };
}

function firstOf(env: Variables, names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((text) => text !== undefined && text.trim() !== '');
}

/** `true`, `1`, `yes` and `on` in any case: what people write. Our own variable, where it is set, wins over its twin. */
function isOn(env: Variables, names: readonly string[]): boolean {
  return /^\s*(true|1|yes|on)\s*$/i.test(firstOf(env, names) ?? '');
}

/** A comma list of exporters; `none` beside others has no meaning, so it counts only when it stands alone. */
function exportsNothing(env: Variables): boolean {
  return (env.OTEL_TRACES_EXPORTER ?? '').trim().toLowerCase() === 'none';
}

/** https://www.w3.org/TR/trace-context/#traceparent-header: version, trace id, span id, flags; later versions may add fields. */
const TRACE_PARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** W3C: vendors must keep at least 512 characters of the state. */
const MAX_TRACE_STATE = 512;

/** Ids of zeros, and a version 00 with more fields than it has, are no trace: they count as not said, as the standard asks. */
function parseTraceParent(env: Variables, { isHeadless }: ShellContext): RemoteParent | undefined {
  const [, version, traceId, spanId, , more] = TRACE_PARENT.exec((env.TRACEPARENT ?? '').trim()) ?? [];
  if (traceId === undefined || spanId === undefined || (version === '00' && more !== undefined)) return undefined;
  const traceState = env.TRACESTATE?.trim();
  const isKept = traceState !== undefined && traceState !== '' && traceState.length <= MAX_TRACE_STATE && /^[\x20-\x7e]*$/.test(traceState);
  return { traceId, spanId, ...(isKept ? { traceState } : {}), isHeadless: isHeadless() };
}
