/**
 * Gemini CLI's own telemetry, set in its settings. Its logs tell when each request began and ended, which its history does not. They come without the
 * words of the conversation, unless the user wrote otherwise: the history has those.
 * https://github.com/google-gemini/gemini-cli/blob/main/docs/cli/telemetry.md
 */
import type { AgentEnvironment } from '../agent.ts';
import { findProperty, type JsonText } from '../json-edit.ts';
import type { NativeSettings } from '../native-settings.ts';

const VARIABLES = ['GEMINI_TELEMETRY_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const;

/** `findFile`: the user's settings. */
export function toGeminiNative(findFile: NativeSettings['findFile']): NativeSettings {
  return {
    title: 'Gemini CLI',
    findFile,
    toSettings: (url) => [
      { path: ['telemetry', 'enabled'], value: true }, { path: ['telemetry', 'target'], value: 'local' }, { path: ['telemetry', 'otlpEndpoint'], value: url },
      { path: ['telemetry', 'otlpProtocol'], value: 'http' }, { path: ['telemetry', 'logPrompts'], value: false, isDefault: true },
    ],
    findOther,
  };
}

function findOther(settings: JsonText | undefined, { env }: AgentEnvironment, url: string): string | undefined {
  for (const name of VARIABLES) if (env[name] && env[name]?.replace(/\/$/, '') !== url) return `${name}=${env[name]}`;
  const telemetry = findProperty(settings?.root, 'telemetry');
  const read = (name: string): unknown => findProperty(telemetry, name)?.value as unknown;
  const address = read('otlpEndpoint');
  if (typeof address === 'string' && address !== '' && address.replace(/\/$/, '') !== url) return `"telemetry.otlpEndpoint": ${JSON.stringify(address)}`;
  if (typeof read('outfile') === 'string') return '"telemetry.outfile"';
  if (read('target') === 'gcp') return '"telemetry.target": "gcp"';
  if (read('useCollector') === true) return '"telemetry.useCollector": true';
  return read('enabled') === true && address === undefined ? '"telemetry.enabled": true, to its default address' : undefined;
}
