/** What hooks and history told of the session, what is missing, and why. */
import type { ReactNode } from 'react';
import type { CoverageAnswer, CoverageRow, SessionAnswer } from '../../../../src/query/api/session.ts';
import { useFigures } from '../../api/use-figures.ts';
import { sessionPath } from '../../api/use-session.ts';
import { Chip } from '../../components/chip.tsx';
import { Answer, EmptyState } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatCount } from '../../models/format.ts';
import { toEstimatedText } from '../../models/session/estimated-steps.ts';

/** A long session's is a question of its own. */
export function CoverageTab({ answer }: { answer: SessionAnswer }): ReactNode {
  const estimated = toEstimatedText(answer);
  return (
    <>
      {estimated !== undefined && <p className="mb-2 px-1 text-muted">The {estimated}: they are drawn where they may have been, and count in no run time.</p>}
      {answer.coverage ? <Coverage rows={answer.coverage} /> : <AskedCoverage session={answer.session} />}
    </>
  );
}

function AskedCoverage({ session }: Pick<SessionAnswer, 'session'>): ReactNode {
  const query = useFigures<CoverageAnswer>(`${sessionPath(session)}/coverage`);
  return <Answer query={query}>{({ coverage }) => <Coverage rows={coverage} />}</Answer>;
}

function Coverage({ rows }: { rows: readonly CoverageRow[] }): ReactNode {
  return (
    <Panel title="What was told of this session" note="by hooks while it ran, and by the agent’s own history" isFlush>
      {rows.length === 0 && <EmptyState title="Nothing is known of its sources." />}
      <table className="w-full">
        <thead className="text-left text-xs text-muted">
          <tr>
            <th scope="col" className="px-3 py-1 font-medium">What</th>
            <th scope="col" className="px-3 py-1 text-right font-medium">Seen</th>
            <th scope="col" className="px-3 py-1 text-right font-medium">Expected</th>
            <th scope="col" className="px-3 py-1 font-medium">State</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ what, seen, expected, note }) => (
            <tr key={what} className="border-t border-line align-top">
              <th scope="row" className="px-3 py-1.5 text-left font-medium">{what}</th>
              <td className="px-3 py-1.5 text-right">{formatCount(seen)}</td>
              <td className="px-3 py-1.5 text-right text-muted">{formatCount(expected)}</td>
              <td className="px-3 py-1.5">
                {expected !== undefined && (seen >= expected ? <Chip tone="good">complete</Chip> : <Chip tone="wait">{formatCount(expected - seen)} missing</Chip>)}
                {note !== undefined && <span className="block text-muted">{note}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
