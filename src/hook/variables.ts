/**
 * The environment variables that cross from an agent's process to the collector. Enumerated, never "everything": what an agent's
 * environment holds besides is nobody's business. Fixed at install time in the generated shim; the reader takes any name.
 */
import { agents } from '../agents/index.ts';
import { SHARING_VARIABLES } from '../config/shell-sharing.ts';

/**
 * Ours. `SPOOR_TRACE_ENABLED` is read by the shim itself as well. `SPOOR_HOOK_CHANNEL` is set by the command of a registration, where an
 * agent may run more than one for an event; `SPOOR_HOOK_EVENT` by those whose payloads do not all name their event; `SPOOR_HOOK_PARENT` by
 * the shim within a trace: the words that the agent was started with, for it may be gone when somebody looks.
 */
const SPOOR_VARIABLES = [
  'SPOOR_HOOK_CHANNEL', 'SPOOR_HOOK_EVENT', 'SPOOR_HOOK_PARENT',
  'SPOOR_TRACE_ENABLED', 'SPOOR_DRY_RUN', 'SPOOR_VERBOSE', 'SPOOR_OTLP_ENDPOINT', 'SPOOR_OTLP_HEADERS',
  'SPOOR_PROJECT', 'SPOOR_PROJECT_NAME', 'SPOOR_USER_ID', 'SPOOR_CONTENT',
] as const;

/** For people who move over from the Arize and Phoenix tracers. */
const MAPPED_VARIABLES = [
  'ARIZE_TRACE_ENABLED', 'ARIZE_VERBOSE', 'ARIZE_DRY_RUN', 'ARIZE_USER_ID', 'ARIZE_PROJECT_NAME', 'ARIZE_API_KEY',
  'ARIZE_SPACE_ID', 'ARIZE_OTLP_ENDPOINT', 'ARIZE_LOG_PROMPTS', 'ARIZE_LOG_TOOL_DETAILS', 'ARIZE_LOG_TOOL_CONTENT',
  'PHOENIX_ENDPOINT', 'PHOENIX_COLLECTOR_ENDPOINT', 'PHOENIX_API_KEY', 'PHOENIX_CLIENT_HEADERS', 'PHOENIX_PROJECT',
  'PHOENIX_PROJECT_NAME',
] as const;

/** The OpenTelemetry specification's own names (general, and one set each for all signals and for traces), and W3C Trace Context. */
const OTEL_VARIABLES = [
  'OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES', 'OTEL_SDK_DISABLED', 'OTEL_TRACES_EXPORTER',
  ...['', 'TRACES_'].flatMap((signal) =>
    ['ENDPOINT', 'HEADERS', 'PROTOCOL', 'TIMEOUT', 'COMPRESSION', 'CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY', 'INSECURE'].map(
      (name) => `OTEL_EXPORTER_OTLP_${signal}${name}`,
    ),
  ),
  'TRACEPARENT', 'TRACESTATE',
  ...SHARING_VARIABLES,
] as const;

/** Where programs keep their things. Which variables are an agent's own, its room says. */
const FOLDER_VARIABLES = ['HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME'] as const;

/** The shell's own: its parent is the agent, which tells hooks of one process from those of another where they name no session. */
const SHELL_VARIABLES = ['PPID'] as const;

/** Every variable that a shim writes into the spool when it is set, an empty value included: those of all agents, since one may have started the other. */
export const HOOK_VARIABLES: readonly string[] = [...SPOOR_VARIABLES, ...MAPPED_VARIABLES, ...OTEL_VARIABLES, ...FOLDER_VARIABLES, ...agents.flatMap(({ variables }) => variables), ...SHELL_VARIABLES];

/** Where Windows keeps a user's things, and what programs there need to start and to find others. Written by the node hook only. */
export const WINDOWS_VARIABLES: readonly string[] = [
  'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'USERNAME', 'SYSTEMROOT', 'SYSTEMDRIVE', 'COMSPEC', 'PATHEXT', 'TEMP', 'TMP',
];

/** All that a collector inherits from whoever starts it: its user, its language, and the way to the network. */
export const COLLECTOR_VARIABLES: readonly string[] = [
  'HOME', 'USER', 'LOGNAME', 'PATH', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ',
  'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy',
  'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR',
];

/** The scrubbed environment in which a collector runs: these variables of `env`, and SPOOR_HOME. */
export function toCollectorEnvironment(env: Readonly<Record<string, string | undefined>>, spoorHome: string): Record<string, string> {
  const kept = [...COLLECTOR_VARIABLES, ...WINDOWS_VARIABLES].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return { ...Object.fromEntries(kept), SPOOR_HOME: spoorHome };
}
