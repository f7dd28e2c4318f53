/** Compare: did a change help? Two cohorts of sessions with their figures side by side, or two sessions on one axis. */
import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import type { CompareAnswer, MetricComparison } from '../../../../src/query/api/compare.ts';
import { useFigures } from '../../api/use-figures.ts';
import { Button } from '../../components/button.tsx';
import { Answer, EmptyState, Loading } from '../../components/notice.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Panel } from '../../components/panel.tsx';
import { useNow } from '../../components/use-now.ts';
import { useParams } from '../../components/use-params.ts';
import { parseCohorts, parseSessionRef, stringifyCohort, toCompareQuery, type Cohorts } from '../../models/cohorts.ts';
import { plural } from '../../models/format.ts';
import { CohortEditor } from './cohort-editor.tsx';
import { ConfigDiff } from './config-diff.tsx';
import { MetricDetail } from './metric-detail.tsx';
import { MetricsTable } from './metrics-table.tsx';

const OneSession = lazy(async () => ({ default: (await import('./one-session.tsx')).OneSession }));
const SessionPair = lazy(async () => ({ default: (await import('./session-pair.tsx')).SessionPair }));
const MINUTE_MILLIS = 60_000;

export function ComparePage(): ReactNode {
  const { params, set } = useParams();
  const [a, b] = [parseSessionRef(params.a), parseSessionRef(params.b)];
  const one = a ?? b;
  if (!one) return <CohortsPage />;
  const side = a ? 'a' : 'b';
  const other = a ? 'b' : 'a';
  return (
    <>
      <PageHead title="Compare" note="two sessions">
        <Button onClick={() => set({ a: undefined, b: undefined }, true)}>Two groups instead</Button>
      </PageHead>
      <Suspense fallback={<Loading />}>
        {a && b ? (
          <SessionPair a={`${a.agent}/${a.sessionId}`} b={`${b.agent}/${b.sessionId}`} onAnother={(which) => set({ [which]: undefined }, true)} />
        ) : (
          <OneSession session={one} side={side} onChoose={(key) => set({ [other]: key }, true)} />
        )}
      </Suspense>
    </>
  );
}

function CohortsPage(): ReactNode {
  const { params, set } = useParams();
  const now = useNow(MINUTE_MILLIS);
  const cohorts = useMemo(() => parseCohorts(params.a, params.b, now), [params.a, params.b, now]);
  const answer = useFigures<CompareAnswer>('/compare', useMemo(() => toCompareQuery(cohorts, now), [cohorts, now]));
  const change = (next: Cohorts): void => set({ a: stringifyCohort(next.a), b: stringifyCohort(next.b) });
  return (
    <>
      <PageHead title="Compare" note="two groups of sessions: before and after an edit, two models, two branches" />
      <div className="flex flex-col gap-3">
        <CohortEditor cohorts={cohorts} counts={answer.data && { a: answer.data.a.sessions, b: answer.data.b.sessions }} onChange={change} />
        <Answer query={answer}>{(data) => <Results data={data} />}</Answer>
      </div>
    </>
  );
}

function Results({ data }: { data: CompareAnswer }): ReactNode {
  const [chosen, setChosen] = useState<string>();
  const nothing = toNothingText(data);
  if (nothing !== undefined) {
    return (
      <Panel>
        <EmptyState title={nothing}>Choose another window, or take a restriction out.</EmptyState>
      </Panel>
    );
  }
  const metric: MetricComparison | undefined = data.metrics.find((one) => one.metric === chosen) ?? data.metrics[0];
  return (
    <>
      {data.summary.length > 0 && (
        <Panel title="In words">
          <ul className="flex list-disc flex-col gap-1 pl-4">
            {data.summary.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Panel>
      )}
      <Panel title="Figures of a session" note="median and p95 · difference of the medians with its 95 % interval · Mann-Whitney U" isFlush>
        <MetricsTable metrics={data.metrics} selected={metric?.metric} onSelect={setChosen} />
      </Panel>
      {metric && <MetricDetail metric={metric} a={data.a.label} b={data.b.label} />}
      <ConfigDiff config={data.config} />
    </>
  );
}

/** In a sentence, where a side has no session; undefined: there is something to compare. */
function toNothingText({ a, b }: CompareAnswer): string | undefined {
  if (a.sessions > 0 && b.sessions > 0) return undefined;
  if (a.sessions + b.sessions === 0) return 'Neither A nor B has a session: there is nothing to compare.';
  const [empty, full, count] = a.sessions === 0 ? ['A', 'B', b.sessions] : ['B', 'A', a.sessions];
  return `${empty} has no session, so there is nothing to compare the ${plural(count, 'session')} of ${full} with.`;
}
