/** The page Overview: what waits for a person, what runs, today in five numbers, where it goes, and how the tracing itself is. */
import { type ReactNode } from 'react';
import type { OverviewAnswer } from '../../../../src/query/api/overview.ts';
import { useFigures } from '../../api/use-figures.ts';
import { FilterBar, useFilter } from '../../components/filter-bar.tsx';
import { Answer } from '../../components/notice.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { toWindowText } from '../../models/window-text.ts';
import { DaysPanel } from './days-panel.tsx';
import { FirstSteps } from './first-steps.tsx';
import { GroupsPanel } from './groups-panel.tsx';
import { HealthPanel } from './health-panel.tsx';
import { NowPanels } from './now-panels.tsx';
import { ExpensivePanel, SlowestPanel } from './ranking-panels.tsx';
import { TodayStats } from './today-stats.tsx';

export function OverviewPage(): ReactNode {
  const { filter } = useFilter();
  const answer = useFigures<OverviewAnswer>('/overview', filter);
  return (
    <>
      <PageHead title="Overview">
        <FilterBar />
      </PageHead>
      <Answer query={answer}>{(data) => (data.hasSessions ? <Figures data={data} /> : <FirstSteps health={data.health} />)}</Answer>
    </>
  );
}

function Figures({ data }: { data: OverviewAnswer }): ReactNode {
  const { params } = useFilter();
  const window = toWindowText(params);
  return (
    <div className="flex flex-col gap-3">
      {data.byAgent.length === 0 && <p className="rounded-lg border border-line bg-panel px-3 py-2 text-muted">Nothing happened in this window ({window}). Choose a longer window above.</p>}
      <NowPanels waiting={data.waiting} running={data.running} />
      <TodayStats today={data.today} week={data.week} nowMillis={data.nowMillis} />
      <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <div className="flex min-w-0 flex-col gap-3">
          <DaysPanel days={data.days} window={window} />
          <GroupsPanel data={data} window={window} />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <SlowestPanel tools={data.slowestTools} window={window} />
          <ExpensivePanel sessions={data.mostExpensive} window={window} />
        </div>
      </div>
      <HealthPanel health={data.health} isWide />
    </div>
  );
}
