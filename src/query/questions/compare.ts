/** Two cohorts of sessions: figure by figure, what they worked with, and what both come to. */
import type { ConfigPart } from '../../core/config-part.ts';
import { readConfigs, type ConfigDatabase } from '../../store/sqlite/config-rows.ts';
import type { CompareAnswer, CompareQuery, MetricComparison } from '../api/compare.ts';
import type { Columns } from '../columns/columns.ts';
import { compareFigures } from '../compare/compare-figures.ts';
import { toConfigDiff, type CountedConfig } from '../compare/config-diff.ts';
import { METRICS, toSkillMetric, toToolMetric } from '../compare/metrics.ts';
import { toCohort, type Cohort } from '../compare/session-figures.ts';
import { toCohortLabel, toSummary, type Mix } from '../compare/summary.ts';
import type { ColumnsContext } from '../question.ts';

/** Tools and skills that a filter names have a row each. */
const MOST_NAMED = 5;
/** Configs of a side, the most frequent first: of more than this the rest is noise. */
const MOST_CONFIGS = 200;

export function answerCompare({ a, b }: CompareQuery, context: ColumnsContext): Omit<CompareAnswer, 'queryMillis'> {
  const { columns } = context;
  const tools = toNames(a.tool, b.tool);
  const skills = toNames(a.skill, b.skill, toSkillNames(a.skillVersion), toSkillNames(b.skillVersion));
  const [one, other] = [toCohort(columns, { filter: a, tools, skills }), toCohort(columns, { filter: b, tools, skills })];
  const metrics = compareAll(one, other);
  const [configsA, configsB] = [readCounted(one, context), readCounted(other, context)];
  const config = toConfigDiff(configsA, configsB);
  const sessions = { a: one.sessions.length, b: other.sessions.length };
  const configured = { a: countSessions(configsA), b: countSessions(configsB) };
  const mixes = toMixes(columns, one, other);
  return {
    a: { sessions: sessions.a, label: toCohortLabel(a) },
    b: { sessions: sessions.b, label: toCohortLabel(b) },
    metrics,
    config,
    summary: toSummary({ sessions, shared: countShared(one, other), metrics, config, configured, mixes, isByModel: (a.model ?? b.model) !== undefined }),
  };
}

function toNames(...lists: readonly (readonly string[] | undefined)[]): string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))].slice(0, MOST_NAMED);
}

/** Of `name@hash` the name. */
function toSkillNames(versions: readonly string[] | undefined): string[] | undefined {
  return versions?.map((version) => version.slice(0, Math.max(0, version.lastIndexOf('@'))));
}

function compareAll(a: Cohort, b: Cohort): MetricComparison[] {
  const none = new Float64Array();
  return [
    ...METRICS.map((metric) => compareFigures(metric, a.figures[metric.metric], b.figures[metric.metric])),
    ...[...a.tools].map(([tool, figures]) => compareFigures(toToolMetric(tool), figures, b.tools.get(tool) ?? none)),
    ...[...a.skills].map(([skill, figures]) => compareFigures(toSkillMetric(skill), figures, b.skills.get(skill) ?? none)),
  ].filter((metric) => metric !== undefined);
}

function readCounted({ sessions }: Cohort, { columns, open }: ColumnsContext): CountedConfig[] {
  const counts = countWords(sessions, (at) => columns.sessions.of.config[at] ?? 0);
  const frequent = [...counts].sort(([, one], [, other]) => other - one).slice(0, MOST_CONFIGS);
  const parts = readParts(open('database'), frequent.flatMap(([word]) => columns.words.wordOf(word) ?? []));
  return frequent.flatMap(([word, count]) => {
    const found = parts.get(columns.words.wordOf(word) ?? '');
    return found ? [{ parts: found, sessions: count }] : [];
  });
}

/** Both sides of a comparison have nearly the same configs, as has the next one. A fingerprint never stands for something else. */
const known = new Map<string, ConfigPart[]>();
const MOST_KNOWN = 3 * MOST_CONFIGS;

function readParts(db: ConfigDatabase, fingerprints: readonly string[]): ReadonlyMap<string, ConfigPart[]> {
  if (known.size > MOST_KNOWN) known.clear();
  for (const [fingerprint, parts] of readConfigs(db, fingerprints.filter((fingerprint) => !known.has(fingerprint)))) known.set(fingerprint, parts);
  return known;
}

function countSessions(configs: readonly CountedConfig[]): number {
  return configs.reduce((sum, { sessions }) => sum + sessions, 0);
}

/** By word how many have it; 0, no word, is left out. */
function countWords(rows: Uint32Array, wordOf: (row: number, place: number) => number): Map<number, number> {
  const counts = new Map<number, number>();
  for (let place = 0; place < rows.length; place++) {
    const word = wordOf(rows[place] ?? 0, place);
    if (word !== 0) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function countShared(a: Cohort, b: Cohort): number {
  const members = new Set(a.sessions);
  return b.sessions.reduce((count, session) => count + Number(members.has(session)), 0);
}

function toMixes({ sessions, derived, words }: Columns, a: Cohort, b: Cohort): Mix[] {
  const toShares = (cohort: Cohort, wordOf: (row: number, place: number) => number): Map<string, number> => {
    const counts = countWords(cohort.sessions, wordOf);
    return new Map([...counts].map(([word, count]) => [words.wordOf(word) ?? '', count / cohort.sessions.length]));
  };
  const mix = (what: Mix['what'], wordOf: (cohort: Cohort) => (row: number, place: number) => number): Mix => ({ what, a: toShares(a, wordOf(a)), b: toShares(b, wordOf(b)) });
  return [
    mix('agent', () => (row) => sessions.of.agent[row] ?? 0),
    mix('model', ({ models }) => (_row, place) => models[place] ?? 0),
    mix('project', () => (row) => derived.project[row] ?? 0),
  ];
}
