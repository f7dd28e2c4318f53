/** One side of two sessions: its name, where its time went, its figures. */
import type { ReactNode } from 'react';
import type { SessionAnswer } from '../../../../src/query/api/session.ts';
import { Button } from '../../components/button.tsx';
import { CostText } from '../../components/cost-text.tsx';
import { Panel } from '../../components/panel.tsx';
import { toTitle } from '../../components/session-link.tsx';
import { ShareBar } from '../../components/share-bar.tsx';
import { SpanLink } from '../../components/span-link.tsx';
import { formatCount, formatDuration, formatTokens, plural } from '../../models/format.ts';

export interface SessionFiguresProps {
  name: string;
  answer: Pick<SessionAnswer, 'session'>;
  /** What fills the bar. */
  longestMillis: number;
  /** Another session is to stand here; absent: that is not offered. */
  onAnother?(): void;
}

export function SessionFigures({ name, answer: { session }, longestMillis, onAnother }: SessionFiguresProps): ReactNode {
  const facts = [
    session.agent,
    `${formatDuration(session.activeMillis)} active`,
    plural(session.turns, 'turn'),
    plural(session.toolCalls, 'call'),
    `${formatCount(session.errors)} failed`,
    `${formatTokens(session.tokens.input)} in`,
    `${formatTokens(session.tokens.output)} out`,
  ];
  return (
    <Panel
      title={
        <SpanLink agent={session.agent} sessionId={session.sessionId} className="line-clamp-2 hover:underline">
          {name} · {toTitle(session)}
        </SpanLink>
      }
      actions={
        onAnother && (
          <Button onClick={onAnother} aria-label={`Choose another session for ${name}`}>
            Choose another
          </Button>
        )
      }
    >
      {session.activeMillis !== undefined && <ShareBar shares={session.shares} without={['idle']} scaleMillis={longestMillis} height={12} />}
      <p className="mt-2 flex flex-wrap gap-x-3 text-muted">
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
        <CostText cost={session.cost} />
      </p>
    </Panel>
  );
}
