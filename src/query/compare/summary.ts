/** What a comparison of cohorts comes to, in sentences. Pure. */
import type { CompareAnswer, MetricComparison } from '../api/compare.ts';
import type { Filter } from '../api/figures.ts';
import { LEAST_SESSIONS, MOST_CHANCE } from './compare-figures.ts';
import { toChangeText } from './figure-text.ts';

/** The kind of thing that may be behind a difference, and what share of a side's sessions has its most frequent one. */
export interface Mix {
  what: 'agent' | 'model' | 'project';
  /** Shares of sessions by name, from 0 to 1. */
  a: ReadonlyMap<string, number>;
  b: ReadonlyMap<string, number>;
}

export interface SummaryRequest {
  sessions: { a: number; b: number };
  /** Sessions that are in both. */
  shared: number;
  metrics: readonly MetricComparison[];
  config: CompareAnswer['config'];
  /** Sessions whose config is known. */
  configured: { a: number; b: number };
  mixes: readonly Mix[];
  /** A side is what a filter by model leaves. */
  isByModel: boolean;
}

/** Shares that differ by more than this make a difference of another kind likely. */
const UNLIKE = 0.2;
const MOST_NAMED = 5;

/** The most important first. */
export function toSummary(request: SummaryRequest): string[] {
  const { sessions, shared, metrics } = request;
  const few = Math.min(sessions.a, sessions.b);
  if (few === 0) return ['One side has no session: widen its filter.'];
  const lines = [toVerdictText(metrics, few), ...toConfigText(request)];
  if (shared > 0) lines.push(`${shared} ${shared === 1 ? 'session is' : 'sessions are'} on both sides, which makes them more alike than they are: choose filters that part them.`);
  if (request.isByModel) lines.push('Where a filter names a model, tokens and costs are of the requests of the model alone; times and calls are of the whole turns in which it was asked.');
  lines.push(...request.mixes.flatMap(toMixText));
  const told = metrics.filter(({ verdict }) => verdict !== 'too-few').length;
  const chance = Math.round(told * MOST_CHANCE);
  if (told >= 10) lines.push(`${told} figures were compared: ${chance <= 1 ? 'about one of them' : `about ${chance} of them`} would seem to differ by chance alone, so look for several that agree.`);
  return lines;
}

function toVerdictText(metrics: readonly MetricComparison[], few: number): string {
  if (few < LEAST_SESSIONS) return `${few === 1 ? 'One session' : `${few} sessions`} on a side ${few === 1 ? 'is' : 'are'} too few to tell a change from chance; ${LEAST_SESSIONS} on each side are the least.`;
  const named = (verdict: MetricComparison['verdict']): string[] => metrics.filter((one) => one.verdict === verdict).map(toName);
  const parts = [toList('Better in B', named('better')), toList('Worse in B', named('worse')), toList('Other in B', named('different'))].filter((text) => text !== '');
  return parts.length > 0 ? `${parts.join('. ')}.` : 'No figure differs more than it would by chance.';
}

function toName({ label, a, b }: MetricComparison): string {
  const change = toChangeText(a.median, b.median);
  return `${label.charAt(0).toLowerCase()}${label.slice(1)}${change === undefined ? '' : ` (${change})`}`;
}

function toList(head: string, names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.length === 0 ? '' : `${head}: ${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function toConfigText({ config, configured, sessions }: SummaryRequest): string[] {
  if (configured.a === 0 || configured.b === 0) return ['What one side worked with is not known: config is taken when a session begins while it is traced, not from history.'];
  const name = ({ kind, name: of }: { kind: string; name: string }): string => (kind === 'instructions' ? of : `${kind} ${of}`);
  const parts = [toList('changed', config.changed.map(name)), toList('only in A', config.onlyA.map(name)), toList('only in B', config.onlyB.map(name))].filter((text) => text !== '');
  const known = configured.a < sessions.a || configured.b < sessions.b ? ` (known of ${configured.a} sessions of A and ${configured.b} of B)` : '';
  return [parts.length === 0 ? `Most sessions of both worked with the same config${known}.` : `Config: ${parts.join('; ')}${known}.`];
}

function toMixText({ what, a, b }: Mix): string[] {
  const differences = [...new Set([...a.keys(), ...b.keys()])].map((name) => ({ name, a: a.get(name) ?? 0, b: b.get(name) ?? 0 }));
  const [most] = differences.sort((one, other) => Math.abs(other.a - other.b) - Math.abs(one.a - one.b));
  if (!most || Math.abs(most.a - most.b) <= UNLIKE) return [];
  const share = (value: number): string => `${Math.round(value * 100)} %`;
  return [`The ${what} is not the same: ${most.name} in ${share(most.a)} of A and ${share(most.b)} of B. That alone may make a difference.`];
}

/** A filter in words: what a side is called. */
export function toCohortLabel(filter: Filter): string {
  const day = (millis: number): string => new Date(millis).toISOString().slice(0, 10);
  const words = (['agent', 'project', 'model', 'branch'] as const).flatMap((field) => (filter[field] ? [filter[field].join(' or ')] : []));
  if (filter.tool) words.push(`with ${filter.tool.join(' or ')}`);
  if (filter.skill) words.push(`with the skill ${filter.skill.join(' or ')}`);
  if (filter.skillVersion) words.push(`offered ${filter.skillVersion.map(toVersionText).join(' or ')}`);
  if (filter.config) words.push(`config ${filter.config.map((one) => one.slice(0, 8)).join(' or ')}`);
  if (filter.fromMillis !== undefined) words.push(`from ${day(filter.fromMillis)}`);
  if (filter.toMillis !== undefined) words.push(`before ${day(filter.toMillis)}`);
  return words.length > 0 ? words.join(', ') : 'all sessions';
}

/** A hash is told by its beginning. */
function toVersionText(version: string): string {
  const at = version.lastIndexOf('@') + 1;
  return version.slice(0, at + 8);
}
