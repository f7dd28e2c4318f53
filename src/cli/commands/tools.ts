/** `spoor tools` */
import { Option, type Command } from 'commander';
import type { ToolGrouping, ToolRow, ToolsAnswer } from '../../query/api/tools.ts';
import type { CliContext } from '../context.ts';
import { askFigures, NO_STORE } from '../figures/ask-figures.ts';
import { toChangeCell, toCountCell, toMillisCell, toRateCell } from '../figures/figure-cells.ts';
import { addFilterOptions, toFilter, type FilterOptions } from '../figures/filter-options.ts';
import { toJsonText } from '../json-text.ts';
import { toPlainLine } from '../terminal/clean-text.ts';
import { toCountText } from '../terminal/number-text.ts';
import { createPalette, toLine } from '../terminal/palette.ts';
import { toTable, type Column } from '../terminal/table.ts';

interface Options extends FilterOptions {
  by: ToolGrouping;
}

const EXAMPLES = `
Most called first. Run times are without the waiting for a person, which stands beside them. ✗ counts errors and
timeouts; the rate is of calls that ran to an end. "trend" is calls against the same length of time before --since.

Examples:
  spoor tools --since 7d
  spoor tools --by command --agent claude-code
  spoor tools --by mcp --json | jq '.rows[] | {name, calls, errorRate}'`;

/** Adds the options and the action. */
export function define(command: Command, context: CliContext): void {
  addFilterOptions(command, context)
    .addOption(new Option('--by <grouping>', 'tools by name, MCP servers, shell commands, or agents').choices(['tool', 'mcp', 'command', 'agent']).default('tool'))
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => printTools(options, context));
}

async function printTools(options: Options, context: CliContext): Promise<void> {
  const answer = await askFigures<ToolsAnswer>({ name: 'tools', query: { ...toFilter(options), by: options.by } }, context);
  if (options.json) return await context.stdout.write(toJsonText(answer ?? { rows: [] }));
  if (!answer) return await context.stderr.write(NO_STORE);
  if (answer.rows.length === 0) return await context.stderr.write('No call fits.\n');
  const palette = createPalette(context.stdout.color);
  const lines = toTable(toColumns(options.by), answer.rows, context.stdout.columns).map((line) => toLine(line, palette));
  await context.stdout.write(`${lines.join('\n')}\n`);
  // Of the rows: some groupings leave calls out.
  const sum = (key: 'calls' | 'errors' | 'denied'): number => answer.rows.reduce((all, row) => all + row[key], 0);
  const [calls, errors, denied] = [sum('calls'), sum('errors'), sum('denied')];
  await context.stderr.write(`${[toCountText(calls, 'call'), errors > 0 ? toCountText(errors, 'error') : '', denied > 0 ? `${denied} denied` : ''].filter(Boolean).join(' · ')}\n`);
}

function toColumns(by: ToolGrouping): Column<ToolRow>[] {
  return [
    { header: { tool: 'tool', mcp: 'MCP server', command: 'command', agent: 'agent' }[by], text: ({ name }) => toPlainLine(name), tone: () => 'strong', shrinkTo: 12 },
    { header: 'calls', text: ({ calls }) => toCountCell(calls), align: 'right' },
    { header: 'trend', text: ({ change }) => toChangeCell(change.calls), tone: () => 'dim', align: 'right', dropOrder: 5 },
    { header: 'sessions', text: ({ sessions }) => toCountCell(sessions), align: 'right', dropOrder: 4 },
    { header: '/turn', text: ({ callsPerTurn }) => callsPerTurn.toFixed(1), align: 'right', dropOrder: 6 },
    { header: '✗', text: ({ errors }) => toCountCell(errors), tone: () => 'error', align: 'right' },
    { header: 'rate', text: ({ errorRate }) => toRateCell(errorRate), tone: () => 'error', align: 'right', dropOrder: 2 },
    { header: '⊘', text: ({ denied }) => toCountCell(denied), tone: () => 'denied', align: 'right' },
    { header: 'p50', text: ({ run }) => toMillisCell(run.p50), align: 'right', dropOrder: 1 },
    { header: 'p95', text: ({ run }) => toMillisCell(run.p95), align: 'right' },
    { header: 'max', text: ({ run }) => toMillisCell(run.max), align: 'right', dropOrder: 3 },
    { header: 'sum', text: ({ run }) => toMillisCell(run.sum), align: 'right', dropOrder: 3 },
    { header: 'waits p95', text: ({ wait }) => toMillisCell(wait.p95), tone: () => 'waiting', align: 'right', dropOrder: 4 },
  ];
}
