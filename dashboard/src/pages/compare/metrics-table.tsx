/** Each figure of a session: A, B, what lies between, and whether that many sessions can tell. */
import type { ReactNode } from 'react';
import type { MetricComparison } from '../../../../src/query/api/compare.ts';
import { Chip, type ChipTone } from '../../components/chip.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { FORMATS, formatDifference } from './units.ts';

const VERDICTS: Readonly<Record<MetricComparison['verdict'], { label: string; tone: ChipTone }>> = {
  better: { label: 'better', tone: 'good' },
  worse: { label: 'worse', tone: 'error' },
  different: { label: 'different', tone: 'accent' },
  'no-difference': { label: 'no difference', tone: 'plain' },
  'too-few': { label: 'too few', tone: 'wait' },
};

export function MetricsTable({ metrics, selected, onSelect }: { metrics: readonly MetricComparison[]; selected: string | undefined; onSelect: (metric: string) => void }): ReactNode {
  return (
    <DataTable
      label="Figures of a session in A and B"
      rows={metrics}
      columns={COLUMNS}
      rowKey={({ metric }) => metric}
      onRow={({ metric }) => onSelect(metric)}
      isSelected={({ metric }) => metric === selected}
      empty={<EmptyState title="Neither group has a session.">Choose other windows or restrictions above.</EmptyState>}
    />
  );
}

function toColumns(): Column<MetricComparison>[] {
  const figure = (id: string, header: string, value: (row: MetricComparison) => number | undefined): Column<MetricComparison> => ({ id, header, align: 'right', value, cell: (row) => FORMATS[row.unit](value(row)) });
  return [
    { id: 'label', header: 'Figure', value: ({ label }) => label, cell: ({ label }) => <button type="button" className="text-left font-medium">{label}</button> },
    figure('a', 'A median', ({ a }) => a.median),
    { ...figure('ap95', 'A p95', ({ a }) => a.p95), className: 'max-sm:hidden' },
    figure('b', 'B median', ({ b }) => b.median),
    { ...figure('bp95', 'B p95', ({ b }) => b.p95), className: 'max-sm:hidden' },
    { id: 'difference', header: 'Difference', align: 'right', value: ({ difference }) => difference, cell: ({ unit, difference }) => formatDifference(unit, difference), className: 'max-sm:hidden' },
    { id: 'interval', header: '95 % interval', value: ({ interval }) => interval?.low, cell: (row) => <Whisker metric={row} />, className: 'max-md:hidden' },
    { id: 'p', header: 'p', title: 'Two-sided Mann-Whitney U', align: 'right', value: ({ pValue }) => pValue, cell: ({ pValue }) => (pValue === undefined ? '–' : pValue < 0.001 ? '<0.001' : pValue.toFixed(3)), className: 'max-sm:hidden' },
    { id: 'verdict', header: 'Verdict', value: ({ verdict }) => verdict, cell: ({ verdict, sentence }) => <Chip tone={VERDICTS[verdict].tone} title={sentence}>{VERDICTS[verdict].label}</Chip> },
  ];
}

const COLUMNS = toColumns();

const WIDTH = 140;

/** The interval as a line over its zero: one that does not touch it is a difference. */
function Whisker({ metric: { unit, difference, interval } }: { metric: MetricComparison }): ReactNode {
  if (difference === undefined || !interval) return '–';
  const reach = Math.max(Math.abs(interval.low), Math.abs(interval.high), Math.abs(difference), Number.MIN_VALUE);
  const x = (value: number): number => WIDTH / 2 + (value / reach) * (WIDTH / 2 - 4);
  const label = `from ${formatDifference(unit, interval.low)} to ${formatDifference(unit, interval.high)}`;
  return (
    <svg role="img" aria-label={label} width={WIDTH} height={16} className="block">
      <title>{label}</title>
      <line x1={WIDTH / 2} x2={WIDTH / 2} y1={0} y2={16} stroke="var(--line-strong)" />
      <line x1={x(interval.low)} x2={x(interval.high)} y1={8} y2={8} stroke="var(--series-1)" strokeWidth={2} />
      <circle cx={x(difference)} cy={8} r={3.5} fill="var(--series-1)" />
    </svg>
  );
}
