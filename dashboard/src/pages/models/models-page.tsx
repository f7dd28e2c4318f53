/** Models and cost: tokens by kind, what they cost in which unit, what has no price. */
import { useMemo, type ReactNode } from 'react';
import type { ModelRow, ModelsAnswer, ModelsQuery } from '../../../../src/query/api/overview.ts';
import { useFigures } from '../../api/use-figures.ts';
import { Chart, type ChartSeries } from '../../components/chart.tsx';
import { Choice } from '../../components/choice.tsx';
import { CostText, toUnpricedText } from '../../components/cost-text.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { FilterBar, useFilter } from '../../components/filter-bar.tsx';
import { Answer, EmptyState } from '../../components/notice.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Panel } from '../../components/panel.tsx';
import { Stat, StatRow } from '../../components/stat.tsx';
import { useParams } from '../../components/use-params.ts';
import { toCostRank } from '../../models/cost-rank.ts';
import { ABSENT, formatCount, formatCredits, formatDuration, formatPercent, formatTokens, formatUsd } from '../../models/format.ts';

type Grouping = NonNullable<ModelsQuery['by']>;
const GROUPINGS: readonly { value: Grouping; label: string; one: string }[] = [
  { value: 'model', label: 'Models', one: 'Model' },
  { value: 'project', label: 'Projects', one: 'Project' },
  { value: 'agent', label: 'Agents', one: 'Agent' },
  { value: 'branch', label: 'Branches', one: 'Branch' },
];

export function ModelsPage(): ReactNode {
  const { filter } = useFilter();
  const { params, set } = useParams();
  const by = GROUPINGS.find(({ value }) => value === params.by)?.value ?? 'model';
  const answer = useFigures<ModelsAnswer>('/models', useMemo((): ModelsQuery => ({ ...filter, by }), [filter, by]));
  return (
    <>
      <PageHead title="Models & cost" note="units are never added to each other">
        <Choice label="Rows" value={by} options={GROUPINGS} onChange={(next) => set({ by: next === 'model' ? undefined : next })} />
        <FilterBar />
      </PageHead>
      <Answer query={answer}>
        {(data) => (
          <div className="flex flex-col gap-3">
            <Totals data={data} />
            <Unpriced data={data} />
            <div className="grid gap-3 lg:grid-cols-2">
              <Tokens data={data} />
              <Money data={data} />
            </div>
            <Panel title={GROUPINGS.find(({ value }) => value === by)?.label} isFlush>
              <ModelsTable rows={data.rows} by={by} />
            </Panel>
          </div>
        )}
      </Answer>
    </>
  );
}

function Totals({ data: { totals } }: { data: ModelsAnswer }): ReactNode {
  const { cost, tokens } = totals;
  return (
    <StatRow>
      <Stat label="Charged by tokens" value={formatUsd(cost.usd)} sub={cost.provenance?.join(', ')} title="US dollars. Where the figures come from stands below." />
      <Stat label="Covered by a subscription" value={cost.equivalentUsd === undefined ? ABSENT : `≈ ${formatUsd(cost.equivalentUsd)}`} title="Not charged: what these tokens would cost at the API's prices" />
      {cost.credits !== undefined && <Stat label="Credits" value={formatCredits(cost.credits)} />}
      {cost.premiumRequests !== undefined && <Stat label="Premium requests" value={formatCount(cost.premiumRequests)} />}
      <Stat label="Input tokens" value={formatTokens(tokens.input)} sub={`${formatTokens(tokens.cacheRead)} from cache`} />
      <Stat label="Output tokens" value={formatTokens(tokens.output)} sub={tokens.reasoning === undefined ? undefined : `${formatTokens(tokens.reasoning)} reasoning`} />
      <Stat label="Cache hit rate" value={formatPercent(totals.cacheHitRate)} title="Cached ÷ all input tokens" />
    </StatRow>
  );
}

/** Never hidden in a sum: what has no price is its own red line. */
function Unpriced({ data: { totals } }: { data: ModelsAnswer }): ReactNode {
  const text = toUnpricedText(totals.cost);
  if (text === undefined) return null;
  return (
    <p role="note" className="rounded-lg border border-error bg-error-soft px-3 py-2 text-error-text">
      Not in these sums: {text}.
    </p>
  );
}

function Tokens({ data: { series } }: { data: ModelsAnswer }): ReactNode {
  const lines = useMemo(
    (): ChartSeries[] => [
      { label: 'cache read', values: series.cacheRead, color: '--series-5' },
      { label: 'cache write', values: series.cacheCreation, color: '--series-3' },
      { label: 'fresh input', values: series.input, color: '--series-1' },
      { label: 'output', values: series.output, color: '--series-2' },
    ],
    [series],
  );
  return (
    <Panel title="Tokens over time">
      <Chart label="Tokens by kind over time" kind="stacked" starts={series.starts} series={lines} format={formatTokens} />
    </Panel>
  );
}

function Money({ data: { series } }: { data: ModelsAnswer }): ReactNode {
  const hasCredits = series.credits.some((value) => value !== null) && series.usd.every((value) => value === null);
  const lines = useMemo((): ChartSeries[] => [hasCredits ? { label: 'credits', values: series.credits, color: '--series-4' } : { label: 'US dollars', values: series.usd, color: '--series-4' }], [series, hasCredits]);
  return (
    <Panel title={hasCredits ? 'Credits over time' : 'Cost over time'} note={hasCredits ? undefined : 'charged by tokens'}>
      <Chart label="Cost over time" kind="bars" starts={series.starts} series={lines} format={hasCredits ? formatCredits : formatUsd} />
    </Panel>
  );
}

function ModelsTable({ rows, by }: { rows: readonly ModelRow[]; by: Grouping }): ReactNode {
  const columns = useMemo(() => toColumns(by), [by]);
  return <DataTable label={`Cost by ${by}`} rows={rows} columns={columns} rowKey={({ model, provider }) => `${model} ${provider ?? ''}`} sortBy={{ id: 'cost', desc: true }} empty={<EmptyState title="No model was asked in this window." />} />;
}

function toColumns(by: Grouping): Column<ModelRow>[] {
  const tokens = (id: string, header: string, value: (row: ModelRow) => number | undefined): Column<ModelRow> => ({ id, header, align: 'right', value, cell: (row) => formatTokens(value(row)), className: 'max-sm:hidden' });
  return [
    {
      id: 'model',
      header: GROUPINGS.find(({ value }) => value === by)?.one ?? 'Model',
      value: ({ model }) => model,
      cell: ({ model, provider }) => (
        <span className="flex max-w-80 flex-col max-sm:max-w-40">
          <span className={`truncate font-medium ${model === '' ? 'text-muted' : ''}`} title={model}>{model === '' ? 'not told' : model}</span>
          {provider !== undefined && <span className="text-xs text-muted">{provider}</span>}
        </span>
      ),
    },
    { id: 'requests', header: 'Requests', align: 'right', value: ({ requests }) => requests, cell: ({ requests }) => formatCount(requests) },
    { id: 'sessions', header: 'Sessions', align: 'right', value: ({ sessions }) => sessions, cell: ({ sessions }) => formatCount(sessions), className: 'max-sm:hidden' },
    tokens('input', 'Input', (row) => row.tokens.input),
    tokens('cacheRead', 'from cache', (row) => row.tokens.cacheRead),
    { id: 'hit', header: 'Cache hits', align: 'right', value: ({ cacheHitRate }) => cacheHitRate, cell: ({ cacheHitRate }) => formatPercent(cacheHitRate), className: 'max-sm:hidden' },
    tokens('output', 'Output', (row) => row.tokens.output),
    { id: 'cost', header: 'Cost', align: 'right', value: ({ cost }) => toCostRank(cost), cell: ({ cost }) => <CostText cost={cost} /> },
    { id: 'p50', header: 'p50', title: 'Of a request', align: 'right', value: ({ duration }) => duration.p50, cell: ({ duration }) => formatDuration(duration.p50), className: 'max-sm:hidden' },
    { id: 'p95', header: 'p95', title: 'Of a request', align: 'right', value: ({ duration }) => duration.p95, cell: ({ duration }) => formatDuration(duration.p95), className: 'max-sm:hidden' },
    { id: 'ttfc', header: 'first chunk', title: 'p50 from the request to the first piece of its answer', align: 'right', value: ({ timeToFirstChunk }) => timeToFirstChunk.p50, cell: ({ timeToFirstChunk }) => formatDuration(timeToFirstChunk.p50), className: 'max-lg:hidden' },
    { id: 'errors', header: 'Failed', align: 'right', value: ({ errors }) => errors, cell: ({ errors }) => <span className={errors > 0 ? 'text-error-text' : 'text-muted'}>{formatCount(errors)}</span>, className: 'max-sm:hidden' },
  ];
}
