/** Today in five numbers, this week below each; each leads to what is behind it. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { CostFigures } from '../../../../src/query/api/figures.ts';
import type { GroupFigures } from '../../../../src/query/api/overview.ts';
import { toCostParts, toUnpricedText } from '../../components/cost-text.tsx';
import { useFilter } from '../../components/filter-bar.tsx';
import { Stat, StatRow } from '../../components/stat.tsx';
import { toToday, type FilterParams } from '../../models/filter-params.ts';
import { ABSENT, formatCount, formatPercent, formatTokens } from '../../models/format.ts';

const LINK = 'hover:text-model-text hover:underline';

/** `nowMillis`: of the answer that the figures stand in. */
export function TodayStats({ today, week, nowMillis }: { today: GroupFigures; week: GroupFigures; nowMillis: number }): ReactNode {
  const { params } = useFilter();
  const search = toToday(params, nowMillis);
  return (
    <section aria-label="Today">
      <StatRow>
        <Stat
          label="Sessions today"
          title="Each with what its subagents did"
          value={
            <Link to="/sessions" search={search} className={LINK}>
              {formatCount(today.sessions)}
            </Link>
          }
          sub={`${formatCount(week.sessions)} this week`}
        />
        <Stat
          label="Tool calls today"
          title="Incl. subagents"
          value={
            <Link to="/tools" search={search} className={LINK}>
              {formatCount(today.toolCalls)}
            </Link>
          }
          sub={`${formatCount(week.toolCalls)} this week`}
        />
        <Stat
          label="Failed calls today"
          title="(error + timeout) ÷ (ok + error + timeout); denied ones are none"
          tone={today.errors > 0 ? 'error' : 'plain'}
          value={
            <Link to="/tools" search={{ ...search, which: 'failed' }} className={LINK}>
              {formatCount(today.errors)}
              {today.errorRate !== undefined && <span className="ml-1.5 text-sm font-normal">{formatPercent(today.errorRate)}</span>}
            </Link>
          }
          sub={`${formatCount(week.errors)} this week${week.errorRate === undefined ? '' : `, ${formatPercent(week.errorRate)}`}`}
        />
        <Stat
          label="Tokens today"
          title="Input, incl. what came from a cache, and output"
          value={
            <Link to="/models" search={search} className={LINK}>
              {formatTokens(sum(today))}
            </Link>
          }
          sub={`${formatTokens(sum(week))} this week`}
        />
        <CostStat today={today} week={week} search={search} />
      </StatRow>
    </section>
  );
}

function CostStat({ today, week, search }: { today: GroupFigures; week: GroupFigures; search: FilterParams }): ReactNode {
  return (
    <Stat
      label="Cost today"
      title="What was charged; ≈ what a subscription's tokens would have cost; credits apart"
      value={
        <Link to="/models" search={search} className={LINK}>
          <CostValue cost={today.cost} />
        </Link>
      }
      sub={<WeekCost cost={week.cost} />}
    />
  );
}

function sum({ tokens }: GroupFigures): number | undefined {
  return tokens.input === undefined && tokens.output === undefined ? undefined : (tokens.input ?? 0) + (tokens.output ?? 0);
}

function WeekCost({ cost }: { cost: CostFigures }): ReactNode {
  const parts = toCostParts(cost).map(({ text }) => text);
  const unpriced = toUnpricedText(cost);
  return (
    <span title={unpriced}>
      this week {parts.length === 0 && unpriced === undefined ? ABSENT : parts.join(', ')}
      {unpriced !== undefined && <span className="text-error-text"> + unpriced</span>}
    </span>
  );
}

/** The first unit large, the others beside it: none is added to another. */
function CostValue({ cost }: { cost: CostFigures }): ReactNode {
  const [first, ...others] = toCostParts(cost);
  const unpriced = toUnpricedText(cost);
  return (
    <>
      <span title={first?.title}>{first?.text ?? (unpriced === undefined ? ABSENT : '')}</span>
      {others.map(({ text, title }) => (
        <span key={text} title={title} className="ml-2 text-sm font-normal text-muted">
          {text}
        </span>
      ))}
      {unpriced !== undefined && (
        <span title={unpriced} className="ml-2 text-sm font-normal text-error-text">
          {first ? '+ unpriced' : 'unpriced'}
        </span>
      )}
    </>
  );
}
