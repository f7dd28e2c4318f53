/** One entry of `destinations:` in config.yaml → a destination whose secrets are still references. */
import type { Problem } from '../../core/problem.ts';
import type { Destination, DialectName, TlsFiles } from '../../exporters/exporter.ts';
import { toContentPolicy } from '../../semconv/content.ts';
import { toAttributeMap } from '../attributes.ts';
import { homeAt, isOwnFile } from '../home.ts';
import type { YamlFile, YamlPath } from '../yaml-file.ts';
import { findAwsRegion, isLoopback, toTracesUrl } from './address.ts';
import type { DestinationSetting } from './destination-setting.ts';
import { choose, openEntry, readNumber, readPath, readText, type Entry, type PathContext } from './entry.ts';
import { readMetrics } from './parse-metrics.ts';
import { addRule } from '../../semconv/combine-sharing.ts';
import { readSharing } from './parse-sharing.ts';
import { readQueue, readRules, readScope, type Place } from './parse-scope.ts';
import { completeUrl } from '../../exporters/presets/preset-url.ts';
import { readPreset, toRegionAdvice, type PresetPart } from './read-preset.ts';
import { readRotation } from './read-rotation.ts';

const EXPORTERS = ['otlp-http', 'file', 'console', 'memory'] as const;
const PROTOCOLS = ['http/protobuf', 'http/json'] as const;
const COMPRESSIONS = ['gzip', 'none'] as const;
const DIALECTS = ['gen-ai', 'openinference', 'cloudwatch'] as const satisfies readonly DialectName[];
const TRACES = ['turn', 'session'] as const;
const TRACE_STARTS = ['session', 'spawn'] as const;
const MCP_SPANS = ['merged', 'child'] as const;
const DESTINATION_KEYS = [
  'keyId', 'rotate',
  'name', 'preset', 'exporter', 'url', 'path', 'protocol', 'compression', 'headers', 'tls', 'timeoutMillis', 'dialect', 'content', 'trace', 'newTraceOn', 'mcpSpan', 'serviceName', 'project',
  'userId', 'attributes', 'resource', 'region', 'spaceId', 'apiKey', 'scopeName', 'agents', 'folders', 'exclude', 'sample', 'queue', 'rules', 'addedAt',
  'metrics',
  'auth', 'profile',
  'redact', 'hash',
] as const;
const AUTHS = ['sigv4'] as const;
const TLS_KEYS = ['ca', 'cert', 'key'] as const;

/** OTLP's own default: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export const DEFAULT_TIMEOUT_MILLIS = 10_000;
/** A timeout beyond ten minutes is a mistake in the unit. */
export const LONGEST_TIMEOUT_MILLIS = 600_000;
/** A name stands in messages, rows and commands. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** RFC 9110: a header's name is a token. */
export const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Parses one entry; every wrong value is a problem. A destination that cannot be meant as it stands (no address, unknown
 * exporter or dialect, sessions that cannot be told) is left out; in any other doubt less is sent, or what the default says.
 */
export function parseDestination(file: YamlFile, at: { path: YamlPath; name: string; value: unknown }, context: PathContext): { value?: DestinationSetting; problems: Problem[] } {
  const problems: Problem[] = [];
  if (!NAME.test(at.name)) {
    problems.push(file.problemAt(at.path, 'config-bad-value', 'a destination needs a name of letters, digits, ".", "_" and "-", at most 64'));
    return { problems };
  }
  const place: Place = { file, path: at.path, subject: `destination "${at.name}"`, context, problems };
  const entry = openEntry(file, { ...place, value: at.value, keys: DESTINATION_KEYS, consequence: 'until it is mended none of the content is sent there' }, problems);
  const value = entry ? toSetting(entry, at.name, place) : undefined;
  return value ? { value, problems } : { problems };
}

function toSetting(typed: Entry, name: string, place: Place): DestinationSetting | undefined {
  const preset = readPreset(typed);
  if (!preset) return undefined;
  const entry = withUsual(typed, preset);
  const exporter = choose(entry, 'exporter', EXPORTERS, entry.fields.path !== undefined && entry.fields.url === undefined ? 'file' : 'otlp-http');
  const dialect = choose(entry, 'dialect', DIALECTS, 'gen-ai');
  const scope = readScope(entry, place);
  if (!exporter || !dialect || !scope) return undefined;
  const url = exporter === 'otlp-http' ? readTracesUrl(entry, preset) : undefined;
  const path = exporter === 'file' ? readFilePath(entry, place.context) : undefined;
  if ((exporter === 'otlp-http' && !url) || (exporter === 'file' && !path)) return undefined;
  const tls = readTls(entry, place);
  const aws = readAws(entry, url, preset.settings.auth);
  return withoutAbsent<DestinationSetting>({
    ...preset.settings,
    name,
    exporter,
    url,
    path,
    protocol: choose(entry, 'protocol', PROTOCOLS, 'http/protobuf') ?? 'http/protobuf',
    compression: choose(entry, 'compression', COMPRESSIONS, 'gzip') ?? 'gzip',
    headers: readHeaders(entry),
    tls,
    timeoutMillis: Math.round(readNumber(entry, 'timeoutMillis', { from: 1, to: LONGEST_TIMEOUT_MILLIS }) ?? DEFAULT_TIMEOUT_MILLIS),
    dialect,
    rotate: exporter === 'file' ? readRotation(entry, place) : undefined,
    sharing: addRule({ content: toContentPolicy(url === undefined || isLoopback(url) ? 'preview' : 'none') }, readSharing(entry, place.context)),
    ...readTraceShape(entry),
    serviceName: readText(entry, 'serviceName'),
    project: readText(entry, 'project'),
    userId: readText(entry, 'userId'),
    attributes: toAttributeMap(entry, 'attributes'),
    resource: toResource(toAttributeMap(entry, 'resource')),
    ...aws,
    spaceId: readText(entry, 'spaceId'),
    scopeName: readText(entry, 'scopeName'),
    ...scope,
    queue: readQueue(entry, place),
    metrics: readMetrics(entry, place, { url, auth: aws.auth, preset: preset.preset }),
    rules: readRules(entry, place),
    addedMillis: readAddedAt(entry),
  });
}

/** What differs from the defaults: one trace a turn (in CloudWatch's dialect, which is a waterfall of a session, one a session), one span a call. */
function readTraceShape(entry: Entry): Pick<Destination, 'trace' | 'newTraceOn' | 'mcpSpan'> {
  const trace = choose(entry, 'trace', TRACES, entry.fields.dialect === 'cloudwatch' ? 'session' : 'turn');
  const newTraceOn = choose(entry, 'newTraceOn', TRACE_STARTS, 'session');
  const mcpSpan = choose(entry, 'mcpSpan', MCP_SPANS, 'merged');
  if (newTraceOn === 'spawn' && trace === 'turn') entry.tell('newTraceOn', '"newTraceOn" counts only with "trace: session"');
  return {
    ...(trace === 'session' ? { trace } : {}),
    ...(trace === 'session' && newTraceOn === 'spawn' ? { newTraceOn } : {}),
    ...(mcpSpan === 'child' ? { mcpSpan } : {}),
  };
}

/** Requests to X-Ray are signed without being told: it takes no others. Its host names the region. */
function readAws(entry: Entry, url: string | undefined, presetAuth: Destination['auth']): Pick<Destination, 'auth' | 'region' | 'profile'> {
  const named = url === undefined ? undefined : findAwsRegion(url);
  const auth = choose(entry, 'auth', AUTHS, named === undefined ? presetAuth : 'sigv4');
  const region = readText(entry, 'region') ?? named;
  const profile = readText(entry, 'profile');
  if (auth && region === undefined) entry.tell('auth', '"auth: sigv4" needs a "region", for example us-west-2');
  return { ...(auth ? { auth } : {}), ...(region === undefined ? {} : { region }), ...(profile === undefined ? {} : { profile }) };
}

function readTracesUrl(entry: Entry, { preset, url: own }: PresetPart): string | undefined {
  const text = readText(entry, 'url');
  if (text === undefined) {
    if (entry.fields.url === undefined && own === undefined) entry.tell(undefined, preset ? toRegionAdvice(preset) : 'needs a "url" (or a "path" for a file, or a "preset")');
    return entry.fields.url === undefined ? own : undefined;
  }
  const url = toTracesUrl(preset ? completeUrl(preset, text) : text);
  if (typeof url === 'string') return url;
  entry.tell('url', url.reason);
  return undefined;
}

function readFilePath(entry: Entry, context: PathContext): string | undefined {
  if (entry.fields.path === undefined) entry.tell(undefined, 'needs a "path"');
  const path = readPath(entry, 'path', context);
  if (path === undefined || !isOwnFile(homeAt(context.root), path)) return path;
  entry.tell('path', `"path" is one of spoor's own files; name another, such as traces.jsonl beside config.yaml`);
  return undefined;
}

/** Paths; the files are read when the destination is opened. */
function readTls(entry: Entry, { file, path, subject, context, problems }: Place): TlsFiles | undefined {
  if (entry.fields.tls === undefined || entry.fields.tls === null) return undefined;
  const tls = openEntry(file, { path: [...path, 'tls'], value: entry.fields.tls, subject: `${subject}: tls`, keys: TLS_KEYS }, problems);
  if (!tls) return undefined;
  const files = withoutAbsent<TlsFiles>({ ca: readPath(tls, 'ca', context), cert: readPath(tls, 'cert', context), key: readPath(tls, 'key', context) });
  if ((files.cert === undefined) !== (files.key === undefined)) tls.tell(undefined, 'a client certificate needs "cert" and "key"');
  return files;
}

function readHeaders(entry: Entry): Record<string, string> {
  const value = entry.fields.headers;
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    entry.tell('headers', '"headers" must be names with values');
    return {};
  }
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    const isUsable = (typeof text === 'string' && text !== '') || typeof text === 'number';
    if (HEADER_NAME.test(name) && isUsable) headers[name.toLowerCase()] = String(text);
    else entry.tell('headers', `a header needs a name and a text ("${name}" has not)`);
  }
  return headers;
}

function toResource(attributes: Destination['attributes']): Record<string, string> | undefined {
  return attributes && Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));
}

function readAddedAt(entry: Entry): number | undefined {
  const value = entry.fields.addedAt;
  if (value === undefined || value === null) return undefined;
  const millis = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(millis)) return millis;
  entry.tell('addedAt', '"addedAt" must be a time such as 2026-01-31T09:00:00Z');
  return undefined;
}

function withoutAbsent<T extends object>(values: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

/** A dialect that a backend is best served with, where there is such a one. */
export function toKnownDialect(wanted: Destination['dialect'] | undefined): (typeof DIALECTS)[number] {
  return DIALECTS.find((known) => known === wanted) ?? 'gen-ai';
}

/** What the preset says of keys that the entry does not say. */
function withUsual(entry: Entry, { preset }: PresetPart): Entry {
  if (!preset) return entry;
  const usual = { dialect: toKnownDialect(preset.dialect), trace: preset.trace, auth: preset.auth };
  const said = Object.entries(entry.fields).filter(([, value]) => value !== undefined && value !== null);
  return { ...entry, fields: { ...usual, ...Object.fromEntries(said) } };
}
