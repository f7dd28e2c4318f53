/** The same figures by agent, project or model. A row sets the filter of the page. */
import { Link } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import type { GroupFigures, OverviewAnswer } from '../../../../src/query/api/overview.ts';
import { Choice } from '../../components/choice.tsx';
import { CostText } from '../../components/cost-text.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { useFilter } from '../../components/filter-bar.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { toCostRank } from '../../models/cost-rank.ts';
import type { FilterParams } from '../../models/filter-params.ts';
import { formatCount, formatDuration, formatPercent, formatTokens } from '../../models/format.ts';

type Grouping = 'agent' | 'project' | 'model';

const GROUPINGS: readonly { value: Grouping; label: string }[] = [
  { value: 'agent', label: 'by agent' },
  { value: 'project', label: 'by project' },
  { value: 'model', label: 'by model' },
];

export function GroupsPanel({ data, window }: { data: OverviewAnswer; window: string }): ReactNode {
  const [by, setBy] = useState<Grouping>('agent');
  const { params } = useFilter();
  const rows = { agent: data.byAgent, project: data.byProject, model: data.byModel }[by];
  const chosen = params[by];
  const most = Math.max(1, ...rows.map(({ toolCalls }) => toolCalls));
  const columns = useMemo(() => toColumns(by, chosen, most), [by, chosen, most]);
  return (
    <Panel title="Where it goes" note={`${window} · a name restricts the page to it`} isFlush actions={<Choice<Grouping> label="Rows" value={by} options={GROUPINGS} onChange={setBy} />}>
      <DataTable key={by} label={`Figures ${by === 'agent' ? 'by agent' : by === 'project' ? 'by project' : 'by model'}`} rows={rows} columns={columns} rowKey={({ name }) => name} sortBy={{ id: 'calls', desc: true }} isSelected={({ name }) => chosen?.includes(name) ?? false} empty={<EmptyState title="Nothing in this window." />} />
    </Panel>
  );
}

function toColumns(by: Grouping, chosen: readonly string[] | undefined, most: number): Column<GroupFigures>[] {
  return [
    { id: 'name', header: by === 'agent' ? 'Agent' : by === 'project' ? 'Project' : 'Model', value: ({ name }) => name, cell: ({ name }) => <NameLink by={by} name={name} isChosen={chosen?.includes(name) ?? false} />, className: 'max-w-48 truncate' },
    { id: 'sessions', header: 'Sessions', align: 'right', value: ({ sessions }) => sessions, cell: ({ sessions }) => formatCount(sessions), className: 'max-sm:hidden' },
    { id: 'calls', header: 'Calls', title: 'Tool calls, incl. subagents', align: 'right', value: ({ toolCalls }) => toolCalls, cell: ({ toolCalls }) => <Bar count={toolCalls} most={most} /> },
    { id: 'errors', header: 'Errors', title: 'Share of the calls that ended in an error or timeout', align: 'right', value: ({ errorRate }) => errorRate, cell: ({ errors, errorRate }) => <span className={errors > 0 ? 'text-error-text' : 'text-faint'} title={`${formatCount(errors)} calls`}>{formatPercent(errorRate)}</span> },
    { id: 'denied', header: 'Denied', align: 'right', className: 'hidden md:table-cell', value: ({ denied }) => denied, cell: ({ denied }) => <span className={denied > 0 ? 'text-deny-text' : 'text-faint'}>{formatCount(denied)}</span> },
    { id: 'active', header: 'Active', title: 'Sum of the turns', align: 'right', className: 'hidden md:table-cell', value: ({ activeMillis }) => activeMillis, cell: ({ activeMillis }) => formatDuration(activeMillis) },
    { id: 'tokens', header: 'Tokens', align: 'right', className: 'hidden sm:table-cell', value: ({ tokens }) => (tokens.input === undefined && tokens.output === undefined ? undefined : (tokens.input ?? 0) + (tokens.output ?? 0)), cell: ({ tokens }) => formatTokens(tokens.input === undefined && tokens.output === undefined ? undefined : (tokens.input ?? 0) + (tokens.output ?? 0)) },
    { id: 'cost', header: 'Cost', align: 'right', value: ({ cost }) => toCostRank(cost), cell: ({ cost }) => <CostText cost={cost} /> },
  ];
}

/** Once more: without it. */
function NameLink({ by, name, isChosen }: { by: Grouping; name: string; isChosen: boolean }): ReactNode {
  if (name === '') return <span className="text-muted">not told</span>;
  return (
    <Link to="/" search={(before: FilterParams) => ({ ...before, [by]: isChosen ? undefined : [name] })} title={isChosen ? `Without ${name}` : `Only ${name}`} className="font-medium hover:text-model-text hover:underline">
      {name}
    </Link>
  );
}

function Bar({ count, most }: { count: number; most: number }): ReactNode {
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden className="hidden h-1.5 w-20 justify-end overflow-hidden rounded-xs lg:flex">
        <span className="h-full rounded-xs bg-ok" style={{ width: `${(count / most) * 100}%` }} />
      </span>
      {formatCount(count)}
    </span>
  );
}
