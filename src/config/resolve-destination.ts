/** Secrets by reference, looked up at the moment of use: config.yaml names where they are, and no message ever shows them. */
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { AgentEnvironment } from '../agents/agent.ts';
import type { Parsed, Problem } from '../core/problem.ts';
import type { Destination } from '../exporters/exporter.ts';
import { AWS_VARIABLES } from './aws-variables.ts';
import type { DestinationSetting } from './destination/parse-destination.ts';

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
  for (const [name, text] of Object.entries(setting.headers)) {
    const found = findSecret(text, environment);
    if ('missing' in found) problems.push({ code: 'missing-secret', detail: `destination "${setting.name}": header "${name}" refers to ${text}, ${found.missing}` });
    else if (NO_HEADER_VALUE.test(found.value)) problems.push({ code: 'bad-header', detail: `destination "${setting.name}": the value of header "${name}" holds a character that no header may hold` });
    else headers[name] = found.value;
  }
  return problems.length > 0 ? { problems } : { value: { ...setting, headers }, problems };
}

/** The environment variables that header values refer to, and those in which AWS's credentials stand: a collector that is started needs them. */
export function findReferencedVariables(settings: readonly DestinationSetting[]): string[] {
  const referenced = settings.flatMap(({ headers }) => Object.values(headers).map((text) => ENV_REFERENCE.exec(text.replace(SCHEME, ''))?.[1]));
  const names = [...referenced, ...(settings.some(({ auth }) => auth === 'sigv4') ? AWS_VARIABLES : [])];
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** `env:NAME`, `file:/path`, either behind the name of an authorization scheme, or a text that is the value itself. */
function findSecret(text: string, environment: AgentEnvironment): { value: string } | { missing: string } {
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
