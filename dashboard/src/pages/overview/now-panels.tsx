/** What waits for a person, first; and what works by itself. Both grow by the second. */
import { Hand, MessageSquareText, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WaitingRow } from '../../../../src/query/api/overview.ts';
import type { SessionRow } from '../../../../src/query/api/sessions.ts';
import { keyOfSession } from '../../api/session-list.ts';
import { CostText } from '../../components/cost-text.tsx';
import { Panel } from '../../components/panel.tsx';
import { SessionLink } from '../../components/session-link.tsx';
import { ShareBar } from '../../components/share-bar.tsx';
import { StateDot } from '../../components/state-dot.tsx';
import { useNow } from '../../components/use-now.ts';
import { toActiveNowMillis } from '../../models/active-time.ts';
import { formatDuration, plural } from '../../models/format.ts';

const SECOND_MILLIS = 1000;

const WHY: Readonly<Record<WaitingRow['why'], { label: string; icon: LucideIcon; tone: string }>> = {
  permission: { label: 'asks you to allow', icon: Hand, tone: 'text-wait-text' },
  answer: { label: 'has answered', icon: MessageSquareText, tone: 'text-model-text' },
  error: { label: 'stopped with an error', icon: TriangleAlert, tone: 'text-error-text' },
};

export function NowPanels({ waiting, running }: { waiting: readonly WaitingRow[]; running: readonly SessionRow[] }): ReactNode {
  if (waiting.length === 0 && running.length === 0) return <p className="rounded-lg border border-line bg-panel px-3 py-2 text-muted">Nothing runs now, and nothing waits for you.</p>;
  return (
    <div className={waiting.length > 0 && running.length > 0 ? 'grid items-start gap-3 xl:grid-cols-2' : ''}>
      {waiting.length > 0 && (
        <Panel title="Waits for you" note={plural(waiting.length, 'session')} isFlush className="border-wait!">
          <ul className="divide-y divide-line">
            {waiting.map((row) => (
              <Waiting key={`${keyOfSession(row.session)} ${row.spanId ?? ''}`} row={row} />
            ))}
          </ul>
        </Panel>
      )}
      {running.length > 0 && (
        <Panel title="Runs now" note={plural(running.length, 'session')} isFlush>
          <ul className="divide-y divide-line">
            {running.map((row) => (
              <Running key={keyOfSession(row)} row={row} />
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}

function Waiting({ row: { session, why, what, spanId, sinceMillis } }: { row: WaitingRow }): ReactNode {
  const now = useNow(SECOND_MILLIS);
  const { label, icon: Icon, tone } = WHY[why];
  return (
    <li className="relative flex items-start gap-2.5 px-3 py-2 hover:bg-sunken">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${tone}`} />
      <div className="min-w-0 flex-1">
        <SessionLink session={session} spanId={spanId} className="block font-medium after:absolute after:inset-0" />
        <p className="truncate text-xs text-muted">
          {session.agent}
          {session.project !== undefined && ` · ${session.project}`} <span className={`font-medium ${tone}`}>{label}</span>
        </p>
        {what !== undefined && (
          <p className="mt-1 truncate rounded bg-sunken px-1.5 py-0.5 font-mono text-xs" title={what}>
            {what}
          </p>
        )}
      </div>
      <span className={`shrink-0 text-base font-semibold whitespace-nowrap ${tone}`} title="since">
        {formatDuration(toWholeSeconds(now - sinceMillis))}
      </span>
    </li>
  );
}

function Running({ row }: { row: SessionRow }): ReactNode {
  const now = useNow(SECOND_MILLIS);
  return (
    <li className="relative flex items-center gap-2.5 px-3 py-2 hover:bg-sunken">
      <StateDot state={row.state} />
      <div className="min-w-0 flex-1">
        <SessionLink session={row} className="block font-medium after:absolute after:inset-0" />
        <p className="truncate text-xs text-muted">
          {[row.agent, row.project, plural(row.toolCalls, 'call')].filter(Boolean).join(' · ')}
          {row.errors > 0 && <span className="text-error-text"> · {plural(row.errors, 'error')}</span>}
        </p>
      </div>
      <div className="hidden w-24 shrink-0 2xl:block">
        <ShareBar shares={row.shares} without={['idle']} height={6} />
      </div>
      <span className="hidden w-16 shrink-0 text-right sm:inline">
        <CostText cost={row.cost} short />
      </span>
      <span className="w-22 shrink-0 text-right text-base font-semibold whitespace-nowrap text-model-text" title="active time">
        {formatDuration(toWholeSeconds(toActiveNowMillis(row, now) ?? 0))}
      </span>
    </li>
  );
}

/** What is drawn once a second has no tenths to show. */
function toWholeSeconds(millis: number): number {
  return Math.max(0, Math.floor(millis / SECOND_MILLIS)) * SECOND_MILLIS;
}
