/** Where the list is empty: because of what was asked, or because nothing was traced yet. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useLive } from '../../api/live.ts';
import { EmptyState } from '../../components/notice.tsx';
import type { SessionsParams } from '../../models/sessions-params.ts';

export function NoSessions({ params }: { params: SessionsParams }): ReactNode {
  const { q, since, ...rest } = params;
  const { importing } = useLive();
  const isRestricted = Object.keys(rest).some((key) => key !== 'order' && key !== 'asc');
  if (q !== undefined) {
    return (
      <EmptyState title={`No session has the words “${q}”.`}>
        All words must be in one prompt, answer, command or output. “Quotes” for a phrase, prefix*, -without.
        {since !== 'all' && <ToAll />}
      </EmptyState>
    );
  }
  if (importing && !isRestricted) return <EmptyState title="Nothing here yet: the past is being imported.">The newest sessions come first, and by themselves.</EmptyState>;
  if (isRestricted || since !== 'all') {
    return (
      <EmptyState title={isRestricted ? 'No session is like that.' : `No session in the last ${since ?? '7d'}.`}>
        <ToAll />
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No session was traced yet.">
      <code>spoor install</code> traces what your agents do from now on; <code>spoor import</code> brings in what their own history has.
    </EmptyState>
  );
}

function ToAll(): ReactNode {
  return (
    <p className="mt-1">
      <Link to="/sessions" search={{ since: 'all' }} className="text-model-text underline">
        All sessions, of all time
      </Link>
    </p>
  );
}
