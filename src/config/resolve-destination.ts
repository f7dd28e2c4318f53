/** Secrets by reference, looked up at the moment of use: config.yaml names where they are, and no message ever shows them. */
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { AgentEnvironment } from '../agents/agent.ts';
import type { Parsed, Problem } from '../core/problem.ts';
import type { Destination } from '../exporters/exporter.ts';
import { AWS_VARIABLES } from './aws-variables.ts';
import { fillTemplate, listPlaceholders } from '../exporters/presets/fill-template.ts';
import type { DestinationSetting } from './destination/destination-setting.ts';

/** What may stand before a reference: https://www.iana.org/assignments/http-authschemes */
const SCHEME = /^(?:Bearer|Basic) (?=env:|file:)/;
const ENV_REFERENCE = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;
/** A secret is a line, not a document. */
const SECRET_FILE_LIMIT = 65_536;
/** RFC 9110: a header's value holds no control characters but the tab. Checked here because fetch would show the value. */
const NO_HEADER_VALUE = /[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/;

/**
 * A setting → a destination with its header values in place. No value when one of them is missing: the problem names the
 * reference. Reads the disk. Never log the result.
 */
export function resolveDestination(setting: DestinationSetting, environment: AgentEnvironment): Parsed<Destination> {
  const problems: Problem[] = [];
  const headers: Record<string, string> = {};
  const { preset: _preset, templates: _templates, needs, ...rest } = setting;
  const tell = (code: string, sentence: string): void => void problems.push({ code, detail: `destination "${setting.name}": ${sentence}` });
  const put = (name: string, value: string): void => {
    if (NO_HEADER_VALUE.test(value)) tell('bad-header', `the value of header "${name}" holds a character that no header may hold`);
    else headers[name] = value;
  };
  for (const [name, text] of listTemplates(setting)) {
    const filled = fill(text, needs ?? {}, environment);
    if ('missing' in filled) for (const { key, reference, missing } of filled.missing) tell('missing-secret', `"${key}" is ${reference}, ${missing}`);
    else put(name, filled.value);
  }
  for (const [name, text] of Object.entries(setting.headers)) {
    const found = findSecret(text, environment);
    if ('missing' in found) tell('missing-secret', `header "${name}" refers to ${text}, ${found.missing}`);
    else put(name, found.value);
  }
  return problems.length > 0 ? { problems: withoutRepeats(problems) } : { value: { ...rest, headers }, problems };
}

/** The references of a setting: what they stand for is a secret, where they lead is none. */
export function listReferences(setting: DestinationSetting): string[] {
  const used = new Set(listTemplates(setting).flatMap(([, text]) => listPlaceholders(text)));
  return [...Object.values(setting.headers), ...Object.entries(setting.needs ?? {}).flatMap(([key, text]) => (used.has(key) ? [text] : []))];
}

/** Headers of its preset that count: its own win, and one whose value nobody told is left out. */
function listTemplates({ headers, templates, needs }: DestinationSetting): [string, string][] {
  const own = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  return Object.entries(templates ?? {}).filter(([name, text]) => !own.has(name) && listPlaceholders(text).every((key) => needs?.[key] !== undefined));
}

interface MissingNeed {
  key: string;
  reference: string;
  missing: string;
}

function fill(template: string, needs: Readonly<Record<string, string>>, environment: AgentEnvironment): { value: string } | { missing: MissingNeed[] } {
  const missing: MissingNeed[] = [];
  const value = fillTemplate(template, (key) => {
    const reference = needs[key] ?? '';
    const found = findReferenced(reference, environment);
    if ('value' in found) return found.value;
    missing.push({ key, reference, missing: found.missing });
    return '';
  });
  return missing.length > 0 ? { missing } : { value };
}

/** Two headers may need one key. */
function withoutRepeats(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ detail }, index) => problems.findIndex((other) => other.detail === detail) === index);
}

/** The environment variables that header values refer to: without them nothing is sent. */
export function findNamedVariables(settings: readonly DestinationSetting[]): string[] {
  const names = settings.flatMap((setting) => listReferences(setting).map((text) => ENV_REFERENCE.exec(text.replace(SCHEME, ''))?.[1]));
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** Those, and the ones in which AWS's credentials may stand: a collector that is started inherits them. */
export function findReferencedVariables(settings: readonly DestinationSetting[]): string[] {
  const names = [...findNamedVariables(settings), ...(settings.some(({ auth }) => auth === 'sigv4') ? AWS_VARIABLES : [])];
  return [...new Set(names)].sort();
}

/** `env:NAME`, `file:/path`, either behind the name of an authorization scheme, or a text that is the value itself. */
export function findSecret(text: string, environment: AgentEnvironment): { value: string } | { missing: string } {
  const scheme = SCHEME.exec(text)?.[0] ?? '';
  const found = findReferenced(text.slice(scheme.length), environment);
  return 'value' in found ? { value: scheme + found.value } : found;
}

function findReferenced(text: string, { env, home }: AgentEnvironment): { value: string } | { missing: string } {
  if (text.startsWith('env:')) {
    const name = ENV_REFERENCE.exec(text)?.[1];
    const value = name ? env[name] : undefined;
    return value ? { value } : { missing: name ? 'which is not set' : 'which is no name of a variable' };
  }
  if (!text.startsWith('file:')) return { value: text };
  const named = text.slice('file:'.length).replace(/^\/\/(?=\/)/, '');
  const path = named.startsWith('~/') && home ? `${home}${named.slice(1)}` : named;
  if (!isAbsolute(path)) return { missing: 'which must be an absolute path' };
  return readSecretFile(path);
}

function readSecretFile(path: string): { value: string } | { missing: string } {
  try {
    if (statSync(path).size > SECRET_FILE_LIMIT) return { missing: 'which is too large for a secret' };
    const value = readFileSync(path, 'utf8').trim();
    return value ? { value } : { missing: 'which is empty' };
  } catch (error) {
    return { missing: `which cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})` };
  }
}
