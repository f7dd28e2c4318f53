/** Where the chain broke: why, and what mends it. */
import { accessSync, constants, existsSync } from 'node:fs';
import { parseMovedEnvironment } from '../../config/moved-environment.ts';
import { readCollector } from '../../collector/lifecycle/pid-file.ts';
import { readNewestError } from '../../config/read-logs.ts';
import type { DoctorContext, HookedAgent } from '../doctor-context.ts';
import type { Link } from '../report.ts';
import { readShimState, toInstallCommand } from '../shim-state.ts';
import { findDisabling } from '../switches.ts';

type Explanation = Pick<Link, 'state' | 'seen' | 'next'>;

/** Longer ago, an error has another cause. */
const RECENT_MILLIS = 60_000;

/** The hook ran, silently as it should, and wrote nothing. */
export function explainNotSpooled(agent: HookedAgent, { home, environment }: DoctorContext): Explanation {
  const disabling = findDisabling(environment.env);
  if (disabling) return { state: 'broken', seen: `${disabling}=${environment.env[disabling] ?? ''} is set in this shell: hooks of sessions started here leave at once, and nothing is written`, next: `unset ${disabling}` };
  const { fault, isEnvOnly } = readShimState(home, agent.id);
  if (fault) return { state: 'broken', seen: `The hook wrote nothing: ${fault}`, next: toInstallCommand(home, agent.id) };
  if (isEnvOnly && !hasEndpoint(environment.env)) {
    return { state: 'attention', seen: `${agent.title} is installed environment-only, and this shell names no OTLP endpoint: sessions started here are not traced and leave nothing`, next: 'export OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318' };
  }
  if (isEnvOnly && environment.env.OTEL_TRACES_EXPORTER === 'none') {
    return { state: 'attention', seen: `${agent.title} is installed environment-only, and OTEL_TRACES_EXPORTER=none is set in this shell: sessions started here are not traced`, next: 'unset OTEL_TRACES_EXPORTER' };
  }
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
  if (startFault) return { state: 'broken', seen: `No collector was started: ${startFault}`, next: toInstallCommand(home, agent.id) };
  return { state: 'broken', seen: `No collector took the event within ${limitMillis / 1000} s, and none runs${said}`, next: 'spoor collect --once' };
}

function hasEndpoint(env: DoctorContext['environment']['env']): boolean {
  const isNamed = ['SPOOR_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'].some((name) => (env[name] ?? '') !== '');
  return isNamed || parseMovedEnvironment(env, () => ({})).value !== undefined;
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
