/** A hook that only takes notes: what it got, when it ran, what stood on disk at that moment. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOOK_EVENTS, type HookEventName } from './agent-config.ts';

/** One run of the recorder. */
export interface Note {
  event: string;
  payload: Record<string, unknown>;
  environment: Record<string, string>;
  /** Names of the session files that were there. */
  files: string[];
  /** Lines in this session's JSONL. */
  lines: number;
  /** `user_turn_metadatas` in this session's sidecar, when there was one. */
  turnsInSidecar?: number;
  /** Recorders of this event that had begun when this one looked, itself among them. */
  arrivals: number;
}

export interface RecorderOptions {
  /** Where notes go. */
  folder: string;
  kiroHome: string;
  /** Hooks of this event wait for each other until so many have begun (at most four seconds): proof that they overlap. */
  meet?: { event: HookEventName; count: number };
}

/** Writes an agent file whose hooks of every event run the recorder. */
export function installRecorder(agentFile: string, options: RecorderOptions): void {
  mkdirSync(options.folder, { recursive: true });
  mkdirSync(join(agentFile, '..'), { recursive: true });
  const script = join(options.folder, 'recorder.sh');
  writeFileSync(script, scriptOf(options));
  const hooks = Object.fromEntries(HOOK_EVENTS.map((event) => [event, [{ command: `/bin/sh '${script}' ${event}`, matcher: '*', timeout_ms: 5000 }]]));
  writeFileSync(agentFile, JSON.stringify({ description: 'records', tools: ['*'], hooks }, null, 2));
}

/** Reads every note, in the order in which the recorders began. */
export function readNotes(folder: string): Note[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.payload')).sort();
  return names.map((name) => {
    const of = (kind: string): string => readFileSync(join(folder, name.replace(/payload$/, kind)), 'utf8');
    const payload = JSON.parse(of('payload')) as Record<string, unknown>;
    const turnsInSidecar = of('turns').trim();
    return {
      event: name.split('.')[1] ?? '',
      payload,
      environment: parseEnvironment(of('environment')),
      files: of('files').split('\n').filter(Boolean).sort(),
      lines: Number(of('lines')),
      ...(turnsInSidecar === '' ? {} : { turnsInSidecar: Number(turnsInSidecar) }),
      arrivals: Number(of('arrivals')),
    };
  });
}

/** The notes' names begin with the clock's nanoseconds: they sort by time. */
function scriptOf({ folder, kiroHome, meet }: RecorderOptions): string {
  const sessions = join(kiroHome, 'sessions', 'cli');
  return `event=$1
cd '${folder}' || exit 1
base="$(date +%s%N).$event.$$"
: >"$base.arrived"
cat >"$base.payload"
id=$(sed 's/.*"session_id":"\\([^"]*\\)".*/\\1/' "$base.payload")
tries=0
while [ "$event" = '${meet?.event ?? ''}' ] && [ "$(ls | grep -c "\\.$event\\..*arrived$")" -lt ${meet?.count ?? 0} ] && [ "$tries" -lt 400 ]; do
  tries=$((tries + 1)); sleep 0.01
done
ls | grep -c "\\.$event\\..*arrived$" >"$base.arrivals"
env -0 >"$base.environment"
ls '${sessions}' >"$base.files" 2>/dev/null
cat '${sessions}'/"$id".jsonl 2>/dev/null | wc -l >"$base.lines"
{ [ -f '${sessions}'/"$id".json ] && grep -c '"end_reason"' '${sessions}'/"$id".json; } >"$base.turns"
exit 0
`;
}

function parseEnvironment(text: string): Record<string, string> {
  return Object.fromEntries(text.split('\0').filter(Boolean).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}
