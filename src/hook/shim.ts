/**
 * The hook's hot path, as POSIX sh. Three generated files, all in `<SPOOR_HOME>/hooks/`:
 *
 * - `<agent>`, the shim: what agents' configs point at. A few lines that every login shell can read. dash, bash and ash go on in
 *   the shell that the agent has started anyway, which saves a quarter of the hook's time; fish, zsh and ksh go through /bin/sh.
 * - `<agent>.sh`, its body: builtins and one `cat` while a collector runs.
 * - `start-collector.sh`, for all agents (`start-script.ts`): only when there is no collector, in the background.
 *
 * Nothing in the shim and its body may fail in a way that ends a shell: an exit status of 2 would tell an agent to block its tool.
 * So no redirection stands on a special builtin, and every file is looked at before it is sourced.
 */
import { join } from 'node:path';
import type { Home } from '../config/home.ts';
import type { AgentId } from '../core/agent-id.ts';
import { ENV_ONLY_MARK, MOST_NAMES_TRIED, SPOOL_MARK } from './hook-text.ts';
import { nodeHookPath, toNodeHookCommand } from './node-hook.ts';
import { toShellWord } from './shell-word.ts';
import { HOOK_VARIABLES } from './variables.ts';

export interface ShimOptions {
  agent: AgentId;
  /** Version of this program. A running collector of another version makes the shim run the start script. */
  version: string;
  /** Absolute path of `cat`; without it the PATH is searched at each event. */
  cat?: string;
  /** Only where the shell names an OTLP endpoint; elsewhere the hook leaves after its one test. */
  isEnvOnly?: boolean;
  /** Whether /proc tells about processes (Linux). Elsewhere a pid that lives is taken for the collector, and checked now and then. */
  proc: boolean;
}

/** Where the files of an agent's hook stand. `nodeHook`: instead of the others, on Windows. */
export function shimPaths(home: Home, agent: AgentId): { shim: string; body: string; startScript: string; nodeHook: string } {
  const shim = join(home.hooks, agent);
  return { shim, body: `${shim}.sh`, startScript: join(home.hooks, 'start-collector.sh'), nodeHook: nodeHookPath(home, agent) };
}

/**
 * The shell text that an agent's config holds: safe under sh, dash, bash, zsh, ksh, fish and busybox; silent with exit 0, and
 * reading its input to the end, when the shim is gone. On Windows it is another: `node-hook.ts`.
 */
export function toHookCommand(home: Home, agent: AgentId, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return toNodeHookCommand(home, agent);
  const shim = toShellWord(shimPaths(home, agent).shim);
  return `[ -x ${shim} ] && . ${shim} 2>/dev/null || cat >/dev/null 2>&1 || true`;
}

/** Text of `<agent>`. Every line of it must mean the same to fish. The body exits; what stands after it is for when it is gone. */
export function toShimText(home: Home, options: ShimOptions): string {
  const body = toShellWord(shimPaths(home, options.agent).body);
  return `#!/bin/sh
# spoor ${options.version}: hook of ${options.agent}${options.isEnvOnly ? ENV_ONLY_MARK : ''}. Written by \`spoor install\`; changes are lost.
set +u
[ -r ${body} ] && [ -n "$FISH_VERSION$ZSH_VERSION$KSH_VERSION" ] && exec /bin/sh ${body} 2>/dev/null
[ -r ${body} ] && . ${body} 2>/dev/null
cat >/dev/null 2>&1
exit 0
`;
}

/** Text of `<agent>.sh`: spools its stdin and leaves with 0, whatever happens; starts a collector where none runs. */
export function toShimBodyText(home: Home, options: ShimOptions): string {
  return [
    `# spoor ${options.version}: what the hook of ${options.agent} does${options.isEnvOnly ? ENV_ONLY_MARK : ''}. Written by \`spoor install\`; changes are lost.`,
    'set +eu',
    toLeaveText(options),
    // Ctrl-C on the agent must not tear a half-written event; who wants to end a hook has SIGTERM.
    "trap '' HUP INT",
    'umask 077',
    'set -C',
    toParentText(options),
    toSpoolText(home, options),
    toCheckText(home, options),
    '',
  ].join('\n');
}

/**
 * The one test. false, 0, no and off in any case disable; our own variable wins over its twin. OTel allows only "true" to disable.
 * Environment-only, the last field is empty where no endpoint is named. Leaving is becoming `cat`, which reads what the agent writes:
 * no process more, no file. Where cat would fail (no input at all), and where it is not at its place, a child does it.
 */
function toLeaveText({ cat, isEnvOnly }: ShimOptions): string {
  const exports = isEnvOnly ? '$OTEL_TRACES_EXPORTER,$SPOOR_OTLP_ENDPOINT$OTEL_EXPORTER_OTLP_TRACES_ENDPOINT$OTEL_EXPORTER_OTLP_ENDPOINT$PHOENIX_ENDPOINT$PHOENIX_COLLECTOR_ENDPOINT${ARIZE_API_KEY:+${ARIZE_SPACE_ID:+$ARIZE_OTLP_ENDPOINT$ARIZE_TRACE_ENABLED}}' : '';
  const become = cat === undefined ? '' : `[ -x ${toShellWord(cat)} ] && [ -e /dev/stdin ] && [ ! -d /dev/stdin ] && exec ${toShellWord(cat)} >/dev/null\n`;
  return `case \${SPOOR_TRACE_ENABLED:-$ARIZE_TRACE_ENABLED},$OTEL_SDK_DISABLED,${exports} in
[fF][aA][lL][sS][eE],*|0,*|[nN][oO],*|[oO][fF][fF],*|*,[tT][rR][uU][eE],*${isEnvOnly ? '|*,none,*|*,' : ''})
${become}cat >/dev/null; exit 0 ;;
esac`;
}

/** A shell that is part of a trace asks whether a person sits before the agent, and only its words tell. Costs processes: nowhere else. */
function toParentText({ proc }: ShimOptions): string {
  const words = proc ? "tr '\\000' '\\001' <\"/proc/$PPID/cmdline\"" : 'ps -o args= -p "$PPID"';
  return `[ -n "$TRACEPARENT" ] && SPOOR_HOOK_PARENT=$(${words} 2>/dev/null)`;
}

/**
 * Writes the event: header (NUL-terminated fields, then an empty one), then stdin as it comes. `s` says how far that got: empty, the
 * file could not be created; `opened`, it could not be finished. What was not read is drained, so that the agent never meets a
 * closed pipe.
 */
function toSpoolText(home: Home, options: ShimOptions): string {
  const variables = HOOK_VARIABLES.map((name) => `\${${name}+"${name}=$${name}"}`).join(' \\\n');
  const cat = toShellWord(options.cat ?? 'cat');
  return `d=${toShellWord(home.spool)} s= i=0
f=$d/${options.agent}-$$
spoor_write() {
{ s=opened
printf '%s\\000' '${SPOOL_MARK}' ${options.agent} $$ "$EPOCHREALTIME" \\
${variables} '' &&
{ LC_ALL=C ${cat} || { [ $? -gt 125 ] && cat; }; } && s=done
} >"$f"
}
spoor_write
if [ "$s" != done ]; then
while [ -z "$s" ] && [ $i -lt ${MOST_NAMES_TRIED} ]; do
if [ -e "$f" ] || [ -L "$f" ]; then i=$((i+1)); f=$d/${options.agent}-$$.$i
elif [ -d "$d" ]; then break
else mkdir -p "$d" || break
fi
spoor_write
done
[ "$s" = done ] || cat >/dev/null
fi`;
}

/** Only now, with the event on disk, looks for the collector: one that leaves removes its pid file first and reads the spool after. */
function toCheckText(home: Home, options: ShimOptions): string {
  const pidFile = toShellWord(home.pidFile);
  return `IFS=' ' read -r p v t n <${pidFile} && [ "$v" = '${options.version}' ] && ${toAliveText(pidFile, options.proc)} && exit 0
/bin/sh ${toShellWord(shimPaths(home, options.agent).startScript)} </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
exit 0`;
}

/**
 * Is the process of `$p $v $t $n` our collector? It holds its pid file open as descriptor `n`, which no other process that may get
 * its pid does: two stats, where reading its start time would cost 200 µs. Elsewhere one in fifty has the start script ask `ps`.
 */
function toAliveText(pidFile: string, proc: boolean): string {
  if (proc) return `[ "/proc/$p/fd/$n" -ef ${pidFile} ]`;
  return 'kill -0 "$p" && case $$ in *[05]0) false ;; esac';
}
