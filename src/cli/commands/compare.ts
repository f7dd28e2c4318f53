/** `spoor compare` */
import type { Command } from 'commander';
import type { CohortFigures, CompareAnswer, MetricComparison } from '../../query/api/compare.ts';
import { toFigureText, toPText } from '../../query/compare/figure-text.ts';
import type { CliContext } from '../context.ts';
import { askFigures, NO_STORE } from '../figures/ask-figures.ts';
import { parseCohort } from '../figures/parse-cohort.ts';
import { toJsonText } from '../json-text.ts';
import { toPlainLine } from '../terminal/clean-text.ts';
import { toCountText } from '../terminal/number-text.ts';
import { createPalette, toLine, type Piece, type Tone } from '../terminal/palette.ts';
import { toTable, type Column } from '../terminal/table.ts';
import { wrapToWidth } from '../terminal/text-width.ts';

interface Options {
  json?: boolean;
}

const EXAMPLES = `
A cohort is a set of sessions: name=value, with commas between. Names are since, before, agent, project, model,
branch, tool, skill, skillVersion (name@hash) and config (a fingerprint); times are 7d, 2026-11-01 and the like. The
same name twice means either; all is every session.

For each figure: the medians of both, the difference, and whether that many sessions can tell (Mann-Whitney U, two
sides; the interval is a bootstrap of 95 %).

Examples:
  spoor compare before:2026-11-01 after:2026-11-01
  spoor compare since=14d,before=7d since=7d
  spoor compare agent=claude-code,since=30d agent=codex,since=30d
  spoor compare model=claude-sonnet-4-5 model=claude-opus-4-8 --json | jq .summary`;

/** Adds the arguments, the option and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .argument('<cohort>', 'the one that is compared against')
    .argument('<cohort>', 'the other')
    .option('--json', 'print the answer as the dashboard gets it')
    .addHelpText('after', EXAMPLES)
    .action((a: string, b: string, options: Options) => printComparison([a, b], options, context));
}

async function printComparison([one, other]: [string, string], { json }: Options, context: CliContext): Promise<void> {
  const now = context.nowMillis();
  const answer = await askFigures<CompareAnswer>({ name: 'compare', query: { a: parseCohort(one, now), b: parseCohort(other, now) } }, context);
  if (json) return await context.stdout.write(toJsonText(answer ?? { metrics: [] }));
  if (!answer) return await context.stderr.write(NO_STORE);
  const palette = createPalette(context.stdout.color);
  await context.stdout.write(`${toLines(answer, context.stdout.columns).map((line) => toLine(line, palette)).join('\n')}\n`);
}

function toLines({ a, b, metrics, summary, config }: CompareAnswer, width: number): Piece[][] {
  const head = ([name, { sessions, label }]: [string, CompareAnswer['a']]): Piece[] => [{ text: `${name}  `, tone: 'strong' }, { text: toPlainLine(label), tone: 'agent' }, { text: ` · ${toCountText(sessions, 'session')}`, tone: 'dim' }];
  const known = metrics.filter((metric) => metric.a.count > 0 || metric.b.count > 0);
  const changes = [...config.onlyA.map((part) => `− ${part.kind} ${part.name}`), ...config.onlyB.map((part) => `+ ${part.kind} ${part.name}`), ...config.changed.map((part) => `~ ${part.kind} ${part.name}`)];
  return [
    head(['a', a]), head(['b', b]), [],
    ...(known.length > 0 ? [...toTable(COLUMNS, known, width), []] : []),
    ...summary.flatMap((sentence) => wrapToWidth(toPlainLine(sentence), width).map((text): Piece[] => [{ text, tone: 'plain' }])),
    ...(changes.length > 0 ? [[], [{ text: 'What they worked with: − only a, + only b, ~ another text', tone: 'dim' as const }], ...changes.map((text): Piece[] => [{ text: `  ${toPlainLine(text)}`, tone: 'plain' }])] : []),
  ];
}

const TONES: Readonly<Record<MetricComparison['verdict'], Tone>> = { better: 'ok', worse: 'error', different: 'waiting', 'no-difference': 'dim', 'too-few': 'dim' };

const median = ({ median: value }: CohortFigures, unit: MetricComparison['unit']): string => (value === undefined ? '' : toFigureText(value, unit));

const COLUMNS: readonly Column<MetricComparison>[] = [
  { header: 'median of', text: ({ label }) => toPlainLine(label), tone: () => 'strong', shrinkTo: 14 },
  { header: 'a', text: ({ a, unit }) => median(a, unit), align: 'right' },
  { header: 'b', text: ({ b, unit }) => median(b, unit), align: 'right' },
  { header: 'b − a', text: ({ difference, unit }) => (difference === undefined ? '' : toFigureText(difference, unit)), align: 'right' },
  { header: '95 %', text: ({ interval, unit }) => (interval ? `${toFigureText(interval.low, unit)} … ${toFigureText(interval.high, unit)}` : ''), tone: () => 'dim', dropOrder: 2 },
  { header: 'p', text: ({ pValue }) => (pValue === undefined ? '' : toPText(pValue).replace(/^p (?:= )?/, '')), tone: () => 'dim', align: 'right', dropOrder: 1 },
  { header: 'b is', text: ({ verdict }) => verdict.replaceAll('-', ' '), tone: ({ verdict }) => TONES[verdict] },
];
