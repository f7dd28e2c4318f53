/** The name of a session, leading to it; with a span, to that span in it. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SessionRow } from '../../../src/query/api/sessions.ts';
import { classNames } from './class-names.ts';

/** The agent's title or the first prompt, else its id: what a session is called. */
export function toTitle({ title, sessionId }: Pick<SessionRow, 'title' | 'sessionId'>): string {
  const line = title?.trim().split('\n', 1)[0];
  return line ? line : `Session ${sessionId.slice(0, 8)}`;
}

export interface SessionLinkProps {
  session: Pick<SessionRow, 'agent' | 'sessionId' | 'title'>;
  spanId?: string;
  children?: ReactNode;
  className?: string;
  /** -1: a row around it is what has the focus. */
  tabIndex?: number;
}

export function SessionLink({ session, spanId, children, className, tabIndex }: SessionLinkProps): ReactNode {
  return (
    <Link
      to="/sessions/$agent/$sessionId"
      params={{ agent: session.agent, sessionId: session.sessionId }}
      search={spanId === undefined ? {} : { span: spanId }}
      preload={false}
      tabIndex={tabIndex}
      title={session.title}
      className={classNames('truncate hover:text-model-text hover:underline', className)}
    >
      {children ?? toTitle(session)}
    </Link>
  );
}
