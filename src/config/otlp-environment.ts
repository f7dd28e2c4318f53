/**
 * The OTLP exporter that a shell's variables describe, as OpenTelemetry's SDKs read them:
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/ and https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
import { isAbsolute } from 'node:path';
import { hashOf } from '../core/ids.ts';
import type { Problem } from '../core/problem.ts';
import type { Destination, TlsFiles } from '../exporters/exporter.ts';
import { toContentPolicy } from '../semconv/content.ts';
import type { ContentLevel } from '../core/sharing.ts';
import { TRACES_PATH, isLoopback, toTracesUrl, withTracesPath } from './destination/address.ts';
import { DEFAULT_TIMEOUT_MILLIS, HEADER_NAME, LONGEST_TIMEOUT_MILLIS } from './destination/parse-destination.ts';
import { parseMovedEnvironment } from './moved-environment.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** No destination of config.yaml can be called so. */
const NAME_PREFIX = 'env:';

/** Whether a destination of this name came from a shell's environment. */
export function isFromEnvironment(name: string): boolean {
  return name.startsWith(NAME_PREFIX);
}

const PREFIX = 'OTEL_EXPORTER_OTLP_';

interface Reading {
  env: Variables;
  problems: Problem[];
}

/** Variables → destination, named by a hash of all that it is. No endpoint: neither value nor problem. Never throws, names no secret. */
export function parseOtlpEnvironment(env: Variables, serviceName: string): { value?: Destination; problems: Problem[] } {
  const reading: Reading = { env, problems: [] };
  const { problems } = reading;
  const endpoint = findEndpoint(env);
  if (!endpoint) return toMovedDestination(reading, serviceName);
  const url = toTracesUrl(endpoint.url, endpoint.isWhole ? '/' : TRACES_PATH);
  if (typeof url !== 'string') return { problems: [{ code: 'bad-endpoint', detail: `${endpoint.name}: ${toReason(url.reason, endpoint)}. Nothing of that shell is exported.` }] };
  const protocol = readProtocol(reading, endpoint.name);
  if (!protocol) return { problems };
  const resource = readResource(reading);
  const destination = {
    exporter: 'otlp-http' as const,
    url,
    protocol,
    compression: readCompression(reading),
    headers: readHeaders(reading, endpoint.headers),
    timeoutMillis: readTimeout(reading),
    ...readTls(reading),
    dialect: 'gen-ai' as const,
    // The tree that a person expects who sets these variables: one trace a session, as an agent's own exporter would send it.
    trace: 'session' as const,
    mcpSpan: 'child' as const,
    sharing: { content: toContentPolicy(readContent(reading, url)) },
    serviceName: textOf(env.OTEL_SERVICE_NAME) ?? resource['service.name'] ?? serviceName,
    resource: withoutServiceName(resource),
  };
  return { value: withName(destination), problems };
}

function withName(destination: Omit<Destination, 'name'>): Destination {
  return { name: `${NAME_PREFIX}${hashOf('destination', JSON.stringify(destination)).slice(0, 16)}`, ...destination };
}

/** What Phoenix's and Arize's own variables name, where none of the standard ones names an endpoint: one trace a turn, as their programs send it. */
function toMovedDestination(reading: Reading, serviceName: string): { value?: Destination; problems: Problem[] } {
  const { env, problems } = reading;
  const moved = parseMovedEnvironment(env, (variable) => readHeaders(reading, [variable]));
  problems.push(...moved.problems);
  if (!moved.value) return { problems };
  const { settings } = moved.value;
  const resource = readResource(reading);
  const service = textOf(env.OTEL_SERVICE_NAME) ?? resource['service.name'] ?? serviceName;
  return { value: withName({ ...settings, sharing: { content: toContentPolicy(readContent(reading, settings.url)) }, serviceName: service, resource: withoutServiceName(resource) }), problems };
}

/** What is said of a `url` in config.yaml, in words for a variable. */
function toReason(reason: string, { headers }: Endpoint): string {
  return reason.replace(/^(a )?"url"/, 'it').replace(/"headers".*$/, headers.at(-1) ?? '');
}

interface Endpoint {
  /** The variable it comes from. */
  name: string;
  url: string;
  /** Its path is meant as it stands, an empty one too. */
  isWhole?: boolean;
  /** The variables in which its headers may stand: those of another endpoint are never sent to this one. */
  headers: readonly string[];
}

/** Ours wins. The traces' own endpoint is taken as it is; of a base address the path is kept and completed. */
function findEndpoint(env: Variables): Endpoint | undefined {
  const [own, traces, base] = [textOf(env.SPOOR_OTLP_ENDPOINT), textOf(env[`${PREFIX}TRACES_ENDPOINT`]), textOf(env[`${PREFIX}ENDPOINT`])];
  if (own !== undefined) return { name: 'SPOOR_OTLP_ENDPOINT', url: withTracesPath(own), headers: ['SPOOR_OTLP_HEADERS'] };
  const headers = ['SPOOR_OTLP_HEADERS', `${PREFIX}TRACES_HEADERS`, `${PREFIX}HEADERS`];
  if (traces !== undefined) return { name: `${PREFIX}TRACES_ENDPOINT`, url: traces, isWhole: true, headers };
  return base === undefined ? undefined : { name: `${PREFIX}ENDPOINT`, url: withTracesPath(base), headers };
}

/** The traces' own variable wins over the one for all signals. Empty means not set. */
function find(env: Variables, name: string): { name: string; text: string } | undefined {
  return [`${PREFIX}TRACES_${name}`, `${PREFIX}${name}`].flatMap((full) => {
    const text = textOf(env[full]);
    return text === undefined ? [] : [{ name: full, text }];
  })[0];
}

/** gRPC was meant for the endpoint of the standard variables, which another program's exporter may read: ours is an HTTP address. */
function readProtocol({ env, problems }: Reading, endpoint: string): Destination['protocol'] | undefined {
  const told = find(env, 'PROTOCOL');
  const word = told?.text.toLowerCase() ?? 'http/protobuf';
  if (word === 'http/protobuf' || word === 'http/json') return word;
  if (word === 'grpc' && endpoint === 'SPOOR_OTLP_ENDPOINT') return 'http/protobuf';
  const what = word === 'grpc' ? 'gRPC is not spoken here; use http/protobuf, on a Collector port 4318' : `unknown protocol; known are http/protobuf and http/json`;
  problems.push({ code: 'bad-protocol', detail: `${told?.name}: ${what}. Nothing of that shell is exported.` });
  return undefined;
}

function readCompression({ env, problems }: Reading): Destination['compression'] {
  const told = find(env, 'COMPRESSION');
  const word = told?.text.toLowerCase() ?? 'none';
  if (word === 'gzip' || word === 'none') return word;
  problems.push({ code: 'bad-compression', detail: `${told?.name}: known are gzip and none; it is sent without.` });
  return 'none';
}

function readTimeout({ env, problems }: Reading): number {
  const told = find(env, 'TIMEOUT');
  if (!told) return DEFAULT_TIMEOUT_MILLIS;
  const millis = Number(told.text);
  if (Number.isInteger(millis) && millis > 0) return Math.min(millis, LONGEST_TIMEOUT_MILLIS);
  problems.push({ code: 'bad-timeout', detail: `${told.name}: expected milliseconds, a whole number above 0; ${DEFAULT_TIMEOUT_MILLIS} are used.` });
  return DEFAULT_TIMEOUT_MILLIS;
}

/** Paths of PEM files; the exporter reads them. One that cannot be meant is told, and the request goes without it. */
function readTls({ env, problems }: Reading): { tls?: TlsFiles } {
  const tls: TlsFiles = {};
  for (const [key, variable] of [['ca', 'CERTIFICATE'], ['cert', 'CLIENT_CERTIFICATE'], ['key', 'CLIENT_KEY']] as const) {
    const told = find(env, variable);
    if (!told) continue;
    if (isAbsolute(told.text)) tls[key] = told.text;
    else problems.push({ code: 'bad-certificate', detail: `${told.name}: expected the absolute path of a PEM file; it is left out.` });
  }
  if ((tls.cert === undefined) !== (tls.key === undefined)) problems.push({ code: 'bad-certificate', detail: `${PREFIX}CLIENT_CERTIFICATE and ${PREFIX}CLIENT_KEY count only together.` });
  return Object.keys(tls).length > 0 ? { tls } : {};
}

/** What the request says of itself; the exporter sets these. */
const OWN_HEADERS = new Set(['host', 'content-length', 'content-type', 'content-encoding', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade', 'te', 'trailer', 'expect']);

/** A set of headers for traces replaces the general one. Control characters would be shown by the client that refuses them. */
function readHeaders({ env, problems }: Reading, names: readonly string[]): Record<string, string> {
  const name = names.find((one) => textOf(env[one]) !== undefined);
  const headers: Record<string, string> = {};
  if (name === undefined) return headers;
  for (const [key, value] of parsePairs(env[name] ?? '')) {
    if (key !== undefined && value !== undefined && HEADER_NAME.test(key) && !OWN_HEADERS.has(key.toLowerCase()) && /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) headers[key.toLowerCase()] = value;
    else problems.push({ code: 'bad-headers', detail: `${name}: expected name=value pairs with commas between them, and no header of the request itself; one of them is not sent.` });
  }
  return headers;
}

/** On any error the whole variable counts for nothing, as the specification says. */
function readResource({ env, problems }: Reading): Record<string, string> {
  const pairs = parsePairs(env.OTEL_RESOURCE_ATTRIBUTES ?? '');
  if (pairs.every(([key, value]) => key !== undefined && value !== undefined)) return Object.fromEntries(pairs) as Record<string, string>;
  problems.push({ code: 'bad-resource-attributes', detail: 'OTEL_RESOURCE_ATTRIBUTES: expected name=value pairs with commas between them; it is left out.' });
  return {};
}

/** `a=b,c=d`, values percent-encoded (W3C Baggage without properties). A pair that is none has no key. */
function parsePairs(text: string): [string | undefined, string | undefined][] {
  const parts = text.split(',').map((part) => part.trim()).filter((part) => part !== '');
  return parts.map((part) => {
    const at = part.indexOf('=');
    try {
      return at > 0 ? [decodeURIComponent(part.slice(0, at).trim()), decodeURIComponent(part.slice(at + 1).trim())] : [undefined, undefined];
    } catch {
      return [undefined, undefined];
    }
  });
}

/** It has a field of its own. */
function withoutServiceName(resource: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => name !== 'service.name'));
}

/** Loopback destinations default to a preview, others to none: see the invariants. A word that is not known sends nothing. */
function readContent({ env, problems }: Reading, url: string): ContentLevel {
  const word = textOf(env.SPOOR_CONTENT)?.toLowerCase();
  if (word === undefined) return isLoopback(url) ? 'preview' : 'none';
  if (word === 'none' || word === 'preview' || word === 'full') return word;
  problems.push({ code: 'bad-content-level', detail: 'SPOOR_CONTENT: known are none, preview and full; nothing of the content is sent.' });
  return 'none';
}

function textOf(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
