/** Each destination is sent one marked span, and says what it thinks of it. */
import { randomBytes } from 'node:crypto';
import { isSameBackend } from '../../collector/destinations.ts';
import { toSharedProject, withProjectHeader } from '../../collector/delivery/project-header.ts';
import { refuseOwnReceiver } from '../../collector/delivery/refuse-own-receiver.ts';
import { nameSender } from '../../collector/delivery/render-contexts.ts';
import { toSettingsFor, toWireAttributes } from '../../collector/delivery/settings-for.ts';
import type { DestinationSetting } from '../../config/destination/destination-setting.ts';
import { resolveDestination } from '../../config/resolve-destination.ts';
import { toSpanId, toTraceId } from '../../core/ids.ts';
import { toProbeId } from '../../core/probe.ts';
import type { Span } from '../../core/span.ts';
import { millisToNano } from '../../core/time.ts';
import { VERSION } from '../../core/version.ts';
import type { Destination, ExportResult } from '../../exporters/exporter.ts';
import { createExporter } from '../../exporters/index.ts';
import { toTraceBatch } from '../../otlp/to-trace-batch.ts';
import type { TraceBatch } from '../../otlp/trace.ts';
import { findDialect } from '../../semconv/index.ts';
import { SHELL_NAME, type DoctorContext } from '../doctor-context.ts';
import type { Link } from '../report.ts';
import { findDryRun } from '../switches.ts';

/** Whoever needs longer for one span will not keep up with a session; it is named, and not waited for. */
const ANSWER_LIMIT_MILLIS = 5_000;

/** The agent, and the profile, that the marked span names. */
const PROBE_NAME = 'spoor-doctor';

/** Where address and headers of the shell's own destination stand. */
const SHELL_PLACE = "this shell's variables";

type Answer = Pick<Link, 'state' | 'seen' | 'next'>;

/** All at once, each within its limit. Never throws. */
export function proveDestinations(context: DoctorContext): Promise<Link[]> {
  const { config, shell } = context;
  const configured = config.value.destinations;
  // One backend gets each span once: where config.yaml names it too, that one counts.
  const isOwn = configured.every((setting) => !shell.destination || !isSameBackend(resolveDestination(setting, context.environment).value ?? { ...setting, headers: {} }, shell.destination));
  const links = configured.map((setting) => proveDestination(setting, context));
  return Promise.all(shell.destination && isOwn ? [...links, proveOne(shell.destination, SHELL_NAME, context)] : links);
}

/** What the probe of one destination looks at. */
export type DestinationContext = Pick<DoctorContext, 'home' | 'environment' | 'config' | 'shell'>;

/** Sends it one marked span. Never throws. */
export async function proveDestination(setting: DestinationSetting, context: DestinationContext): Promise<Link> {
  const { environment, home } = context;
  const { value: destination, problems } = resolveDestination(setting, environment);
  if (destination) return await proveOne(destination, setting.name, context);
  const seen = problems.map(({ detail }) => detail.replace(`destination "${setting.name}": `, '')).join('; ');
  return { link: 'destination', subject: setting.name, state: 'broken', seen, next: `set what ${home.configFile} refers to, then: spoor doctor` };
}

/** `subject`: its name for people. Its secrets are in place. */
async function proveOne(destination: Destination, subject: string, context: DestinationContext): Promise<Link> {
  const link = { link: 'destination' as const, subject };
  const dryRun = findDryRun(context.environment.env);
  if (dryRun) return { ...link, state: 'attention', seen: `${dryRun} is set in this shell: nothing was sent`, next: `unset ${dryRun}` };
  if (destination.exporter === 'console' || destination.exporter === 'memory') return { ...link, state: 'ok', seen: `"${destination.exporter}" is inside the collector: there is nothing to reach` };
  const timeoutMillis = Math.min(destination.timeoutMillis, ANSWER_LIMIT_MILLIS);
  const started = performance.now();
  const answer = await ask({ ...destination, timeoutMillis }, toPlace(subject, context), context);
  return { ...link, ...answer, durationMillis: performance.now() - started };
}

/** Where its address and headers stand. */
function toPlace(subject: string, { home }: DestinationContext): string {
  return subject === SHELL_NAME ? SHELL_PLACE : home.configFile;
}

async function ask(destination: Destination, place: string, context: DestinationContext): Promise<Answer> {
  try {
    return toAnswer(await send(destination, context), destination, place);
  } catch (error) {
    return { state: 'broken', seen: error instanceof Error ? error.message : String(error), next: `mend ${place}` };
  }
}

async function send(destination: Destination, context: DestinationContext): Promise<ExportResult> {
  const exporter = refuseOwnReceiver(createExporter(destination), destination, context.home);
  try {
    return await exporter.export(toProbeBatch(destination, context));
  } finally {
    await exporter.close();
  }
}

/** One span of a moment, with the resource, project and user that sessions have there, and without content. */
function toProbeBatch(destination: Destination, { config, shell }: DestinationContext): TraceBatch {
  const now = Date.now();
  const sessionId = toProbeId(now, randomBytes(6).toString('hex'));
  const span: Span = {
    spanId: toSpanId(sessionId), traceId: toTraceId(sessionId), kind: 'agent', agent: PROBE_NAME, sessionId, turnIndex: 0,
    startUnixNano: millisToNano(now), endUnixNano: millisToNano(now + 1), outcome: 'ok', values: { agentName: PROBE_NAME },
    content: {}, events: [], links: [], provenance: { times: 'native' }, extra: {}, keys: [], final: true,
  };
  const dialect = findDialect(destination.dialect);
  if (!dialect) throw new Error(`There is no dialect "${destination.dialect}"`);
  const session = { agent: PROBE_NAME, sessionId };
  const { userId, attributes } = config.value;
  const settings = toSettingsFor(destination, { userId, attributes: toWireAttributes(attributes) })(session);
  const told = Object.fromEntries(Object.entries({ project: shell.settings.project, userId: shell.settings.userId }).filter(([, value]) => value !== undefined));
  const context = { session, version: VERSION, ...nameSender({ ...settings, ...told }, PROBE_NAME) };
  return withProjectHeader(toTraceBatch([{ span, context }], dialect), toSharedProject(context), destination);
}

function toAnswer(result: ExportResult, destination: Destination, place: string): Answer {
  if (result.status !== 'success') return { state: 'broken', seen: result.message.replace(/\.$/, ''), next: toNext(result.message, destination, place) };
  const where = destination.url === undefined ? (destination.path ?? '') : toAddress(destination.url);
  if ((result.rejectedSpans ?? 0) > 0) return { state: 'broken', seen: (result.message ?? `${where} refused the marked span`).replace(/\.$/, ''), next: `look at what ${where} says, and mend ${place}` };
  return { state: 'ok', seen: result.message?.replace(/\.$/, '') ?? `${where} took a marked span (session spoor-doctor-…)` };
}

/** Without what may be a key. */
function toAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** By what a message of `exporters/otlp-http.ts` and its answers says. */
const STEPS: readonly [RegExp, string][] = [
  [/AWSXrayWriteOnlyAccess/, 'attach the managed policy AWSXrayWriteOnlyAccess to the identity that signs'],
  [/the signature was not accepted/, 'set the clock of this machine, or mend "region" of CONFIG'],
  [/answered (401|403|407)\b/, 'put a key that may write there into "headers" of CONFIG (or "apiKey", with a preset)'],
  [/answered (404|405|421|3\d\d)\b|web page/, 'put the address of its OTLP traces endpoint into "url" of CONFIG'],
  [/answered 413\b/, 'have the backend (or the proxy before it) take larger requests: it refused one span'],
  [/answered 402\b/, 'look at the account there'],
  [/not a known host name|could not be looked up/, 'mend the host name in "url" of CONFIG, or the DNS of this machine'],
  [/cannot be read \(|is no PEM|client certificate/, 'mend "tls" of CONFIG'],
  [/certificate|TLS/, 'name the authority of its certificate as "ca" in "tls" of CONFIG, or mend "url" there'],
  [/refused the connection/, 'start the backend, or mend "url" of CONFIG'],
  [/spoor serve itself/, 'spoor serve --port PORT, or name another address in "url" of CONFIG'],
  [/no whole answer/, 'look whether the backend works: it takes connections and does not answer'],
];

/** Of a destination that signs: there is no key, and a request without a signature tells nothing. */
const SIGNED_STEPS: readonly [RegExp, string][] = [
  [/answered (401|403)\b/, 'renew the credentials that sign, or name others: "profile" of CONFIG (aws sts get-caller-identity says whose they are)'],
  [/answered 4\d\d\b/, 'look at what it says, and at "region" and "url" of CONFIG'],
];

function toNext(message: string, { url, auth }: Destination, place: string): string {
  // Where a person has to sign in, the message has the command.
  const command = /`(aws [^`]+)`/.exec(message)?.[1];
  if (command) return command;
  const isSigned = auth === 'sigv4';
  const told = STEPS.filter(([, step]) => !isSigned || !step.includes('"headers"'));
  const step = [...told, ...(isSigned ? SIGNED_STEPS : [])].find(([pattern]) => pattern.test(message))?.[1];
  const look = url === undefined ? `mend ${place}` : `curl -sv -X POST ${toAddress(url)}`;
  if (place === SHELL_PLACE) return step?.replace(/as "ca".*there$/, 'in OTEL_EXPORTER_OTLP_CERTIFICATE').replace('"url" of CONFIG', 'OTEL_EXPORTER_OTLP_ENDPOINT').replace(/"headers" of CONFIG.*/, 'OTEL_EXPORTER_OTLP_HEADERS') ?? look;
  return step?.replace('CONFIG', place) ?? look;
}
