/** The collector, the spool, the store, and what waits for its destination. */
import type { DestinationReport } from '../../collector/reports.ts';
import { readNewestError } from '../../config/read-logs.ts';
import type { Finding } from '../../core/finding.ts';
import { VERSION } from '../../core/version.ts';
import { toAgo, toCount } from '../words.ts';
import type { Check } from './check.ts';

/** An error of longer ago is told by `spoor logs`, and worries nobody today. */
const RECENT_MILLIS = 24 * 3_600_000;
/** Older than this, hook calls should have been collected long ago. */
const STUCK_AFTER_MILLIS = 60_000;

export const collectorCheck: Check = {
  name: 'collector',
  run({ home, status, nowMillis }) {
    const findings: Finding[] = [];
    const { collector, spool } = status ?? {};
    if (collector?.running && collector.version !== VERSION) findings.push({ check: 'collector', state: 'attention', seen: `The collector that runs (process ${collector.pid ?? '?'}) is version ${collector.version ?? '?'}, and this is ${VERSION}`, next: 'spoor collect --once' });
    if (spool && spool.waiting > 0 && nowMillis - (spool.oldestMillis ?? nowMillis) > STUCK_AFTER_MILLIS) {
      findings.push({ check: 'spool', state: 'attention', seen: `${toCount(spool.waiting, 'hook call')} ${spool.waiting === 1 ? 'waits' : 'wait'} in ${home.spool}, the oldest since ${toAgo(spool.oldestMillis ?? nowMillis, nowMillis)}`, next: 'spoor collect --once' });
    }
    if (spool && spool.setAside > 0) findings.push({ check: 'spool', state: 'attention', seen: `${toCount(spool.setAside, 'hook call')} could not be read and ${spool.setAside === 1 ? 'stands' : 'stand'} in ${home.spool}/set-aside for a week, the reason beside each`, next: `cat ${home.spool}/set-aside/*.reason` });
    const error = readNewestError(home, nowMillis - RECENT_MILLIS);
    if (error) findings.push({ check: 'log', state: 'attention', seen: `The last error, ${toAgo(error.atMillis ?? nowMillis, nowMillis)}: ${error.message}`, next: `spoor logs ${error.log}` });
    else findings.push({ check: 'log', state: 'ok', seen: `no error was logged in the last 24 hours (${home.logs})` });
    return findings;
  },
};

export const storeCheck: Check = {
  name: 'store',
  run({ home, status, storeError }) {
    if (storeError !== undefined) return [{ check: 'store', state: 'broken', seen: storeError, next: `look at ${home.database}` }];
    if (!status || status.store.bytes === undefined) return [{ check: 'store', state: 'ok', seen: `there is no store yet (${home.database}); the first hook call or import makes it` }];
    return [{ check: 'store', state: 'ok', seen: `${home.database} opens: ${toCount(status.store.sessions, 'session')}` }];
  },
};

/** What the outbox says: the probe tells only how it is now. */
export const deliveryCheck: Check = {
  name: 'delivery',
  run({ status }) {
    const all = status?.destinations ?? [];
    const idle = all.filter(({ configured, setAside, waiting }) => configured && setAside === 0 && waiting === 0).map(({ name }) => name);
    const findings = all.flatMap(toFindings);
    return idle.length === 0 ? findings : [...findings, { check: 'delivery', state: 'ok', seen: `nothing waits for ${idle.join(', ')}` }];
  },
};

function toFindings({ name: known, shellAddress, waiting, setAside, held, lastError }: DestinationReport): Finding[] {
  // Of a shell's destination the name is a hash; people know its address.
  const name = shellAddress === undefined ? known : `${shellAddress} (as a shell said)`;
  const why = lastError ? `: ${lastError}` : '';
  const findings: Finding[] = [];
  if (held) findings.push({ check: 'delivery', state: 'broken', seen: `the queue of ${name} is full since ${new Date(held.sinceMillis).toISOString()}: ${toCount(held.spans, 'span')} ${held.spans === 1 ? 'stays' : 'stay'} in the store and ${held.spans === 1 ? 'is' : 'are'} put in when it takes spans again${why}`, next: 'mend the destination, or raise its queue.maxRows in config.yaml' });
  if (setAside > 0) findings.push({ check: 'delivery', state: 'attention', seen: `${name} refused ${toCount(setAside, 'span')} for good${why}`, next: 'spoor status' });
  if (waiting > 0) findings.push({ check: 'delivery', state: lastError ? 'attention' : 'ok', seen: `${toCount(waiting, 'span')} ${waiting === 1 ? 'waits' : 'wait'} for ${name}${why}`, next: 'spoor collect --once' });
  return findings;
}

export const problemsCheck: Check = {
  name: 'problems',
  run({ status }) {
    if (!status) return [];
    if (status.problems.length === 0) return [{ check: 'problems', state: 'ok', seen: 'every record of the agents was understood' }];
    return status.problems.map(({ agent, code, detail, count }): Finding => ({ check: 'problems', state: 'attention', seen: `${toCount(count, 'record')} of ${agent}: ${code} (${detail})`, next: 'spoor status' }));
  },
};
