/** Where the chain broke: why, and what mends it. */
import { accessSync, constants, existsSync } from 'node:fs';
import { readCollector } from '../../collector/lifecycle/pid-file.ts';
import { readNewestError } from '../../config/read-logs.ts';
import type { DoctorContext, HookedAgent } from '../doctor-context.ts';
import type { Link } from '../report.ts';
import { readShimState } from '../shim-state.ts';
import { findDisabling } from '../switches.ts';

type Explanation = Pick<Link, 'state' | 'seen' | 'next'>;

/** Longer ago, an error has another cause. */
const RECENT_MILLIS = 60_000;

/** The hook ran, silently as it should, and wrote nothing. */
export function explainNotSpooled(agent: HookedAgent, { home, environment }: DoctorContext): Explanation {
  const disabling = findDisabling(environment.env);
  if (disabling) return { state: 'broken', seen: `${disabling}=${environment.env[disabling] ?? ''} is set in this shell: hooks of sessions started here leave at once, and nothing is written`, next: `unset ${disabling}` };
  const { fault } = readShimState(home, agent.id);
  if (fault) return { state: 'broken', seen: `The hook wrote nothing: ${fault}`, next: `spoor install ${agent.id}` };
  if (existsSync(home.spool) && !mayWrite(home.spool)) return { state: 'broken', seen: `The hook wrote nothing: ${home.spool} may not be written`, next: `chmod u+rwx ${home.spool}` };
  return { state: 'broken', seen: `The hook left without a word and wrote nothing to ${home.spool}; a full disk does that`, next: `df ${home.root}` };
}

/** The event stands in the spool and nobody took it in time. */
export function explainNotCollected(agent: HookedAgent, context: DoctorContext, limitMillis: number): Explanation {
  const { home } = context;
  const running = readCollector(home);
  const error = readNewestError(home, Date.now() - RECENT_MILLIS);
  const said = error ? `. The log says: ${error.message.replace(/\.$/, '')}` : '';
  if (running?.alive) return { state: 'broken', seen: `Process ${running.pid} is the collector and did not take the event within ${limitMillis / 1000} s${said}`, next: error ? 'spoor logs spoor' : `kill ${running.pid} && spoor collect --once` };
  const { startFault } = readShimState(home, agent.id);
  if (startFault) return { state: 'broken', seen: `No collector was started: ${startFault}`, next: `spoor install ${agent.id}` };
  return { state: 'broken', seen: `No collector took the event within ${limitMillis / 1000} s, and none runs${said}`, next: 'spoor collect --once' };
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
