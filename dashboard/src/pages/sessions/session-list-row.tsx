/** One session in the list: a line of 28 px, two on a phone; while one searches, what was found below it. */
import { memo, type ReactNode } from 'react';
import type { SessionRow } from '../../../../src/query/api/sessions.ts';
import { classNames } from '../../components/class-names.ts';
import { CostText } from '../../components/cost-text.tsx';
import { SessionLink, toTitle } from '../../components/session-link.tsx';
import { Snippet } from '../../components/snippet.tsx';
import { StateDot } from '../../components/state-dot.tsx';
import { formatAge, formatDuration, plural } from '../../models/format.ts';
import { COLUMNS, GRID, type RowContext } from './columns.tsx';

export interface ListRowProps extends RowContext {
  row: SessionRow | undefined;
  /** Its place in the whole list. */
  index: number;
  top: number;
  height: number;
  isPhone: boolean;
  isActive: boolean;
  isSelected: boolean;
}

/** Clicks and keys are the grid's: `data-index` tells it which row is meant. */
export const SessionListRow = memo(function SessionListRow({ row, index, top, height, isPhone, isActive, isSelected, ...context }: ListRowProps): ReactNode {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-index={index}
      tabIndex={isActive ? 0 : -1}
      className={classNames('absolute inset-x-0 top-0 cursor-pointer border-b border-line outline-offset-[-2px] hover:bg-sunken', isSelected && 'bg-accent-soft', isActive && 'shadow-[inset_3px_0_0_var(--accent)]')}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      {row === undefined ? <Coming /> : isPhone ? <PhoneLines row={row} isSelected={isSelected} nowMillis={context.nowMillis} /> : <WideLine row={row} isSelected={isSelected} context={context} />}
    </div>
  );
});

function WideLine({ row, isSelected, context }: { row: SessionRow; isSelected: boolean; context: RowContext }): ReactNode {
  return (
    <>
      <div role="presentation" className={`${GRID} h-7`}>
        <Mark row={row} isSelected={isSelected} />
        {COLUMNS.map((column) => (
          <div key={column.id} role="gridcell" className={classNames('truncate', column.isRight && 'text-right', column.className)}>
            {column.cell(row, context)}
          </div>
        ))}
      </div>
      <Found row={row} className="pl-14" />
    </>
  );
}

function PhoneLines({ row, isSelected, nowMillis }: { row: SessionRow; isSelected: boolean; nowMillis: number }): ReactNode {
  return (
    <>
      <div role="presentation" className="flex h-7 items-center gap-2 px-2 pt-1">
        <Mark row={row} isSelected={isSelected} />
        <div role="gridcell" className="flex min-w-0 flex-1 items-center gap-2">
          <SessionLink session={row} spanId={row.snippetSpanId} tabIndex={-1} className="min-w-0 font-medium" />
          <span className="ml-auto shrink-0 text-xs text-muted">{formatAge(row.lastMillis, nowMillis).replace(' ago', '')}</span>
        </div>
      </div>
      <div role="gridcell" className="flex h-5 items-center gap-2 truncate pr-2 pl-12 text-xs text-muted">
        <span className="truncate">
          {row.agent} · {row.project ?? row.models[0] ?? ''}
        </span>
        <span className="ml-auto shrink-0">{formatDuration(row.activeMillis)}</span>
        <span className="shrink-0">{plural(row.toolCalls, 'call')}</span>
        {row.errors > 0 && <span className="shrink-0 font-medium text-error-text">{plural(row.errors, 'error')}</span>}
        <span className="shrink-0 text-text">
          <CostText cost={row.cost} short />
        </span>
      </div>
      <Found row={row} className="pl-12" />
    </>
  );
}

function Mark({ row, isSelected }: { row: SessionRow; isSelected: boolean }): ReactNode {
  return (
    <div role="gridcell" className="flex items-center gap-2.5">
      <input type="checkbox" tabIndex={-1} checked={isSelected} readOnly aria-label={`Choose ${toTitle(row)}`} className="size-3.5 cursor-pointer accent-(--accent)" />
      <StateDot state={row.state} />
    </div>
  );
}

function Found({ row, className }: { row: SessionRow; className: string }): ReactNode {
  if (row.snippet === undefined) return null;
  return (
    <div role="gridcell" className={classNames('flex h-5 items-center pr-3 text-xs text-muted', className)}>
      <SessionLink session={row} spanId={row.snippetSpanId} tabIndex={-1} className="min-w-0">
        <Snippet text={row.snippet} />
      </SessionLink>
    </div>
  );
}

function Coming(): ReactNode {
  return (
    <div role="gridcell" aria-busy="true" className="flex h-7 items-center gap-3 px-2">
      <span className="sr-only">Loading</span>
      <span className="ml-8 h-3 w-2/5 rounded bg-sunken" />
      <span className="h-3 w-1/6 rounded bg-sunken" />
      <span className="ml-auto h-3 w-1/12 rounded bg-sunken" />
    </div>
  );
}
