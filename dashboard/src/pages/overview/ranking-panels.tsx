/** What one looks for first: the slowest tools and the most expensive sessions. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { OverviewAnswer } from '../../../../src/query/api/overview.ts';
import type { SessionRow } from '../../../../src/query/api/sessions.ts';
import { keyOfSession } from '../../api/session-list.ts';
import { CostText } from '../../components/cost-text.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { SessionLink } from '../../components/session-link.tsx';
import { parseFilterParams } from '../../models/filter-params.ts';
import { formatDuration, formatUsd, plural } from '../../models/format.ts';

const MOST_ROWS = 6;
const MORE = 'text-xs text-model-text hover:underline';

export function SlowestPanel({ tools, window }: { tools: OverviewAnswer['slowestTools']; window: string }): ReactNode {
  const rows = tools.slice(0, MOST_ROWS);
  const most = Math.max(1, ...rows.map(({ run }) => run.p95 ?? 0));
  return (
    <Panel
      title="Slowest tools"
      note={`p95 of the run time, ${window}`}
      isFlush
      actions={
        <Link to="/tools" search={keepFilter} className={MORE}>
          all tools
        </Link>
      }
    >
      {rows.length === 0 && <EmptyState title="No call in this window." />}
      <ul className="py-1">
        {rows.map(({ name, calls, run }) => (
          <li key={name} className="relative grid grid-cols-[minmax(0,1fr)_5rem_4.5rem_4.5rem] items-center gap-2 px-3 py-1 hover:bg-sunken">
            <Link to="/tools" search={(before: Record<string, unknown>) => ({ ...keepFilter(before), name, which: 'slowest' })} className="truncate font-medium after:absolute after:inset-0" title={`The slowest calls of ${name}`}>
              {name}
            </Link>
            <span aria-hidden className="h-1.5 overflow-hidden rounded-xs bg-sunken">
              <span className="block h-full rounded-xs bg-ok" style={{ width: `${((run.p95 ?? 0) / most) * 100}%` }} />
            </span>
            <span className="text-right">{formatDuration(run.p95)}</span>
            <span className="truncate text-right text-xs text-muted" title={`p50 ${formatDuration(run.p50)}, longest ${formatDuration(run.max)}`}>
              {plural(calls, 'call')}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function ExpensivePanel({ sessions, window }: { sessions: readonly SessionRow[]; window: string }): ReactNode {
  const rows = sessions.slice(0, MOST_ROWS);
  return (
    <Panel
      title="Most expensive sessions"
      note={window}
      isFlush
      actions={
        <Link to="/sessions" search={(before: Record<string, unknown>) => ({ ...keepFilter(before), order: 'cost' })} className={MORE}>
          all by cost
        </Link>
      }
    >
      {rows.length === 0 && <EmptyState title="No session with a price in this window." />}
      <ol className="py-1">
        {rows.map((row) => (
          <li key={keyOfSession(row)} className="relative flex items-center gap-2 px-3 py-1 hover:bg-sunken">
            <SessionLink session={row} className="min-w-0 flex-1 after:absolute after:inset-0" />
            <span className="shrink-0 text-xs text-muted">
              {row.agent}
              <span className="max-sm:hidden"> · {formatDuration(row.activeMillis)}</span>
            </span>
            <span className="w-18 shrink-0 text-right font-medium" title={row.cost.usd === undefined ? undefined : formatUsd(row.cost.usd)}>
              <CostText cost={row.cost} short />
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

const keepFilter = (search: Record<string, unknown>): Record<string, unknown> => ({ ...parseFilterParams(search) });
