/** `spoor skills` */
import type { Command } from 'commander';
import type { SkillRow, SkillsAnswer } from '../../query/api/tools.ts';
import type { CliContext } from '../context.ts';
import { askFigures, NO_STORE } from '../figures/ask-figures.ts';
import { toCountCell, toMillisCell, toMoneyCell, toRateCell } from '../figures/figure-cells.ts';
import { addFilterOptions, toFilter, type FilterOptions } from '../figures/filter-options.ts';
import { toJsonText } from '../json-text.ts';
import { toPlainLine } from '../terminal/clean-text.ts';
import { createPalette, toLine } from '../terminal/palette.ts';
import { toTable, type Column } from '../terminal/table.ts';
import { toAgeText } from '../terminal/time-text.ts';

const EXAMPLES = `
A skill's scope is from its load to the next load or the end of the turn: time, tools, errors and cost are of it.
"by" tells who loaded it: you, the model, a subagent. Unused: loaded, and no tool was called; never: offered, and
not loaded.

Examples:
  spoor skills --since 30d
  spoor skills --json | jq -r '.rows[] | select(.status == "never").name'`;

/** Adds the options and the action. */
export function define(command: Command, context: CliContext): void {
  addFilterOptions(command, context).addHelpText('after', EXAMPLES).action((options: FilterOptions) => printSkills(options, context));
}

async function printSkills(options: FilterOptions, context: CliContext): Promise<void> {
  const answer = await askFigures<SkillsAnswer>({ name: 'skills', query: toFilter(options) }, context);
  if (options.json) return await context.stdout.write(toJsonText(answer ?? { rows: [] }));
  if (!answer) return await context.stderr.write(NO_STORE);
  if (answer.rows.length === 0) return await context.stderr.write('No skill was offered or loaded.\n');
  const palette = createPalette(context.stdout.color);
  const lines = toTable(toColumns(context.nowMillis()), answer.rows, context.stdout.columns).map((line) => toLine(line, palette));
  await context.stdout.write(`${lines.join('\n')}\n`);
}

const STATUS: Readonly<Record<SkillRow['status'], string>> = { used: '', 'loaded-unused': 'unused', never: 'never' };

function toColumns(nowMillis: number): Column<SkillRow>[] {
  return [
    { header: 'skill', text: ({ name }) => toPlainLine(name), tone: () => 'strong', shrinkTo: 12 },
    { header: 'loads', text: ({ activations }) => toCountCell(activations), align: 'right' },
    { header: 'by', text: ({ trigger: { user, model, subagent } }) => [user > 0 ? `you ${user}` : '', model > 0 ? `model ${model}` : '', subagent > 0 ? `sub ${subagent}` : ''].filter(Boolean).join(' '), tone: () => 'dim', dropOrder: 5 },
    { header: 'sessions', text: ({ sessions }) => toCountCell(sessions), align: 'right', dropOrder: 3 },
    { header: 'share', text: ({ shareOfSessions }) => toRateCell(shareOfSessions), align: 'right', dropOrder: 4 },
    { header: 'last', text: ({ lastMillis }) => (lastMillis === undefined ? '' : toAgeText(lastMillis, nowMillis)), align: 'right' },
    { header: 'p50', text: ({ duration }) => toMillisCell(duration.p50), align: 'right', dropOrder: 2 },
    { header: 'p95', text: ({ duration }) => toMillisCell(duration.p95), align: 'right', dropOrder: 3 },
    { header: 'tools', text: ({ tools }) => toCountCell(tools), align: 'right', dropOrder: 1 },
    { header: '✗', text: ({ errors }) => toCountCell(errors), tone: () => 'error', align: 'right' },
    { header: 'cost', text: ({ cost }) => toMoneyCell(cost), align: 'right', dropOrder: 2 },
    { header: 'texts', text: ({ versions }) => (versions.length > 1 ? String(versions.length) : ''), align: 'right', dropOrder: 6 },
    { header: '', text: ({ status }) => STATUS[status], tone: () => 'waiting' },
  ];
}
