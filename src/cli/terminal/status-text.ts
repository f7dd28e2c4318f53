/** How things stand, for people. Pure. */
import type { Status } from '../../collector/reports.ts';
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
  const lines = [
    toStatusLine('home', toPlainLine(status.home)),
    toStatusLine('collector', toCollectorText(status, nowMillis), status.collector.running ? 'ok' : 'plain'),
    toStatusLine('spool', toSpoolText(status, nowMillis), status.spool.setAside > 0 ? 'error' : 'plain'),
    toStatusLine('store', toStoreText(status, nowMillis)),
  ];
  status.agents.forEach((agent, i) => lines.push(toStatusLine(i === 0 ? 'agents' : '', toAgentText(agent, nowMillis), agent.installedIn.length > 0 ? 'ok' : 'plain')));
  if (status.destinations.length === 0) lines.push(toStatusLine('delivery', 'no destination: nothing leaves this machine'));
  status.destinations.forEach((d, i) => lines.push(toStatusLine(i === 0 ? 'delivery' : '', toDestinationText(d, nowMillis), d.setAside > 0 ? 'error' : 'plain')));
  const problems = status.problems.slice(0, PROBLEMS_SHOWN);
  problems.forEach(({ count, agent, code, detail }, i) => lines.push(toStatusLine(i === 0 ? 'problems' : '', `${count}× ${agent} ${code}: ${toPlainLine(detail)}`, 'waiting')));
  if (status.problems.length > problems.length) lines.push(toStatusLine('', `… and ${status.problems.length - problems.length} more kinds (--json has all)`));
  return lines;
}

/** What needs a person, the most urgent first. */
export function toAttention(status: Status, nowMillis: number): Attention[] {
  const found: Attention[] = [];
  const { spool, collector } = status;
  for (const { name, setAside, waiting, lastError } of status.destinations) {
    const why = lastError ? `: ${toPlainLine(lastError)}` : '';
    if (setAside > 0) found.push({ text: `${name} refused ${toCountText(setAside, 'span')} for good${why}` });
    else if (waiting > 0 && lastError) found.push({ text: `${name} does not take spans, ${waiting} wait${why}` });
  }
  if (spool.setAside > 0) found.push({ text: `${toCountText(spool.setAside, 'hook call')} could not be read and ${spool.setAside === 1 ? 'was' : 'were'} set aside` });
  if (spool.waiting > 0 && !collector.running && nowMillis - (spool.oldestMillis ?? nowMillis) > STUCK_AFTER_MILLIS) {
    found.push({ text: `${toCountText(spool.waiting, 'hook call')} wait to be collected`, next: 'spoor collect --once' });
  }
  for (const { agent, title, present, installedIn } of status.agents) {
    if (present && installedIn.length === 0) found.push({ text: `${title} is on this machine but is not traced`, next: `spoor install ${agent}` });
  }
  const records = status.problems.reduce((sum, { count }) => sum + count, 0);
  if (records > 0) found.push({ text: `${toCountText(records, 'record')} of agents' data ${records === 1 ? 'was' : 'were'} not understood`, next: 'spoor status' });
  return found;
}

/** `name        text` */
export function toStatusLine(name: string, text: string, tone: Tone = 'plain'): Piece[] {
  return [
    { text: fitToWidth(name, NAME_CELLS), tone: 'dim' },
    { text, tone },
  ];
}

function toCollectorText({ collector }: Status, nowMillis: number): string {
  if (!collector.running) return 'not running; the next hook call starts it';
  const age = collector.startedMillis === undefined ? undefined : toAgeText(collector.startedMillis, nowMillis);
  const since = age === undefined ? '' : age === 'now' ? ', just started' : `, for ${age}`;
  return `running (pid ${collector.pid ?? '?'}, version ${collector.version ?? '?'}${since})`;
}

function toSpoolText({ spool }: Status, nowMillis: number): string {
  const aside = spool.setAside > 0 ? ` · ${spool.setAside} set aside` : '';
  if (spool.waiting === 0) return `empty${aside}`;
  const oldest = spool.oldestMillis === undefined ? '' : `, the oldest ${toAgeText(spool.oldestMillis, nowMillis)} old`;
  return `${toCountText(spool.waiting, 'hook call')} waiting (${toBytesText(spool.bytes)}${oldest})${aside}`;
}

function toStoreText({ store }: Status, nowMillis: number): string {
  if (store.bytes === undefined) return 'none yet';
  const newest = store.newestMillis === undefined ? '' : ` · newest ${toAgo(store.newestMillis, nowMillis)}`;
  const open = store.pending > 0 ? ` · ${store.pending} open` : '';
  return `${toCountText(store.sessions, 'session')}${open}${newest} · ${toBytesText(store.bytes)}`;
}

function toAgentText({ title, present, installedIn, sessions, newestMillis }: Status['agents'][number], nowMillis: number): string {
  const hooks = installedIn.length > 0 ? `traced through ${installedIn.map(toPlainLine).join(', ')}` : present ? 'not traced' : 'not found here';
  const newest = newestMillis === undefined ? '' : `, newest ${toAgo(newestMillis, nowMillis)}`;
  return `${title}: ${hooks}${sessions > 0 ? ` · ${toCountText(sessions, 'session')}${newest}` : ''}`;
}

function toDestinationText({ name, waiting, setAside, lastError, lastDeliveredMillis }: Status['destinations'][number], nowMillis: number): string {
  const parts = [
    lastDeliveredMillis === undefined ? 'nothing delivered yet' : `delivered ${toAgo(lastDeliveredMillis, nowMillis)}`,
    waiting > 0 ? `${waiting} waiting` : undefined,
    setAside > 0 ? `${setAside} refused for good` : undefined,
    lastError ? toPlainLine(lastError) : undefined,
  ];
  return `${toPlainLine(name)}: ${parts.filter((part) => part !== undefined).join(' · ')}`;
}

function toAgo(atMillis: number, nowMillis: number): string {
  const age = toAgeText(atMillis, nowMillis);
  return age === 'now' ? 'just now' : `${age} ago`;
}
