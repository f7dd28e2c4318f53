/** The list as a grid of which only what is in view is drawn. One row has the focus; keys move it. */
import { defaultRangeExtractor, useVirtualizer, type Range, type Virtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useCallback, useEffect, useImperativeHandle, useLayoutEffect, useRef, type KeyboardEvent, type MouseEvent, type ReactNode, type Ref, type RefObject } from 'react';
import type { SessionOrder, SessionRow } from '../../../../src/query/api/sessions.ts';
import { keyOfSession, type SessionListState } from '../../api/session-list.ts';
import { classNames } from '../../components/class-names.ts';
import { useNow } from '../../components/use-now.ts';
import { countOf, rowAt } from '../../models/keyset-pages.ts';
import { COLUMNS, GRID, type ListColumn } from './columns.tsx';
import { SessionListRow } from './session-list-row.tsx';
import type { ListPlace } from './use-session-list.ts';

const HEADER_PX = 28;
const LINE_PX = 28;
const PHONE_PX = 52;
const FOUND_PX = 20;
/** Rows drawn beyond those in view: a turn of the wheel shows no holes. */
const OVERSCAN_ROWS = 12;

export interface GridPort {
  /** Gives the row the focus and brings it into view. */
  focusRow(index: number): void;
  scrollToTop(): void;
  isAtTop(): boolean;
  /** Rows of a screen. */
  pageRows(): number;
}

export interface SessionGridProps {
  state: SessionListState;
  place: ListPlace;
  isStale: boolean;
  isSearching: boolean;
  isPhone: boolean;
  active: number;
  selected: ReadonlySet<string>;
  order: SessionOrder;
  isAscending: boolean;
  port: Ref<GridPort>;
  onShow(first: number, last: number): void;
  onActive(index: number): void;
  onOpen(row: SessionRow): void;
  onSelect(row: SessionRow): void;
  onOrder(order: SessionOrder): void;
  onKey(event: KeyboardEvent): void;
}

export function SessionGrid(props: SessionGridProps): ReactNode {
  const { state, isPhone, active, selected, isStale } = props;
  const frame = useRef<HTMLDivElement>(null);
  const now = useNow();
  const { virtual, count, height, header } = useRows(props, frame);
  return (
    <div
      ref={frame}
      role="grid"
      aria-label="Sessions"
      aria-rowcount={count + 1}
      aria-multiselectable
      aria-busy={isStale}
      onKeyDown={props.onKey}
      onClick={(event) => press(event, props)}
      onFocus={(event) => focus(event.target, props.onActive)}
      className={classNames('@container relative min-h-0 flex-1 overflow-y-auto overscroll-contain rounded-lg border border-line bg-panel', isStale && 'opacity-60')}
    >
      {!isPhone && <Header {...props} />}
      <div role="rowgroup" style={{ height: virtual.getTotalSize() - header }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rowAt(state.pages, item.index);
          return (
            <SessionListRow
              key={item.key}
              row={row}
              index={item.index}
              top={item.start}
              height={height}
              isPhone={isPhone}
              isActive={item.index === active}
              isSelected={row !== undefined && selected.has(keyOfSession(row))}
              nowMillis={now}
              longestActiveMillis={state.longestActiveMillis}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Which rows are drawn, and where one is in the list. */
function useRows({ state, place, isPhone, isSearching, active, port, onShow }: SessionGridProps, frame: RefObject<HTMLDivElement | null>): { virtual: Virtualizer<HTMLDivElement, Element>; count: number; height: number; header: number } {
  const count = countOf(state.pages);
  const height = (isPhone ? PHONE_PX : LINE_PX) + (isSearching ? FOUND_PX : 0);
  const header = isPhone ? 0 : HEADER_PX;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: OVERSCAN_ROWS,
    paddingStart: header,
    scrollPaddingStart: header,
    initialOffset: place.scrollTop,
    // The row with the focus stays, wherever one scrolls: a focus that is gone would begin at the top of the page again.
    rangeExtractor: useCallback((range: Range) => withIndex(defaultRangeExtractor(range), Math.min(active, range.count - 1)), [active]),
    getItemKey: useCallback((index: number) => toKey(rowAt(state.pages, index), index), [state.pages]),
  });
  useLayoutEffect(() => virtual.measure(), [virtual, height]);
  useImperativeHandle(port, () => toPort(frame, virtual, height), [frame, virtual, height]);
  const [first, last] = [virtual.range?.startIndex ?? 0, virtual.range?.endIndex ?? 0];
  useEffect(() => onShow(first, last), [onShow, first, last]);
  useEffect(() => {
    const element = frame.current;
    const note = (): void => {
      place.scrollTop = element?.scrollTop ?? 0;
    };
    element?.addEventListener('scroll', note, { passive: true });
    return () => element?.removeEventListener('scroll', note);
  }, [frame, place]);
  return { virtual, count, height, header };
}

function Header({ order, isAscending, onOrder }: SessionGridProps): ReactNode {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-panel" style={{ height: HEADER_PX }}>
      <div role="row" aria-rowindex={1} className={`${GRID} h-full text-xs text-muted`}>
        <div role="columnheader">
          <span className="sr-only">Chosen, and state</span>
        </div>
        {COLUMNS.map((column) => (
          <HeaderCell key={column.id} column={column} sorted={column.order === order ? (isAscending ? 'ascending' : 'descending') : 'none'} onOrder={onOrder} />
        ))}
      </div>
    </div>
  );
}

function HeaderCell({ column, sorted, onOrder }: { column: ListColumn; sorted: 'none' | 'ascending' | 'descending'; onOrder: (order: SessionOrder) => void }): ReactNode {
  const { order } = column;
  const Arrow = sorted === 'ascending' ? ArrowUp : ArrowDown;
  const className = classNames('font-medium whitespace-nowrap', column.className, column.isRight ? 'text-right' : 'text-left');
  if (order === undefined) {
    return (
      <div role="columnheader" title={column.title} className={className}>
        {column.header}
      </div>
    );
  }
  return (
    <div role="columnheader" aria-sort={sorted} title={column.title} className={className}>
      <button type="button" onClick={() => onOrder(order)} className={classNames('hover:text-text', sorted !== 'none' && 'text-text')}>
        {sorted !== 'none' && <Arrow aria-hidden className="mr-px inline size-3" />}
        {column.header}
      </button>
    </div>
  );
}

function toKey(row: SessionRow | undefined, index: number): string | number {
  return row ? keyOfSession(row) : index;
}

function withIndex(indexes: number[], index: number): number[] {
  return index < 0 || indexes.includes(index) ? indexes : [...indexes, index].sort((a, b) => a - b);
}

function indexOf(target: EventTarget): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return row ? Number(row.dataset.index) : undefined;
}

function focus(target: EventTarget, onActive: (index: number) => void): void {
  const index = indexOf(target);
  if (index !== undefined) onActive(index);
}

/** A click on the box chooses, on a link follows it, anywhere else on the row opens the session. */
function press(event: MouseEvent, { state, onActive, onOpen, onSelect }: SessionGridProps): void {
  const index = indexOf(event.target);
  const row = index === undefined ? undefined : rowAt(state.pages, index);
  if (index === undefined || !row) return;
  onActive(index);
  if (event.target instanceof HTMLInputElement) onSelect(row);
  else if (!(event.target instanceof Element && event.target.closest('a'))) onOpen(row);
}

interface Scroller {
  scrollToIndex(index: number, options: { align: 'auto' }): void;
  scrollToOffset(offset: number): void;
}

function toPort(frame: { current: HTMLDivElement | null }, virtual: Scroller, height: number): GridPort {
  return {
    focusRow: (index) => {
      virtual.scrollToIndex(index, { align: 'auto' });
      focusWhenDrawn(frame, index);
    },
    scrollToTop: () => virtual.scrollToOffset(0),
    isAtTop: () => (frame.current?.scrollTop ?? 0) < height,
    pageRows: () => Math.max(1, Math.floor(((frame.current?.clientHeight ?? 0) - HEADER_PX) / height) - 1),
  };
}

/** A row far away is drawn a moment after it was scrolled to. */
function focusWhenDrawn(frame: { current: HTMLDivElement | null }, index: number, triesLeft = 20): void {
  const row = frame.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
  if (row) row.focus({ preventScroll: true });
  else if (triesLeft > 0) requestAnimationFrame(() => focusWhenDrawn(frame, index, triesLeft - 1));
}
