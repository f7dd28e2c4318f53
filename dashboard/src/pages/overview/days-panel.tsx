/** Day by day: calls with those that failed, and dollars. */
import { useMemo, type ReactNode } from 'react';
import type { OverviewAnswer } from '../../../../src/query/api/overview.ts';
import { Chart } from '../../components/chart.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatCount, formatUsd } from '../../models/format.ts';

const HEIGHT_PX = 150;
const asCount = (value: number): string => formatCount(value);
const asUsd = (value: number): string => formatUsd(value);

export function DaysPanel({ days, window }: { days: OverviewAnswer['days']; window: string }): ReactNode {
  const calls = useMemo(
    () => [
      { label: 'failed', values: days.errors, color: '--error' },
      { label: 'other calls', values: days.toolCalls.map((count, at) => count - (days.errors[at] ?? 0)), color: '--series-5' },
    ],
    [days],
  );
  const usd = useMemo(() => [{ label: 'dollars', values: days.usd, color: '--series-1' }], [days]);
  const hasUsd = days.usd.some((value) => value !== null);
  return (
    <Panel title="Day by day" note={window}>
      <div className={hasUsd ? 'grid gap-4 md:grid-cols-2' : ''}>
        <Chart label={`Tool calls by day, ${window}`} starts={days.starts} series={calls} kind="stacked" height={HEIGHT_PX} format={asCount} />
        {hasUsd && <Chart label={`Dollars by day, ${window}`} starts={days.starts} series={usd} kind="bars" height={HEIGHT_PX} format={asUsd} />}
      </div>
    </Panel>
  );
}
