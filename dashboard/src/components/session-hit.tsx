/** A session that a search found: what it is called, and where its words stand. */
import type { ReactNode } from 'react';
import type { SessionRow } from '../../../src/query/api/sessions.ts';
import { formatAge, plural } from '../models/format.ts';
import { toTitle } from './session-link.tsx';
import { Snippet } from './snippet.tsx';
import { StateDot } from './state-dot.tsx';
import { useNow } from './use-now.ts';

export function SessionHit({ row }: { row: SessionRow }): ReactNode {
  const now = useNow();
  return (
    <span className="flex min-w-0 flex-col">
      <span className="flex min-w-0 items-center gap-2">
        <StateDot state={row.state} />
        <span className="truncate">{toTitle(row)}</span>
        <span className="ml-auto shrink-0 text-xs text-muted">
          {row.agent} · {plural(row.toolCalls, 'call')} · {formatAge(row.lastMillis, now)}
        </span>
      </span>
      {row.snippet !== undefined && <Snippet text={row.snippet} className="truncate pl-4 text-xs text-muted" />}
    </span>
  );
}
