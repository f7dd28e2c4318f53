/** Skills: which fire, who triggers them, what happens while they are in force, and which are dead weight. */
import { Link } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import type { SkillRow, SkillsAnswer } from '../../../../src/query/api/tools.ts';
import { useFigures } from '../../api/use-figures.ts';
import { Chip } from '../../components/chip.tsx';
import { CostText } from '../../components/cost-text.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { FilterBar, useFilter } from '../../components/filter-bar.tsx';
import { Answer, EmptyState } from '../../components/notice.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Panel } from '../../components/panel.tsx';
import { Spark } from '../../components/spark.tsx';
import { Stat, StatRow } from '../../components/stat.tsx';
import { useNow } from '../../components/use-now.ts';
import { toCostRank } from '../../models/cost-rank.ts';
import { formatAge, formatCount, formatDuration, formatPercent, formatUsd } from '../../models/format.ts';
import { stringifySearch } from '../../models/search-params.ts';

export function SkillsPage(): ReactNode {
  const { filter } = useFilter();
  const answer = useFigures<SkillsAnswer>('/skills', filter);
  return (
    <>
      <PageHead title="Skills" note="a skill is in force from its load to the next load or the turn's end">
        <FilterBar />
      </PageHead>
      <Answer query={answer}>
        {({ rows, sessions }) => (
          <div className="flex flex-col gap-3">
            <StatRow>
              <Stat label="Activations" value={formatCount(rows.reduce((sum, { activations }) => sum + activations, 0))} />
              <Stat label="Skills used" value={formatCount(rows.filter(({ status }) => status === 'used').length)} />
              <Stat label="Loaded, nothing done" value={formatCount(rows.filter(({ status }) => status === 'loaded-unused').length)} title="Loaded, and no tool was called while they were in force" />
              <Stat label="Never fired" value={formatCount(rows.filter(({ status }) => status === 'never').length)} title="Offered to sessions of the window, never loaded" />
              <Stat label="Sessions" value={formatCount(sessions)} />
            </StatRow>
            <Panel title="Skills" isFlush>
              <SkillsTable rows={rows} />
            </Panel>
          </div>
        )}
      </Answer>
    </>
  );
}

function SkillsTable({ rows }: { rows: readonly SkillRow[] }): ReactNode {
  const now = useNow();
  const columns = useMemo(() => toColumns(now), [now]);
  return (
    <DataTable
      label="Skills"
      rows={rows}
      columns={columns}
      rowKey={({ name }) => name}
      sortBy={{ id: 'activations', desc: true }}
      empty={<EmptyState title="No skill was loaded in this window.">Skills show up here when an agent loads one: a SKILL.md that it reads, or its own skill tool.</EmptyState>}
    />
  );
}

const STATUS: Readonly<Record<SkillRow['status'], { label: string; title: string } | undefined>> = {
  used: undefined,
  'loaded-unused': { label: 'nothing done', title: 'No tool was called while it was in force' },
  never: { label: 'never fired', title: 'It was offered to sessions of the window, and never loaded' },
};

function toColumns(now: number): Column<SkillRow>[] {
  const count = (id: string, header: string, title: string, value: (row: SkillRow) => number | undefined, format: (value: number | undefined) => string): Column<SkillRow> => ({ id, header, title, align: 'right', value, cell: (row) => format(value(row)) });
  return [
    { id: 'name', header: 'Skill', value: ({ name }) => name, cell: (row) => <SkillName row={row} /> },
    count('activations', 'Activations', 'How often it was loaded', ({ activations }) => activations, formatCount),
    { ...count('sessions', 'Sessions', 'Sessions in which it was loaded', ({ sessions }) => sessions, formatCount), className: 'max-sm:hidden' },
    { ...count('share', 'of sessions', 'Of all sessions in the window', ({ shareOfSessions }) => shareOfSessions, formatPercent), className: 'max-2xl:hidden' },
    { id: 'trigger', header: 'Triggered by', title: 'you: a slash command or your word · model: it chose the skill · subagent', value: ({ trigger }) => trigger.user, cell: ({ trigger }) => <Trigger trigger={trigger} />, className: 'max-sm:hidden' },
    { ...count('duration', 'p50', 'From its load to the next load or the end of the turn', ({ duration }) => duration.p50, formatDuration), className: 'max-sm:hidden' },
    { ...count('p95', 'p95', '95 of 100 were in force for a shorter time', ({ duration }) => duration.p95, formatDuration), className: 'max-sm:hidden' },
    { ...count('tools', 'Calls', 'Tool calls while it was in force', ({ tools }) => tools, formatCount), className: 'max-sm:hidden' },
    { id: 'errors', header: 'Errors', title: 'Failed calls while it was in force', align: 'right', value: ({ errorRate }) => errorRate, cell: ({ errors, errorRate }) => <span className={errors > 0 ? 'text-error-text' : 'text-muted'} title={`${formatCount(errors)} failed`}>{formatPercent(errorRate)}</span> },
    { id: 'cost', header: 'Cost', title: 'Of the model requests while it was in force', align: 'right', value: ({ cost }) => toCostRank(cost), cell: ({ cost }) => <CostText cost={cost} short /> },
    { ...count('each', 'each', 'Cost of one activation', ({ costPerActivation }) => costPerActivation, formatUsd), className: 'max-2xl:hidden' },
    { id: 'versions', header: 'Versions', title: 'Texts of it that were seen in the window', align: 'right', value: ({ versions }) => versions.length, cell: ({ name, versions }) => <Versions name={name} versions={versions} />, className: 'max-sm:hidden' },
    { id: 'days', header: 'by day', value: ({ activations }) => activations, cell: ({ name, activationsByDay }) => <Spark values={activationsByDay.values} label={`activations of ${name} by day`} />, className: 'max-lg:hidden' },
    { id: 'last', header: 'Last', align: 'right', value: ({ lastMillis }) => lastMillis, cell: ({ lastMillis }) => formatAge(lastMillis, now), className: 'max-sm:hidden' },
  ];
}

function SkillName({ row: { name, agents, status } }: { row: SkillRow }): ReactNode {
  const mark = STATUS[status];
  return (
    <span className="flex max-w-80 items-center gap-2 max-sm:max-w-40 max-sm:flex-wrap max-sm:gap-y-0">
      <Link to="/sessions" search={{ skill: [name] }} className="truncate font-medium hover:underline" title={`Sessions in which ${name} was loaded`}>
        {name}
      </Link>
      {mark && (
        <Chip tone={status === 'never' ? 'wait' : 'plain'} title={mark.title}>
          {mark.label}
        </Chip>
      )}
      <span className="truncate text-xs text-muted max-xl:hidden">{agents.join(', ')}</span>
    </span>
  );
}

function Trigger({ trigger: { user, model, subagent } }: { trigger: SkillRow['trigger'] }): ReactNode {
  const parts = [user > 0 && `you ${formatCount(user)}`, model > 0 && `model ${formatCount(model)}`, subagent > 0 && `subagent ${formatCount(subagent)}`].filter(Boolean);
  return <span className="whitespace-nowrap text-muted">{parts.join(' · ') || '–'}</span>;
}

/** Two versions of a text ask for a comparison: did the edit help? */
function Versions({ name, versions }: { name: string; versions: readonly string[] }): ReactNode {
  if (versions.length < 2) return <span className="text-muted">{versions.length || '–'}</span>;
  const [a, b] = versions.slice(-2).map((version) => stringifySearch({ since: 'all', skillVersion: [`${name}@${version}`] }).slice(1));
  return (
    <Link to="/compare" search={{ a, b }} className="text-model-text hover:underline" title="Compare the sessions before the last edit with those after it">
      {versions.length} · compare
    </Link>
  );
}
