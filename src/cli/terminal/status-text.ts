/** How things stand, for people. Pure. */
import type { DestinationReport, Status } from '../../collector/reports.ts';
import { toPlainLine } from './clean-text.ts';
import { toBytesText, toCountText } from './number-text.ts';
import type { Piece, Tone } from './palette.ts';
import { fitToWidth } from './text-width.ts';
import { toAgeText } from './time-text.ts';

/** Older than this, hook calls should have been collected long ago. */
const STUCK_AFTER_MILLIS = 60_000;
const NAME_CELLS = 11;
const PROBLEMS_SHOWN = 12;

/** Something that needs a person, and what they can do. */
export interface Attention {
  text: string;
  /** A command or a sentence. */
  next?: string;
}

/** Every part of spoor with its state, one line each. */
export function toStatusLines(status: Status, nowMillis: number): Piece[][] {
  return [
    toStatusLine('home', toPlainLine(status.home)),
    toStatusLine('collector', toCollectorText(status, nowMillis), status.collector.running ? 'ok' : 'plain'),
    toStatusLine('spool', toSpoolText(status, nowMillis), status.spool.setAside > 0 ? 'error' : 'plain'),
    toStatusLine('store', toStoreText(status, nowMillis)),
    ...toSection('agents', status.agents.map((agent) => ({ text: toAgentText(agent, nowMillis), tone: agent.installedIn.length > 0 ? 'ok' : 'plain' }))),
    ...toSection('delivery', toDestinationEntries(status, nowMillis)),
    ...toSection('config', toTroubleEntries(status)),
    ...toSection('problems', toProblemEntries(status.problems)),
    ...toSection('last error', toErrorEntries(status, nowMillis)),
  ];
}

interface Entry {
  text: string;
  tone: Tone;
}

/** The name stands before the first line only. */
function toSection(name: string, entries: readonly Entry[]): Piece[][] {
  return entries.map(({ text, tone }, i) => toStatusLine(i === 0 ? name : '', text, tone));
}

function toDestinationEntries(status: Status, nowMillis: number): Entry[] {
  const entries = status.destinations.map((one): Entry => ({ text: toDestinationText(one, nowMillis), tone: !one.configured && one.shellAddress === undefined ? 'dim' : one.setAside > 0 || one.held ? 'error' : one.missingSecrets.length > 0 ? 'waiting' : 'plain' }));
  if (status.destinations.some(({ configured }) => configured)) return entries;
  const none = status.configProblems.length > 0 ? 'no destination that can be used' : 'no destination';
  const isShells = status.agents.some(({ envOnly }) => envOnly) || status.destinations.some(({ shellAddress }) => shellAddress !== undefined);
  return [{ text: `${none}: ${isShells ? 'only what shells send leaves this machine' : 'nothing leaves this machine'}`, tone: 'plain' }, ...entries];
}

/** What is wrong with our own settings and deliveries, and where it is mended. */
function toTroubleEntries({ home, configProblems, deliveryProblems }: Status): Entry[] {
  const root = toPlainLine(home);
  const entries = [
    ...configProblems.map(({ detail }) => toPlainLine(detail)),
    ...deliveryProblems.map(({ count, code, detail }) => `${count}× ${code}: ${toPlainLine(detail)}`),
  ].map((text): Entry => ({ text, tone: 'waiting' }));
  if (configProblems.length > 0) entries.push({ text: `→ mend ${root}/config.yaml, or set what it refers to`, tone: 'agent' });
  if (deliveryProblems.length > 0) entries.push({ text: `→ when it happened is in ${root}/logs/spoor.log`, tone: 'agent' });
  return entries;
}

function toProblemEntries(problems: Status['problems']): Entry[] {
  const shown = problems.slice(0, PROBLEMS_SHOWN).map(({ count, agent, code, detail }): Entry => ({ text: `${count}× ${agent} ${code}: ${toPlainLine(detail)}`, tone: 'waiting' }));
  if (problems.length > shown.length) shown.push({ text: `… and ${problems.length - shown.length} more kinds (--json has all)`, tone: 'plain' });
  return shown;
}

function toErrorEntries({ lastError }: Status, nowMillis: number): Entry[] {
  if (!lastError) return [];
  const { atMillis, log, message } = lastError;
  return [
    { text: `${toAgo(atMillis, nowMillis)}: ${toPlainLine(message)}`, tone: 'plain' },
    { text: `→ spoor logs ${toPlainLine(log)}`, tone: 'agent' },
  ];
}

/** What needs a person, the most urgent first. */
export function toAttention(status: Status, nowMillis: number, servedAt?: string): Attention[] {
  const { spool, collector } = status;
  const found: Attention[] = status.destinations.flatMap(toDeliveryAttention);
  const [wrong, ...others] = status.configProblems;
  if (wrong) found.push({ text: `the configuration needs mending: ${toPlainLine(wrong.detail)}${others.length > 0 ? `, and ${others.length} more` : ''}`, next: 'spoor status' });
  if (spool.setAside > 0) found.push({ text: `${toCountText(spool.setAside, 'hook call')} could not be read and ${spool.setAside === 1 ? 'was' : 'were'} set aside`, next: 'spoor doctor' });
  if (spool.waiting > 0 && !collector.running && nowMillis - (spool.oldestMillis ?? nowMillis) > STUCK_AFTER_MILLIS) {
    found.push({ text: `${toCountText(spool.waiting, 'hook call')} ${spool.waiting === 1 ? 'waits' : 'wait'} to be collected`, next: 'spoor collect --once' });
  }
  for (const { title, nativeTo } of status.agents) {
    if (nativeTo !== undefined && servedAt?.replace(/\/$/, '') !== nativeTo) found.push({ text: `${title} sends its own telemetry to ${nativeTo}, and spoor does not serve there`, next: `spoor serve --port ${new URL(nativeTo).port}` });
  }
  found.push(...toUntracedAttention(status.agents));
  const records = sumCounts(status.problems);
  if (records > 0) found.push({ text: `${toCountText(records, 'record')} of agents' data ${records === 1 ? 'was' : 'were'} not understood`, next: 'spoor status' });
  return found;
}

/** Who had one agent traced wants that one; where there is none, nothing is traced while it happens. */
function toUntracedAttention(agents: Status['agents']): Attention[] {
  const here = agents.filter(({ present }) => present);
  if (here.length === 0 || agents.some(({ installedIn }) => installedIn.length > 0)) return [];
  const isOne = here.length === 1;
  return [{ text: `${here.map(({ title }) => title).join(', ')} ${isOne ? 'is' : 'are'} on this machine but ${isOne ? 'is' : 'are'} not traced`, next: `spoor install${isOne ? ` ${here[0]?.agent ?? ''}` : ''}` }];
}

/** What is kept for a destination that is no longer wanted needs nobody. */
function toDeliveryAttention({ name, configured, shellAddress, setAside, waiting, held, lastError }: DestinationReport): Attention[] {
  if (!configured && shellAddress === undefined) return [];
  const whom = toPlainLine(shellAddress ?? name);
  const why = lastError ? `: ${toPlainLine(lastError)}` : '';
  if (held) return [{ text: `the queue of ${whom} is full: ${toCountText(held.spans, 'span')} stay in the store until there is room${why}`, next: 'spoor doctor' }];
  if (setAside > 0) return [{ text: `${whom} refused ${toCountText(setAside, 'span')} for good${why}`, next: 'spoor doctor' }];
  return waiting > 0 && lastError ? [{ text: `${whom} does not take spans, ${waiting} ${waiting === 1 ? 'waits' : 'wait'}${why}`, next: 'spoor doctor' }] : [];
}

function sumCounts(problems: readonly { count: number }[]): number {
  return problems.reduce((sum, { count }) => sum + count, 0);
}

/** `name        text` */
export function toStatusLine(name: string, text: string, tone: Tone = 'plain'): Piece[] {
  return [
    { text: fitToWidth(name, NAME_CELLS), tone: 'dim' },
    { text, tone },
  ];
}

function toCollectorText({ collector, agents }: Status, nowMillis: number): string {
  const isHooked = agents.some(({ installedIn }) => installedIn.length > 0);
  if (!collector.running) return isHooked ? 'not running; the next hook call starts it' : 'not running';
  const age = collector.startedMillis === undefined ? undefined : toAgeText(collector.startedMillis, nowMillis);
  const since = age === undefined ? '' : age === 'now' ? ', just started' : `, for ${age}`;
  return `running (pid ${collector.pid ?? '?'}, version ${collector.version ?? '?'}${since})`;
}

function toSpoolText({ spool }: Status, nowMillis: number): string {
  const aside = spool.setAside > 0 ? ` · ${spool.setAside} set aside` : '';
  if (spool.waiting === 0) return `empty${aside}`;
  const age = spool.oldestMillis === undefined ? undefined : toAgeText(spool.oldestMillis, nowMillis);
  const oldest = age === undefined ? '' : age === 'now' ? ', just written' : `, the oldest ${age} old`;
  return `${toCountText(spool.waiting, 'hook call')} waiting (${toBytesText(spool.bytes)}${oldest})${aside}`;
}

function toStoreText({ store }: Status, nowMillis: number): string {
  if (store.bytes === undefined) return 'none yet';
  const newest = store.newestMillis === undefined ? '' : ` · newest ${toAgo(store.newestMillis, nowMillis)}`;
  const open = store.pending > 0 ? ` · ${store.pending} open` : '';
  return `${toCountText(store.sessions, 'session')}${open}${newest} · ${toBytesText(store.bytes)}`;
}

function toAgentText({ title, present, installedIn, envOnly, sessions, newestMillis }: Status['agents'][number], nowMillis: number): string {
  const where = envOnly ? 'traced where a shell names an OTLP endpoint, through' : 'traced through';
  const hooks = installedIn.length > 0 ? `${where} ${installedIn.map(toPlainLine).join(', ')}` : present ? 'not traced' : 'not found here';
  const newest = newestMillis === undefined ? '' : `, newest ${toAgo(newestMillis, nowMillis)}`;
  return `${title}: ${hooks}${sessions > 0 ? ` · ${toCountText(sessions, 'session')}${newest}` : ''}`;
}

function toDestinationText({ name, configured, shellAddress, missingSecrets, waiting, setAside, held, sampledOut, lastError, lastDeliveredMillis }: DestinationReport, nowMillis: number): string {
  if (!configured && shellAddress === undefined) return `${toPlainLine(name)}: no longer configured, ${toCountText(waiting + setAside, 'span')} kept`;
  const parts = [
    lastDeliveredMillis === undefined ? 'nothing delivered yet' : `delivered ${toAgo(lastDeliveredMillis, nowMillis)}`,
    missingSecrets.length > 0 ? `waits for ${missingSecrets.map(toPlainLine).join(', ')}` : undefined,
    waiting > 0 ? `${waiting} waiting` : undefined,
    held ? `queue full, ${held.spans} held since ${new Date(held.sinceMillis).toISOString().slice(0, 16)}Z` : undefined,
    setAside > 0 ? `${setAside} refused for good` : undefined,
    sampledOut ? `${sampledOut} not in its sample` : undefined,
    lastError ? toPlainLine(lastError) : undefined,
  ];
  const whom = shellAddress === undefined ? toPlainLine(name) : `${toPlainLine(shellAddress)} (as a shell said)`;
  return `${whom}: ${parts.filter((part) => part !== undefined).join(' · ')}`;
}

function toAgo(atMillis: number, nowMillis: number): string {
  const age = toAgeText(atMillis, nowMillis);
  return age === 'now' ? 'just now' : `${age} ago`;
}
