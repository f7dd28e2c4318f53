/** What a session does, as a dot with its word for those who do not see colours. */
import type { ReactNode } from 'react';
import type { SessionState } from '../../../src/query/api/sessions.ts';
import { classNames } from './class-names.ts';

const LOOKS: Readonly<Record<SessionState, { label: string; dot: string }>> = {
  running: { label: 'running', dot: 'bg-model animate-pulse' },
  waiting: { label: 'waits for you', dot: 'bg-wait ring-3 ring-wait-soft' },
  idle: { label: 'idle', dot: 'border-2 border-ok' },
  done: { label: 'done', dot: 'bg-ok' },
  failed: { label: 'failed', dot: 'bg-error rotate-45 rounded-none!' },
  unknown: { label: 'end not told', dot: 'border-2 border-dashed border-ok' },
};

export function StateDot({ state, withLabel = false }: { state: SessionState; withLabel?: boolean }): ReactNode {
  const { label, dot } = LOOKS[state];
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap" title={label}>
      <span aria-hidden className={classNames('inline-block size-2 shrink-0 rounded-full', dot)} />
      <span className={withLabel ? '' : 'sr-only'}>{label}</span>
    </span>
  );
}
