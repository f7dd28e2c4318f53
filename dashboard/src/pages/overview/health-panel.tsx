/** How the tracing itself is: good, or what to do about it. */
import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleX, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { DestinationHealth, HealthSummary } from '../../../../src/query/api/overview.ts';
import { Panel } from '../../components/panel.tsx';
import { useNow } from '../../components/use-now.ts';
import { ABSENT, formatAge, formatCount, formatDuration, plural } from '../../models/format.ts';

const LOOKS: Readonly<Record<HealthSummary['state'], { label: string; icon: LucideIcon; tone: string }>> = {
  good: { label: 'All is well', icon: CircleCheck, tone: 'text-good-text' },
  attention: { label: 'Needs attention', icon: TriangleAlert, tone: 'text-wait-text' },
  bad: { label: 'Something is broken', icon: CircleX, tone: 'text-error-text' },
};

/** `isWide`: its three parts stand beside each other where there is room. */
export function HealthPanel({ health, isWide = false }: { health: HealthSummary; isWide?: boolean }): ReactNode {
  const { label, icon: Icon, tone } = LOOKS[health.state];
  const now = useNow();
  return (
    <Panel
      title="Tracing"
      actions={
        <Link to="/health" className="text-xs text-model-text hover:underline">
          all of it
        </Link>
      }
    >
      <div className={isWide ? 'grid items-start gap-x-8 gap-y-3 lg:grid-cols-3' : 'flex flex-col gap-3'}>
        <div className="flex flex-col gap-2.5">
        <p className={`flex items-center gap-1.5 font-medium ${tone}`}>
          <Icon aria-hidden className="size-4" /> {label}
        </p>
        {health.notes.length > 0 && (
          <ul className="flex flex-col gap-1">
            {health.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
        {health.importing && <Progress label="importing history" {...health.importing} />}
        {health.indexing && health.indexing.done < health.indexing.total && <Progress label="indexing for search" {...health.indexing} />}
        </div>
        <Agents health={health} now={now} />
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1">
          <dt className="text-muted">Spool</dt>
          <dd>{health.spool.waiting === 0 ? 'empty' : `${plural(health.spool.waiting, 'event')} to read`}</dd>
          {health.destinations.map((one) => (
            <Destination key={one.name} one={one} />
          ))}
          <dt className="text-muted">Last error</dt>
          <dd>
            {health.lastError ? (
              <>
                <span className="text-error-text">{health.lastError.text}</span> <span className="text-muted">{formatAge(health.lastError.atMillis, now)}</span>
              </>
            ) : (
              'none'
            )}
          </dd>
        </dl>
      </div>
    </Panel>
  );
}

function Agents({ health, now }: { health: HealthSummary; now: number }): ReactNode {
  if (health.agents.length === 0) return null;
  return (
    <table className="w-full">
      <caption className="sr-only">Hooks by agent</caption>
      <thead className="text-xs text-muted">
        <tr>
          <th scope="col" className="text-left font-medium">Agent</th>
          <th scope="col" className="text-right font-medium" title="Events that its hooks told of">Hooks</th>
          <th scope="col" className="text-right font-medium" title="How long the agent waits for a hook: median and 95th percentile">p50 · p95</th>
          <th scope="col" className="text-right font-medium">Last</th>
        </tr>
      </thead>
      <tbody>
        {health.agents.map(({ agent, title, installed, hooksSeen, lastHookMillis, hook }) => (
          <tr key={agent} className="border-t border-line">
            <th scope="row" className="py-0.5 text-left font-normal">{title}</th>
            {installed ? (
              <>
                <td className="text-right">{formatCount(hooksSeen)}</td>
                <td className="text-right whitespace-nowrap text-muted">{hook.count === 0 ? ABSENT : `${formatDuration(hook.p50)} · ${formatDuration(hook.p95)}`}</td>
                <td className="text-right whitespace-nowrap text-muted">{lastHookMillis === undefined ? 'never' : formatAge(lastHookMillis, now).replace(' ago', '')}</td>
              </>
            ) : (
              <td colSpan={3} className="text-right text-muted">
                <code title="Not traced: this sets it up">spoor install {agent}</code>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Destination({ one }: { one: DestinationHealth }): ReactNode {
  const facts = [`${formatCount(one.sent)} sent`, ...(one.waiting > 0 ? [`${formatCount(one.waiting)} waiting`] : []), ...(one.held > 0 ? [`${formatCount(one.held)} held`] : []), ...(one.setAside > 0 ? [`${formatCount(one.setAside)} set aside`] : [])];
  return (
    <>
      <dt className="max-w-28 truncate text-muted" title={one.endpoint}>
        {one.name}
      </dt>
      <dd>
        {facts.join(', ')}
        {one.lastError !== undefined && <span className="block truncate text-error-text" title={one.lastError}>{one.lastError}</span>}
      </dd>
    </>
  );
}

function Progress({ label, done, total, leftMillis }: { label: string; done: number; total: number; leftMillis?: number }): ReactNode {
  return (
    <div>
      <div className="flex justify-between gap-2 text-xs">
        <span>
          {label} {formatCount(done)} of {formatCount(total)}
        </span>
        {leftMillis !== undefined && <span className="text-muted">{formatDuration(leftMillis)} left</span>}
      </div>
      <div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={total} aria-valuenow={done} className="mt-1 h-1.5 overflow-hidden rounded-full bg-sunken">
        <div className="h-full rounded-full bg-accent" style={{ width: `${total === 0 ? 0 : (done / total) * 100}%` }} />
      </div>
    </div>
  );
}
