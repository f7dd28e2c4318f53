/** The place of the gate: what agents may do, and what was decided. There is none yet, and the page says so. */
import { useMemo, type ReactNode } from 'react';
import type { CallsAnswer } from '../../../../src/query/api/tools.ts';
import { useFigures } from '../../api/use-figures.ts';
import { FilterBar, useFilter } from '../../components/filter-bar.tsx';
import { Answer, EmptyState } from '../../components/notice.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Panel } from '../../components/panel.tsx';
import { SpanLink } from '../../components/span-link.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatAge } from '../../models/format.ts';

const MOST = 50;

export function PolicyPage(): ReactNode {
  const { filter } = useFilter();
  const denied = useFigures<CallsAnswer>('/tools/calls', useMemo(() => ({ ...filter, which: 'denied', limit: MOST }), [filter]));
  const now = useNow();
  return (
    <>
      <PageHead title="Policy">
        <FilterBar />
      </PageHead>
      <div className="flex flex-col gap-3">
        <Panel title="Rules">
          <EmptyState title="This version of spoor has no gate.">It watches and blocks nothing. What people and the agents' own rules denied stands below.</EmptyState>
        </Panel>
        <Panel title="Denied calls" note={`the newest ${MOST}`} isFlush>
          <Answer query={denied}>
            {({ items }) =>
              items.length === 0 ? (
                <EmptyState title="No call was denied in this window." />
              ) : (
                <ul className="divide-y divide-line">
                  {items.map((call) => (
                    <li key={call.spanId} className="flex items-center gap-3 px-3 py-1.5">
                      <SpanLink agent={call.agent} sessionId={call.sessionId} spanId={call.spanId} className="min-w-0 truncate hover:underline">
                        <span className="font-medium text-deny-text">{call.tool}</span> <code className="font-mono text-xs text-muted">{call.summary}</code>
                      </SpanLink>
                      <span className="ml-auto shrink-0 text-muted">{formatAge(call.startMillis, now)}</span>
                    </li>
                  ))}
                </ul>
              )
            }
          </Answer>
        </Panel>
      </div>
    </>
  );
}
