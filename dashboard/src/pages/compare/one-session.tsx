/** One session that waits for another beside it. */
import type { ReactNode } from 'react';
import { useSession } from '../../api/use-session.ts';
import { Answer } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { SessionFigures } from './session-figures.tsx';
import { SessionPicker } from './session-picker.tsx';

export interface OneSessionProps {
  session: { agent: string; sessionId: string };
  /** Which side it stands on. */
  side: 'a' | 'b';
  /** `agent/id` for the other side. */
  onChoose(key: string): void;
}

export function OneSession({ session, side, onChoose }: OneSessionProps): ReactNode {
  const answer = useSession(session.agent, session.sessionId);
  const shown = (
    <div key={side} className="min-w-0">
      <Answer query={answer}>{(data) => <SessionFigures name={side.toUpperCase()} answer={data} longestMillis={data.session.activeMillis ?? 0} />}</Answer>
    </div>
  );
  const other = side === 'a' ? 'B' : 'A';
  const picker = (
    <Panel key={other} title={`${other} · choose another session`} note="to stand beside it">
      <SessionPicker label={`Session ${other}`} without={`${session.agent}/${session.sessionId}`} onChoose={onChoose} />
    </Panel>
  );
  return <div className="grid items-start gap-3 lg:grid-cols-2">{side === 'a' ? [shown, picker] : [picker, shown]}</div>;
}
