/**
 * The backend that a shell names in the variables of Arize's and Phoenix's own programs, for people who move over. The key of one of them is
 * never sent to the other. Which variables mean what: docs/moving-from-arize.md.
 */
import type { Problem } from '../core/problem.ts';
import type { Destination } from '../exporters/exporter.ts';
import { fillTemplate, listPlaceholders } from '../exporters/presets/fill-template.ts';
import { findPreset } from '../exporters/presets/index.ts';
import type { Preset, PresetKey } from '../exporters/presets/preset.ts';
import { completeUrl, toPresetUrl } from '../exporters/presets/preset-url.ts';
import { toTracesUrl } from './destination/address.ts';
import { DEFAULT_TIMEOUT_MILLIS, toKnownDialect } from './destination/parse-destination.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Some of the settings of a destination: how it is named and what of texts leaves, the caller says. */
export interface MovedBackend {
  preset: 'phoenix' | 'arize-ax';
  settings: Pick<Destination, 'exporter' | 'protocol' | 'compression' | 'headers' | 'timeoutMillis' | 'dialect' | 'projectHeader' | 'projectAttribute'> & { url: string };
}

interface Named {
  preset: Preset;
  /** The variable that names the address; absent: the preset's own. */
  variable?: string;
  address?: string;
  values: Partial<Record<PresetKey, string>>;
  headers?: Readonly<Record<string, string>>;
}

/** Variables → backend; neither value nor problem where they name none. `readHeaders` parses `name=value,name=value`. Never throws, names no secret. */
export function parseMovedEnvironment(env: Variables, readHeaders: (variable: string) => Record<string, string>): { value?: MovedBackend; problems: Problem[] } {
  const named = findPhoenix(env, readHeaders) ?? findArize(env);
  if (!named) return { problems: findHalf(env) };
  const { preset, variable = preset.id, address, values, headers } = named;
  const url = toTracesUrl(address === undefined ? (toPresetUrl(preset) ?? '') : completeUrl(preset, address));
  if (typeof url !== 'string') return { problems: [{ code: 'bad-endpoint', detail: `${variable}: ${url.reason.replace(/^(a )?"url"/, 'it').replace(/; put them.*$/, '')}. Nothing of that shell is exported there.` }] };
  const own = Object.entries(preset.headers).filter(([, text]) => listPlaceholders(text).every((key) => values[key as PresetKey] !== undefined));
  const filled = Object.fromEntries(own.map(([name, text]) => [name, fillTemplate(text, (key) => values[key as PresetKey] ?? '')]));
  const { projectHeader, projectAttribute } = preset;
  return {
    value: {
      preset: preset.id as MovedBackend['preset'],
      settings: {
        exporter: 'otlp-http', url, protocol: 'http/protobuf', compression: 'gzip', headers: { ...filled, ...headers }, timeoutMillis: DEFAULT_TIMEOUT_MILLIS, dialect: toKnownDialect(preset.dialect),
        ...(projectHeader ? { projectHeader } : {}), ...(projectAttribute ? { projectAttribute } : {}),
      },
    },
    problems: [],
  };
}

function findPhoenix(env: Variables, readHeaders: (variable: string) => Record<string, string>): Named | undefined {
  const preset = findPreset('phoenix');
  const variable = ['PHOENIX_ENDPOINT', 'PHOENIX_COLLECTOR_ENDPOINT'].find((name) => textOf(env[name]) !== undefined);
  if (variable === undefined || !preset) return undefined;
  const apiKey = textOf(env.PHOENIX_API_KEY);
  return { preset, variable, address: textOf(env[variable]) ?? '', values: apiKey === undefined ? {} : { apiKey }, headers: readHeaders('PHOENIX_CLIENT_HEADERS') };
}

/** Both keys, and a word that traces are meant: many a shell has the keys for programs of its own. */
function findArize(env: Variables): Named | undefined {
  const preset = findPreset('arize-ax');
  const [apiKey, spaceId, address] = [textOf(env.ARIZE_API_KEY), textOf(env.ARIZE_SPACE_ID), textOf(env.ARIZE_OTLP_ENDPOINT)];
  const isMeant = address !== undefined || /^(true|1|yes|on)$/i.test(textOf(env.ARIZE_TRACE_ENABLED) ?? '');
  if (!preset || apiKey === undefined || spaceId === undefined || !isMeant) return undefined;
  return { preset, values: { apiKey, spaceId }, ...(address === undefined ? {} : { variable: 'ARIZE_OTLP_ENDPOINT', address: withScheme(address) }) };
}

function findHalf(env: Variables): Problem[] {
  if (textOf(env.ARIZE_OTLP_ENDPOINT) === undefined) return [];
  const missing = ['ARIZE_API_KEY', 'ARIZE_SPACE_ID'].filter((name) => textOf(env[name]) === undefined);
  return [{ code: 'bad-endpoint', detail: `ARIZE_OTLP_ENDPOINT is set and ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not: nothing of that shell is exported there.` }];
}

/** Arize's programs write `otlp.arize.com:443`, with the path or without. */
export function withScheme(address: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`;
}

function textOf(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
