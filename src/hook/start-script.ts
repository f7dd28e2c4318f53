/**
 * `start-collector.sh`: becomes the collector, unless one runs or is being started. The shims run it in the background with
 * descriptors 0–2 on /dev/null, so an agent's pipes reach their end at once. It leaves the agent's session with setsid, because
 * node resets the signals that a parent ignored: only another process group keeps Ctrl-C away from it.
 */
import type { Home } from '../config/home.ts';
import { toShellWord } from './shell-word.ts';
import { COLLECTOR_VARIABLES } from './variables.ts';

export interface StartScriptOptions {
  version: string;
  /** Absolute path of node; where it is gone, the PATH's own is tried, and the entry says whether that one will do. */
  node: string;
  /** Absolute path of the program's entry, then its arguments. */
  entry: readonly [string, ...string[]];
  /** Names of further variables that the collector inherits: those that header values of destinations refer to. */
  inherit?: readonly string[];
  /** As in `ShimOptions`. */
  proc: boolean;
  /** Absolute path of setsid, where there is one. */
  setsid?: string;
}

/** Where there is no setsid (macOS): a first node starts the second in a session of its own and names it in the starting file. */
const RELAY = `const { spawn } = require('node:child_process');
const [starting, ...argv] = process.argv.slice(1);
const child = spawn(process.execPath, argv, { detached: true, stdio: 'ignore' });
child.on('error', () => {});
if (child.pid) require('node:fs').writeFileSync(starting, child.pid + '\\n');
child.unref();`;

/** The script's text. */
export function toStartScriptText(home: Home, options: StartScriptOptions): string {
  const names = [...new Set([...COLLECTOR_VARIABLES, ...(options.inherit ?? [])])];
  const inherited = names.filter((name) => name !== 'PATH').map((name) => `\${${name}+"${name}=$${name}"}`);
  return `#!/bin/sh
# spoor ${options.version}: starts the collector. Written by \`spoor install\`; changes are lost.
cd / || exit 0
umask 077
set -C
PATH=\${PATH:-/usr/local/bin}:/usr/bin:/bin
version='${options.version}' pidfile=${toShellWord(home.pidFile)} starting=${toShellWord(home.startingFile)}
node=${toShellWord(options.node)} entry=${toShellWord(options.entry[0])} setsid=${toShellWord(options.setsid ?? '')}

${NEWER}
alive() { ${options.proc ? ALIVE_BY_PROC : ALIVE_BY_PS} }

if IFS=' ' read -r pid running start fd <"$pidfile" && ${options.proc ? HOLDS_PID_FILE : STARTED_AS_TOLD}; then
  newer "$version" "$running" || exit 0
fi
[ -x "$node" ] || node=$(command -v node) || exit 0
[ -r "$entry" ] || exit 0

${CLAIM}

set -- ${options.entry.map(toShellWord).join(' ')}
if [ -x "$setsid" ]; then set -- "$setsid" "$node" "$@"
else set -- "$node" -e ${toShellWord(RELAY)} "$starting" "$@"
fi
exec env -i PATH="$PATH" SPOOR_HOME=${toShellWord(home.root)} \\
${inherited.join(' \\\n')} "$@"
`;
}

/** Numbers only: a pre-release counts as its release. The collector itself compares exactly. */
const NEWER = `newer() {
  a=\${1%%[-+]*}. b=\${2%%[-+]*}.
  while [ -n "$a$b" ]; do
    x=\${a%%.*} y=\${b%%.*} a=\${a#*.} b=\${b#*.}
    [ "\${x:-0}" -gt "\${y:-0}" ] && return 0
    [ "\${x:-0}" -lt "\${y:-0}" ] && return 1
  done
  return 1
}`;

/**
 * One starter at a time: whoever creates the starting file. It holds the pid that will be the collector's, or \`wait\` from a collector
 * that asked not to be started again at once. A dead starter's is taken over, and so is any older than a minute (a reused pid).
 * Two that take over at once cost one node start: the lock decides.
 */
const CLAIM = `tries=0
until { echo $$ >"$starting"; }; do
  starter=
  IFS=' ' read -r starter <"$starting"
  case $starter in
  ''|wait) busy=1 ;;
  *) busy=; alive "$starter" && busy=1 ;;
  esac
  [ "$busy" ] && [ -z "$(find "$starting" -prune -mmin +1)" ] && exit 0
  tries=$((tries+1))
  [ $tries -gt 3 ] && exit 0
  rm -f "$starting"
done`;

/** `kill -0` also finds the dead whose parent has not looked yet. */
const ALIVE_BY_PROC = `IFS= read -r stat <"/proc/$1/stat" && case \${stat##*) } in [ZX]*) false ;; esac;`;
const ALIVE_BY_PS = 'case $(ps -o stat= -p "$1") in "" | Z*) false ;; esac;';

/** Is the process that the pid file names the one that wrote it? See `shim.ts`. */
const HOLDS_PID_FILE = '[ "/proc/$pid/fd/$fd" -ef "$pidfile" ]';
const STARTED_AS_TOLD = '[ "$(set -- $(LC_ALL=C TZ=UTC ps -o lstart= -p "$pid"); IFS=_; echo "$*")" = "$start" ]';
