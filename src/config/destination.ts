/** One entry of `destinations:` in config.yaml → a destination whose secrets are still references. */
import { isAbsolute, join, resolve } from 'node:path';
import type { Problem } from '../core/problem.ts';
import type { ContentLevel, Destination } from '../exporters/exporter.ts';
import type { YamlFile, YamlPath } from './yaml-file.ts';

/** A destination as configured. Header values are texts, `env:NAME` or `file:/path`, also as `Bearer env:NAME`; see `resolve-destination.ts`. */
export type DestinationSetting = Destination;

/** Where relative paths and `~/` of the file lead to. */
export interface PathContext {
  /** SPOOR_HOME. */
  root: string;
  userHome?: string;
}

const EXPORTERS = ['otlp-http', 'file', 'console', 'memory'] as const;
const PROTOCOLS = ['http/protobuf', 'http/json'] as const;
const COMPRESSIONS = ['gzip', 'none'] as const;
const DIALECTS = ['gen-ai'] as const;
const TRACES = ['turn', 'session'] as const;
const TRACE_STARTS = ['session', 'spawn'] as const;
const MCP_SPANS = ['merged', 'child'] as const;
const CONTENT_LEVELS = ['none', 'preview', 'full'] as const;
const DESTINATION_KEYS = ['name', 'exporter', 'url', 'path', 'protocol', 'compression', 'headers', 'timeoutMillis', 'dialect', 'content', 'trace', 'newTraceOn', 'mcpSpan', 'serviceName', 'project', 'addedAt'] as const;

/** OTLP's own default: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export const DEFAULT_TIMEOUT_MILLIS = 10_000;
/** Of an OTLP/HTTP receiver: https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
export const TRACES_PATH = '/v1/traces';
/** A timeout beyond ten minutes is a mistake in the unit. */
export const LONGEST_TIMEOUT_MILLIS = 600_000;
/** A name stands in messages, rows and commands. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** RFC 9110: a header's name is a token. */
export const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Where an entry stands and what is said about it. */
interface Entry {
  name: string;
  fields: Record<string, unknown>;
  tell(key: string | undefined, sentence: string, code?: string): void;
}

/**
 * Parses one entry; every wrong value is a problem. A destination that cannot be meant as it stands (no address, unknown
 * exporter or dialect) is left out; in any other doubt less is sent, or what the default says.
 */
export function parseDestination(file: YamlFile, at: { path: YamlPath; name: string; value: unknown }, context: PathContext): { value?: DestinationSetting; problems: Problem[] } {
  const problems: Problem[] = [];
  const tell: Entry['tell'] = (key, sentence, code = 'config-bad-value') => {
    problems.push(file.problemAt(key === undefined ? at.path : [...at.path, key], code, `destination "${at.name}": ${sentence}`));
  };
  if (!NAME.test(at.name)) {
    problems.push(file.problemAt(at.path, 'config-bad-value', 'a destination needs a name of letters, digits, ".", "_" and "-", at most 64'));
    return { problems };
  }
  if (at.value === null || typeof at.value !== 'object' || Array.isArray(at.value)) {
    tell(undefined, 'expected keys such as "url"');
    return { problems };
  }
  const entry: Entry = { name: at.name, fields: at.value as Record<string, unknown>, tell };
  for (const key of Object.keys(entry.fields)) {
    if (!(DESTINATION_KEYS as readonly string[]).includes(key)) tell(key, `unknown key "${key}"; known are ${DESTINATION_KEYS.join(', ')}`, 'config-unknown-key');
  }
  const value = toSetting(entry, context);
  return value ? { value, problems } : { problems };
}

function toSetting(entry: Entry, context: PathContext): DestinationSetting | undefined {
  const exporter = choose(entry, 'exporter', EXPORTERS, entry.fields.path !== undefined && entry.fields.url === undefined ? 'file' : 'otlp-http');
  const dialect = choose(entry, 'dialect', DIALECTS, 'gen-ai');
  if (!exporter || !dialect) return undefined;
  const url = exporter === 'otlp-http' ? parseTracesUrl(entry) : undefined;
  const path = exporter === 'file' ? parsePath(entry, context) : undefined;
  if ((exporter === 'otlp-http' && !url) || (exporter === 'file' && !path)) return undefined;
  const serviceName = parseText(entry, 'serviceName');
  const project = parseText(entry, 'project');
  const addedMillis = parseAddedAt(entry);
  return {
    name: entry.name,
    exporter,
    ...(url ? { url } : {}),
    ...(path ? { path } : {}),
    protocol: choose(entry, 'protocol', PROTOCOLS, 'http/protobuf') ?? 'http/protobuf',
    compression: choose(entry, 'compression', COMPRESSIONS, 'gzip') ?? 'gzip',
    headers: parseHeaders(entry),
    timeoutMillis: parseTimeout(entry),
    dialect,
    content: parseContent(entry, url === undefined || isLoopback(url)),
    ...parseTraceShape(entry),
    ...(serviceName ? { serviceName } : {}),
    ...(project ? { project } : {}),
    ...(addedMillis === undefined ? {} : { addedMillis }),
  };
}

/** The value of a key that has a few known words; undefined (and a problem) when it is another. */
function choose<T extends string>(entry: Entry, key: string, words: readonly T[], standard: T): T | undefined {
  const value = entry.fields[key];
  if (value === undefined || value === null) return standard;
  const word = words.find((known) => known === value);
  if (!word) entry.tell(key, `"${key}" must be ${words.join(' or ')}`);
  return word;
}

/** What differs from the defaults: one trace a turn, one span a call. */
function parseTraceShape(entry: Entry): Pick<Destination, 'trace' | 'newTraceOn' | 'mcpSpan'> {
  const trace = choose(entry, 'trace', TRACES, 'turn');
  const newTraceOn = choose(entry, 'newTraceOn', TRACE_STARTS, 'session');
  const mcpSpan = choose(entry, 'mcpSpan', MCP_SPANS, 'merged');
  if (newTraceOn === 'spawn' && trace === 'turn') entry.tell('newTraceOn', '"newTraceOn" counts only with "trace: session"');
  return {
    ...(trace === 'session' ? { trace } : {}),
    ...(trace === 'session' && newTraceOn === 'spawn' ? { newTraceOn } : {}),
    ...(mcpSpan === 'child' ? { mcpSpan } : {}),
  };
}

function parseContent(entry: Entry, staysHere: boolean): ContentLevel {
  // A level that cannot be read sends nothing.
  return choose(entry, 'content', CONTENT_LEVELS, staysHere ? 'preview' : 'none') ?? 'none';
}

function parseTracesUrl(entry: Entry): string | undefined {
  const text = parseText(entry, 'url');
  if (text === undefined) {
    if (entry.fields.url === undefined) entry.tell(undefined, 'needs a "url" (or a "path" for a file)');
    return undefined;
  }
  const url = toTracesUrl(text);
  if (typeof url === 'string') return url;
  entry.tell('url', url.reason);
  return undefined;
}

/** The address of a backend → the full URL of its traces endpoint, or the reason why it is none. Without a path: `emptyPath`. */
export function toTracesUrl(text: string, emptyPath = TRACES_PATH): string | { reason: string } {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return { reason: '"url" must begin with http:// or https://' };
  if (url.username || url.password) return { reason: 'a "url" holds no user and password; put them into "headers" (authorization: env:NAME)' };
  if (url.pathname === '/') url.pathname = emptyPath;
  url.hash = '';
  return url.href;
}

/** Below a base address the path of OTLP's traces, unless it ends with that. What is no address stays as it is. */
export function withTracesPath(text: string): string {
  const url = URL.parse(text);
  if (!url) return text;
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(TRACES_PATH) ? path : `${path}${TRACES_PATH}`;
  return url.href;
}

/** Whether what is sent there stays on this machine. */
export function isLoopback(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? '';
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function parsePath(entry: Entry, context: PathContext): string | undefined {
  const text = parseText(entry, 'path');
  if (text === undefined) {
    if (entry.fields.path === undefined) entry.tell(undefined, 'needs a "path"');
    return undefined;
  }
  if (text.startsWith('~/')) {
    if (context.userHome) return join(context.userHome, text.slice(2));
    entry.tell('path', '"path" begins with ~/ and there is no HOME');
    return undefined;
  }
  return isAbsolute(text) ? text : resolve(context.root, text);
}

function parseText(entry: Entry, key: string): string | undefined {
  const value = entry.fields[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  entry.tell(key, `"${key}" must be a text`);
  return undefined;
}

function parseTimeout(entry: Entry): number {
  const value = entry.fields.timeoutMillis;
  if (value === undefined || value === null) return DEFAULT_TIMEOUT_MILLIS;
  if (typeof value === 'number' && value >= 1 && value <= LONGEST_TIMEOUT_MILLIS) return Math.round(value);
  entry.tell('timeoutMillis', `"timeoutMillis" must be a number from 1 to ${LONGEST_TIMEOUT_MILLIS}`);
  return DEFAULT_TIMEOUT_MILLIS;
}

function parseHeaders(entry: Entry): Record<string, string> {
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

function parseAddedAt(entry: Entry): number | undefined {
  const value = entry.fields.addedAt;
  if (value === undefined || value === null) return undefined;
  const millis = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(millis)) return millis;
  entry.tell('addedAt', '"addedAt" must be a time such as 2026-01-31T09:00:00Z');
  return undefined;
}
