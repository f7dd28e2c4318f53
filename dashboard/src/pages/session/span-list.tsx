/** The spans of a session as an indented list, the first thousands of them. */
import type { ReactNode } from 'react';
import type { SessionAnswer } from '../../../../src/query/api/session.ts';
import { classNames } from '../../components/class-names.ts';
import { formatDuration } from '../../models/format.ts';

const MOST_ROWS = 2000;

export function SpanList({ answer: { spans, details }, selected, onSelect }: { answer: SessionAnswer; selected?: string; onSelect: (spanId: string) => void }): ReactNode {
  const depth: number[] = [];
  for (const [row, parent] of spans.parent.entries()) depth[row] = parent < 0 ? 0 : (depth[parent] ?? 0) + 1;
  return (
    <ul aria-label="Spans" className="min-h-0 flex-1 overflow-y-auto rounded-lg border border-line bg-panel py-1">
      {spans.id.slice(0, MOST_ROWS).map((id, row) => (
        <li key={id}>
          <button type="button" aria-current={id === selected} onClick={() => onSelect(id)} style={{ paddingLeft: 12 + (depth[row] ?? 0) * 16 }} className={classNames('flex h-6 w-full items-center gap-2 pr-3 text-left hover:bg-sunken', id === selected && 'bg-accent-soft')}>
            <span className={classNames('shrink-0 font-medium', spans.outcome[row] === 'error' && 'text-error-text', spans.outcome[row] === 'denied' && 'text-deny-text')}>{spans.name[row]}</span>
            <span className="min-w-0 flex-1 truncate font-mono text-xs text-muted">{details[row]?.summary}</span>
            <span className="shrink-0 text-xs text-muted">{formatDuration(spans.duration[row] === -1 ? undefined : spans.duration[row])}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
