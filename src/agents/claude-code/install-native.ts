/**
 * Claude Code's own telemetry, set in the `env` of its settings. Logs and spans add something to a trace (request times, costs, who decided);
 * metrics are sums over them and are left as they are. https://code.claude.com/docs/en/monitoring-usage
 */
import { findProperty, type JsonText } from '../json-edit.ts';
import type { AgentEnvironment } from '../agent.ts';
import type { NativeSettings, Setting } from '../native-settings.ts';

/** Telemetry is merged with what hooks tell: a second behind them is soon enough, five (its own default) are more than some turns take. */
const INTERVAL_MILLIS = '1000';

const ADDRESS = 'OTEL_EXPORTER_OTLP_ENDPOINT';
/** Each of these may lead telemetry elsewhere. */
const ADDRESSES = [ADDRESS, 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const;
const EXPORTERS = ['OTEL_LOGS_EXPORTER', 'OTEL_TRACES_EXPORTER'] as const;

function toEnv(url: string): Record<string, string> {
  return {
    CLAUDE_CODE_ENABLE_TELEMETRY: '1', CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1', OTEL_LOGS_EXPORTER: 'otlp', OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    [ADDRESS]: url, OTEL_LOGS_EXPORT_INTERVAL: INTERVAL_MILLIS, OTEL_TRACES_EXPORT_INTERVAL: INTERVAL_MILLIS,
  };
}

/** `findFile`: the user's settings. */
export function toClaudeNative(findFile: NativeSettings['findFile']): NativeSettings {
  return {
    title: 'Claude Code',
    findFile,
    toSettings: (url) => Object.entries(toEnv(url)).map(([name, value]): Setting => ({ path: ['env', name], value, ...(name.endsWith('_INTERVAL') ? { isDefault: true } : {}) })),
    findOther: (settings, environment, url) => findAddress(settings, environment, url) ?? findExporter(settings, environment),
  };
}

function findAddress(settings: JsonText | undefined, { env }: AgentEnvironment, url: string): string | undefined {
  for (const name of ADDRESSES) {
    for (const told of [readEnv(settings, name), env[name]]) if (told !== undefined && told !== '' && told.replace(/\/$/, '') !== url) return `${name}=${told}`;
  }
  return undefined;
}

/** `console`, or a list of several. */
function findExporter(settings: JsonText | undefined, { env }: AgentEnvironment): string | undefined {
  for (const name of EXPORTERS) {
    for (const told of [readEnv(settings, name), env[name]]) if (told !== undefined && !['', 'none', 'otlp'].includes(told)) return `${name}=${told}`;
  }
  return undefined;
}

function readEnv(settings: JsonText | undefined, name: string): string | undefined {
  const value: unknown = findProperty(findProperty(settings?.root, 'env'), name)?.value;
  return typeof value === 'string' ? value : undefined;
}
