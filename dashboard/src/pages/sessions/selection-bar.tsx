/** What was chosen, and what can be done with it. */
import { Link } from '@tanstack/react-router';
import { ArrowLeftRight, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SessionRow } from '../../../../src/query/api/sessions.ts';
import { keyOfSession } from '../../api/session-list.ts';
import { Button } from '../../components/button.tsx';
import { toTitle } from '../../components/session-link.tsx';

export interface SelectionBarProps {
  selected: readonly SessionRow[];
  onRemove(row: SessionRow): void;
  onClear(): void;
}

/** Two sessions stand beside each other; of one or of more than two none. */
export function SelectionBar({ selected, onRemove, onClear }: SelectionBarProps): ReactNode {
  const [a, b] = selected;
  if (!a) return null;
  return (
    <div role="region" aria-label="Chosen sessions" className="mt-2 flex min-h-10 flex-wrap items-center gap-2 rounded-lg border border-accent bg-raised px-3 py-1.5 shadow-(--shadow)">
      <span className="font-medium whitespace-nowrap">{selected.length} chosen</span>
      <ul className="flex min-w-0 flex-1 items-center gap-1.5 overflow-hidden">
        {selected.slice(0, 3).map((row) => (
          <li key={keyOfSession(row)} className="flex h-7 max-w-64 min-w-0 items-center rounded-md bg-accent-soft pl-2 text-model-text">
            <span className="truncate">{toTitle(row)}</span>
            <button type="button" aria-label={`Without ${toTitle(row)}`} onClick={() => onRemove(row)} className="flex h-7 w-6 shrink-0 items-center justify-center">
              <X aria-hidden className="size-3.5" />
            </button>
          </li>
        ))}
        {selected.length > 3 && <li className="text-muted">+{selected.length - 3}</li>}
      </ul>
      {b && selected.length === 2 ? (
        <Link to="/compare" search={{ a: keyOfSession(a), b: keyOfSession(b) }} className="inline-flex h-7 items-center gap-1.5 rounded-md bg-accent px-2.5 font-medium text-on-accent">
          <ArrowLeftRight aria-hidden className="size-3.5" /> Compare <kbd className="text-xs">c</kbd>
        </Link>
      ) : (
        <span className="text-muted">{b ? 'Two can be compared.' : 'Choose one more to compare.'}</span>
      )}
      <Button onClick={onClear}>Clear</Button>
    </div>
  );
}
