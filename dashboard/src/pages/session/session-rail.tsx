/** What a session comes to, beside its waterfall: where the time went, its turns, what failed. */
import type { ReactNode } from 'react';
import type { SessionAnswer, TurnRow } from '../../../../src/query/api/session.ts';
import type { TimeShares } from '../../../../src/query/api/sessions.ts';
import { CostText } from '../../components/cost-text.tsx';
import { Panel } from '../../components/panel.tsx';
import { SHARE_PARTS, ShareBar } from '../../components/share-bar.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatDuration, plural } from '../../models/format.ts';
import { toPercents } from '../../models/waterfall/shares.ts';
import { toEstimatedText } from '../../models/session/estimated-steps.ts';
import { isEndUntold, toTurnMillis } from '../../models/session/turn-end.ts';
import { toFailedCalls } from '../../models/session/failed-calls.ts';

const MOST_FAILED = 12;

export function SessionRail({ answer, onSpan }: { answer: SessionAnswer; onSpan: (spanId: string) => void }): ReactNode {
  return (
    <div className="flex flex-col gap-3">
      <TimePanel shares={answer.session.shares} estimated={toEstimatedText(answer)} />
      <FailedPanel answer={answer} onSpan={onSpan} />
      <TurnsPanel answer={answer} onSpan={onSpan} />
    </div>
  );
}

/** The parts add up to 100.0 %: nothing is left unexplained, what nobody tells has a name of its own. `estimated`: what of it is not told, in words. */
export function TimePanel({ shares, estimated }: { shares: TimeShares; estimated: string | undefined }): ReactNode {
  const rows = SHARE_PARTS.filter(({ key }) => key !== 'gate' || shares.gate !== undefined);
  const percents = toPercents(rows.map(({ key }) => shares[key] ?? 0));
  const wall = rows.reduce((sum, { key }) => sum + (shares[key] ?? 0), 0);
  return (
    <Panel title="Where did the time go" note={formatDuration(wall)}>
      <ShareBar shares={shares} height={12} />
      <table className="mt-2 w-full">
        <caption className="sr-only">Shares of the wall time</caption>
        <tbody>
          {rows.map(({ key, label, color }, at) => (
            <tr key={key} className={(shares[key] ?? 0) > 0 ? '' : 'text-faint'}>
              <th scope="row" className="py-0.5 text-left font-normal">
                <span aria-hidden className="mr-2 inline-block size-2.5 rounded-xs" style={{ background: color }} />
                {label}
              </th>
              <td className="text-right">{formatDuration(shares[key])}</td>
              <td className="w-16 text-right text-muted">{percents.length === 0 || shares[key] === undefined ? '' : `${(percents[at] ?? 0).toFixed(1)} %`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {estimated !== undefined && <p className="mt-2 text-xs text-muted">The {estimated}: they count as between steps.</p>}
    </Panel>
  );
}

function FailedPanel({ answer, onSpan }: { answer: SessionAnswer; onSpan: (spanId: string) => void }): ReactNode {
  const failed = toFailedCalls(answer);
  if (failed.length === 0) return null;
  return (
    <Panel title="Failed calls" note={plural(failed.length, 'call')} isFlush>
      <ul className="py-1">
        {failed.slice(0, MOST_FAILED).map((call) => (
          <li key={call.spanId}>
            <button type="button" onClick={() => onSpan(call.spanId)} className="flex w-full min-w-0 items-baseline gap-2 px-3 py-1 text-left hover:bg-sunken">
              <span className="max-w-28 shrink-0 truncate font-medium text-error-text">{call.tool}</span>
              <span className="min-w-0 flex-1 font-mono text-xs text-muted">
                {call.summary !== undefined && <span className="block truncate">{call.summary}</span>}
                <span className="block truncate" title={call.message}>{call.message ?? call.errorType}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {failed.length > MOST_FAILED && <p className="border-t border-line px-3 py-1.5 text-xs text-muted">and {failed.length - MOST_FAILED} more: type “error” into the filter</p>}
    </Panel>
  );
}

function TurnsPanel({ answer, onSpan }: { answer: SessionAnswer; onSpan: (spanId: string) => void }): ReactNode {
  const { turns } = answer;
  const longest = Math.max(1, ...turns.map(({ activeMillis = 0 }) => activeMillis));
  return (
    <Panel title="Turns" note={`${turns.length}`} isFlush>
      <ol className="max-h-96 overflow-y-auto py-1" tabIndex={0} aria-label="Turns">
        {turns.map((turn) => (
          <li key={turn.spanId}>
            <button type="button" onClick={() => onSpan(turn.spanId)} className="flex w-full min-w-0 flex-col gap-1 px-3 py-1 text-left hover:bg-sunken">
              <span className="flex w-full min-w-0 items-baseline gap-2">
                <span className="shrink-0 text-xs text-muted">{turn.index + 1}</span>
                <span className="min-w-0 flex-1 truncate">{turn.prompt ?? 'Prompt not told'}</span>
                {turn.errors > 0 && <span className="shrink-0 text-xs text-error-text">{plural(turn.errors, 'error')}</span>}
                {turn.errors === 0 && (turn.outcome === 'error' || turn.outcome === 'timeout') && <span className="shrink-0 text-xs text-error-text">failed</span>}
                <span className="shrink-0 text-xs text-muted">
                  <TurnLength turn={turn} answer={answer} />
                </span>
              </span>
              <span className="flex w-full items-center gap-2">
                {turn.activeMillis === undefined ? <span className="flex-1" /> : <ShareBar shares={turn.shares} without={['idle']} scaleMillis={longest} height={4} />}
                <span className="shrink-0 text-xs text-muted">
                  <CostText cost={turn.cost} short />
                </span>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** One that is open grows while somebody works in it. */
export function TurnLength({ turn, answer }: { turn: TurnRow; answer: SessionAnswer }): ReactNode {
  const now = useNow(1000);
  const millis = toTurnMillis(turn, answer, now);
  if (millis === undefined && isEndUntold(turn)) return 'end not told';
  return <span title={millis === undefined ? 'Its times are estimated' : undefined}>{formatDuration(millis)}</span>;
}
