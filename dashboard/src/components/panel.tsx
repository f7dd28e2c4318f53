/** A titled box: what the pages are made of. */
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export interface PanelProps {
  title?: ReactNode;
  /** A word of explanation beside the title. */
  note?: ReactNode;
  /** Controls at the right of the title. */
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
  /** Without padding: a table or a list reaches the borders. */
  isFlush?: boolean;
}

export function Panel({ title, note, actions, children, className, isFlush = false }: PanelProps): ReactNode {
  return (
    <section className={classNames('flex min-w-0 flex-col rounded-lg border border-line bg-panel', className)}>
      {(title !== undefined || actions !== undefined) && (
        <header className="flex min-h-9 flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-3 py-1.5">
          <h2 className="font-semibold">{title}</h2>
          {note !== undefined && <span className="text-xs text-muted">{note}</span>}
          {actions !== undefined && <div className="ml-auto flex items-center gap-1">{actions}</div>}
        </header>
      )}
      <div className={classNames('min-h-0 min-w-0 flex-1', !isFlush && 'p-3')}>{children}</div>
    </section>
  );
}
