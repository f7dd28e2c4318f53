/** What is told of the tracing → how it is, in one word, and why, in sentences. Pure. */
import type { HealthSummary } from '../../query/api/overview.ts';
import type { Problem } from '../../core/problem.ts';

export type HealthFacts = Omit<HealthSummary, 'state' | 'notes'> & {
  nowMillis: number;
  /** What is wrong with the configuration. */
  configProblems: readonly Problem[];
  /** When the oldest that waits in the spool was written (Unix ms). */
  oldestSpooledMillis?: number;
  /** Destinations of the configuration whose secrets are not there. */
  missingSecrets: readonly { destination: string; secrets: readonly string[] }[];
};

/** A collector that works takes in what is complete within a second; a hook may still be writing for some. */
const SPOOL_LATE_MILLIS = 30_000;
/** An agent notices it from here on. */
const SLOW_HOOK_MILLIS = 100;
/** A backend that is down for a moment is nobody's trouble. */
const DOWN_MILLIS = 60_000;
/** An error that is older was seen, or is over. */
const RECENT_MILLIS = 3_600_000;

interface Note {
  isBad: boolean;
  text: string;
}

/** The worst first. */
export function judgeHealth(facts: HealthFacts): Pick<HealthSummary, 'state' | 'notes'> {
  const notes = [...judgeConfig(facts), ...judgeSpool(facts), ...facts.destinations.flatMap((one) => judgeDestination(one, facts.nowMillis)), ...judgeAgents(facts), ...judgeErrors(facts)];
  const bad = notes.filter(({ isBad }) => isBad);
  const rest = notes.filter(({ isBad }) => !isBad);
  return { state: bad.length > 0 ? 'bad' : rest.length > 0 ? 'attention' : 'good', notes: [...bad, ...rest].map(({ text }) => text) };
}

function judgeConfig({ configProblems, missingSecrets }: HealthFacts): Note[] {
  return [
    ...configProblems.map(({ code, detail }): Note => ({ isBad: code === 'config-syntax' || code === 'config-unreadable', text: `${detail}.` })),
    ...missingSecrets.map(({ destination, secrets }): Note => ({ isBad: true, text: `Destination "${destination}" gets nothing: ${secrets.join(', ')} is not there. Set it, or see: spoor destination test ${destination}` })),
  ];
}

function judgeSpool({ spool, oldestSpooledMillis, nowMillis }: HealthFacts): Note[] {
  const late = oldestSpooledMillis !== undefined && nowMillis - oldestSpooledMillis > SPOOL_LATE_MILLIS;
  return late ? [{ isBad: true, text: `${count(spool.waiting, 'hook call')} wait to be collected. See why: spoor doctor` }] : [];
}

function judgeDestination({ name, waiting, setAside, held, oldestWaitingMillis, acceptedAtMillis, lastError }: HealthFacts['destinations'][number], nowMillis: number): Note[] {
  const because = lastError === undefined ? '' : `: ${lastError}`;
  // The last error may be an old one, of what was refused for good; and what waits may be much, and go out one by one.
  const silentMillis = nowMillis - Math.max(oldestWaitingMillis ?? nowMillis, acceptedAtMillis ?? 0);
  const isDown = lastError !== undefined && waiting > 0 && silentMillis > DOWN_MILLIS;
  return [
    ...(isDown ? [{ isBad: true, text: `${count(waiting, 'span')} wait for "${name}"${because}. Try it: spoor destination test ${name}` }] : []),
    ...(held > 0 ? [{ isBad: false, text: `The queue of "${name}" is full: ${count(held, 'span')} wait in the store until there is room.` }] : []),
    ...(setAside > 0 ? [{ isBad: false, text: `"${name}" refused ${count(setAside, 'span')} for good${isDown ? '' : because}. See: spoor status` }] : []),
  ];
}

function judgeAgents({ agents }: HealthFacts): Note[] {
  const installed = agents.filter((one) => one.installed);
  if (installed.length === 0) return [{ isBad: false, text: 'No agent is traced live: only its history is read. Install the hooks: spoor install' }];
  const silent = installed.filter(({ hooksSeen }) => hooksSeen === 0);
  const slow = installed.filter(({ hook }) => (hook.p95 ?? 0) > SLOW_HOOK_MILLIS);
  return [
    ...silent.map(({ agent, title }): Note => ({ isBad: false, text: `No hook of ${title} has been seen yet. Start a session of it, or try: spoor doctor ${agent}` })),
    ...slow.map(({ title, hook }): Note => ({ isBad: false, text: `Hooks of ${title} take ${Math.round(hook.p95 ?? 0)} ms (p95).` })),
  ];
}

function judgeErrors({ lastError, configProblems, nowMillis }: HealthFacts): Note[] {
  // What the configuration lacks is told already.
  const isTold = configProblems.some(({ detail }) => lastError?.text.startsWith(detail));
  return lastError && !isTold && nowMillis - lastError.atMillis < RECENT_MILLIS ? [{ isBad: false, text: `Last error: ${lastError.text}` }] : [];
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
