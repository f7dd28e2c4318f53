/** A link into the waterfall of a session, at a span. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

export function SpanLink({ agent, sessionId, spanId, children, className }: { agent: string; sessionId: string; spanId?: string; children: ReactNode; className?: string }): ReactNode {
  return (
    <Link to="/sessions/$agent/$sessionId" params={{ agent, sessionId }} search={spanId === undefined ? {} : { span: spanId }} className={className ?? 'text-model-text hover:underline'}>
      {children}
    </Link>
  );
}
