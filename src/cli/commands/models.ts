/** `spoor models` */
import { Option, type Command } from 'commander';
import type { ModelRow, ModelsAnswer, ModelsQuery } from '../../query/api/overview.ts';
import type { CliContext } from '../context.ts';
import { askFigures, NO_STORE } from '../figures/ask-figures.ts';
import { toCountCell, toMillisCell, toMoneyCell, toRateCell, toTokensCell } from '../figures/figure-cells.ts';
import { addFilterOptions, toFilter, type FilterOptions } from '../figures/filter-options.ts';
import { toJsonText } from '../json-text.ts';
import { toPlainLine } from '../terminal/clean-text.ts';
import { createPalette, toLine } from '../terminal/palette.ts';
import { toTable, type Column } from '../terminal/table.ts';

type Grouping = NonNullable<ModelsQuery['by']>;

interface Options extends FilterOptions {
  by: Grouping;
}

const EXAMPLES = `
"in" holds what came from a cache and what was written to one; "cached" is the share of it that came from one.
"cost" is US dollars; in brackets what a subscription paid for, as it would have cost at the API's prices; ? where
requests have no price; cr credits; PR premium requests. Times are of whole requests. ✗ counts requests that failed;
spoor tools counts failed calls.

Examples:
  spoor models --since 30d
  spoor models --by project --since 7d
  spoor models --json | jq .totals`;

/** Adds the options and the action. */
export function define(command: Command, context: CliContext): void {
  addFilterOptions(command, context)
    .addOption(new Option('--by <grouping>', 'a line for each of these').choices(['model', 'project', 'agent', 'branch']).default('model'))
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => printModels(options, context));
}

async function printModels(options: Options, context: CliContext): Promise<void> {
  const answer = await askFigures<ModelsAnswer>({ name: 'models', query: { ...toFilter(options), by: options.by } }, context);
  if (options.json) return await context.stdout.write(toJsonText(answer ?? { rows: [] }));
  if (!answer) return await context.stderr.write(NO_STORE);
  if (answer.rows.length === 0) return await context.stderr.write('No request to a model fits.\n');
  const palette = createPalette(context.stdout.color);
  const lines = toTable(toColumns(options.by), answer.rows, context.stdout.columns).map((line) => toLine(line, palette));
  await context.stdout.write(`${lines.join('\n')}\n`);
  const { tokens, cost } = answer.totals;
  const sums = [tokens.input === undefined ? '' : `${toTokensCell(tokens.input)} in`, tokens.output === undefined ? '' : `${toTokensCell(tokens.output)} out`, toMoneyCell(cost)].filter(Boolean);
  if (sums.length > 0) await context.stderr.write(`In all: ${sums.join(' · ')}\n`);
}

function toColumns(by: Grouping): Column<ModelRow>[] {
  return [
    { header: by, text: ({ model }) => toPlainLine(model), tone: () => 'strong', shrinkTo: 14 },
    { header: 'provider', text: ({ provider }) => (by === 'model' ? toPlainLine(provider ?? '') : ''), tone: () => 'dim', dropOrder: 6 },
    { header: 'requests', text: ({ requests }) => toCountCell(requests), align: 'right' },
    { header: 'sessions', text: ({ sessions }) => toCountCell(sessions), align: 'right', dropOrder: 5 },
    { header: 'in', text: ({ tokens }) => toTokensCell(tokens.input), align: 'right', dropOrder: 1 },
    { header: 'cached', text: ({ cacheHitRate }) => toRateCell(cacheHitRate), align: 'right', dropOrder: 3 },
    { header: 'out', text: ({ tokens }) => toTokensCell(tokens.output), align: 'right', dropOrder: 1 },
    { header: 'p50', text: ({ duration }) => toMillisCell(duration.p50), align: 'right', dropOrder: 4 },
    { header: 'p95', text: ({ duration }) => toMillisCell(duration.p95), align: 'right', dropOrder: 2 },
    { header: '1st p50', text: ({ timeToFirstChunk }) => toMillisCell(timeToFirstChunk.p50), align: 'right', dropOrder: 6 },
    { header: '✗', text: ({ errors }) => toCountCell(errors), tone: () => 'error', align: 'right' },
    { header: 'cost', text: ({ cost }) => toMoneyCell(cost), align: 'right' },
  ];
}
