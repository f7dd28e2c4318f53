/** One row a tool, MCP server, command or agent. */
import { useMemo, type ReactNode } from 'react';
import type { ToolGrouping, ToolRow } from '../../../../src/query/api/tools.ts';
import { ChangeText } from '../../components/change-text.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Spark } from '../../components/spark.tsx';
import { formatCount, formatDuration, formatPercent } from '../../models/format.ts';

const NAMES: Readonly<Record<ToolGrouping, string>> = { tool: 'Tool', mcp: 'MCP server', command: 'Command', agent: 'Agent' };

export function ToolsTable({ by, rows, selected, onSelect }: { by: ToolGrouping; rows: readonly ToolRow[]; selected: string | undefined; onSelect: (name: string) => void }): ReactNode {
  const columns = useMemo(() => toColumns(by), [by]);
  return (
    <DataTable
      label={`Calls by ${NAMES[by].toLowerCase()}`}
      rows={rows}
      columns={columns}
      rowKey={({ name }) => name}
      sortBy={{ id: 'calls', desc: true }}
      onRow={({ name }) => onSelect(name)}
      isSelected={({ name }) => name === selected}
      empty={<EmptyState title="No calls in this window.">Choose a longer one, or take a restriction out.</EmptyState>}
    />
  );
}

const number = (id: string, header: string, title: string, value: (row: ToolRow) => number | undefined, format: (value: number | undefined) => string = formatCount): Column<ToolRow> => ({ id, header, title, value, cell: (row) => format(value(row)), align: 'right' });
/** A phone has room for four columns. */
const wide = (column: Column<ToolRow>): Column<ToolRow> => ({ ...column, className: 'max-sm:hidden' });

function toColumns(by: ToolGrouping): Column<ToolRow>[] {
  return [
    {
      id: 'name',
      header: NAMES[by],
      value: ({ name }) => name,
      cell: ({ name }) => (
        <button type="button" className="max-w-72 truncate text-left font-medium max-sm:max-w-36" title={`Calls of ${name}`}>
          {name}
        </button>
      ),
    },
    { ...number('calls', 'Calls', 'How often it was called', ({ calls }) => calls), cell: ({ calls, change }) => <WithChange text={formatCount(calls)} change={change.calls} /> },
    wide(number('sessions', 'Sessions', 'Sessions with a call of it', ({ sessions }) => sessions)),
    wide(number('perSession', 'per session', 'Calls in a session that has one', ({ callsPerSession }) => callsPerSession)),
    wide(number('perTurn', 'per turn', 'Calls in a turn that has one', ({ callsPerTurn }) => callsPerTurn)),
    {
      id: 'errors',
      header: 'Errors',
      title: '(error + timeout) ÷ (ok + error + timeout)',
      align: 'right',
      value: ({ errorRate }) => errorRate,
      cell: ({ errors, errorRate, change }) => (
        <span className={errors > 0 ? 'text-error-text' : 'text-muted'} title={`${formatCount(errors)} failed`}>
          <WithChange text={formatPercent(errorRate)} change={change.errorRate} lowerIsBetter />
        </span>
      ),
    },
    { ...wide(number('denied', 'Denied', 'By a person or a policy', ({ denied }) => denied)), cell: ({ denied }) => <span className={denied > 0 ? 'text-deny-text' : 'text-muted'}>{formatCount(denied)}</span> },
    wide(number('p50', 'p50', 'Half of the calls ran shorter', ({ run }) => run.p50, formatDuration)),
    { ...number('p95', 'p95', '95 of 100 calls ran shorter', ({ run }) => run.p95, formatDuration), cell: ({ run, change }) => <WithChange text={formatDuration(run.p95)} change={change.p95} lowerIsBetter /> },
    wide(number('max', 'max', 'The longest run', ({ run }) => run.max, formatDuration)),
    {
      id: 'wait',
      header: 'wait p95',
      title: 'Waiting for a person, over the calls that waited',
      align: 'right',
      className: 'max-sm:hidden',
      value: ({ wait }) => wait.p95,
      cell: ({ wait }) => (
        <span className={wait.count > 0 ? 'text-wait-text' : 'text-muted'} title={`${formatCount(wait.count)} calls waited`}>
          {formatDuration(wait.p95)}
        </span>
      ),
    },
    { id: 'trend', header: 'p95 over time', value: ({ run }) => run.p95, cell: ({ name, trend }) => <Spark values={trend.values} label={`p95 of ${name} over time`} />, className: 'max-lg:hidden' },
  ];
}

function WithChange({ text, change, lowerIsBetter }: { text: string; change: number | undefined; lowerIsBetter?: boolean }): ReactNode {
  return (
    <span className="inline-flex items-baseline gap-1.5">
      {text}
      <ChangeText change={change} lowerIsBetter={lowerIsBetter} />
    </span>
  );
}
