/** The page Sessions: all of them, dense, live; searched, restricted, sorted; two of them compared. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ArrowUp } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { SessionRow } from '../../../../src/query/api/sessions.ts';
import { keyOfSession } from '../../api/session-list.ts';
import { FilterBar } from '../../components/filter-bar.tsx';
import { ErrorState, Loading } from '../../components/notice.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { PHONE, useMedia } from '../../components/use-media.ts';
import { formatCount } from '../../models/format.ts';
import { countOf, findRow, knownCount, loadedRows, rowAt } from '../../models/keyset-pages.ts';
import { parseSessionsParams, toCohort, toggleOrder, type SessionsParams } from '../../models/sessions-params.ts';
import { useKeyHelp } from '../../shell/key-sheet.tsx';
import { Facets, OrderMenu } from './facets.tsx';
import { NoSessions } from './no-sessions.tsx';
import { SearchBox } from './search-box.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { SessionGrid, type GridPort } from './session-grid.tsx';
import { LIST_KEYS, useListKeys } from './use-list-keys.ts';
import { useFreshList, useSessionList, type ListPlace, type ShownList } from './use-session-list.ts';

export function SessionsPage(): ReactNode {
  const { params, set } = useSessionsParams();
  const shown = useSessionList(params);
  const port = useRef<GridPort>(null);
  const [active, setActive] = useActive(shown);
  const selection = useSelection();
  const isPhone = useMedia(PHONE);
  const onKey = useKeysOfPage({ shown, port, active, setActive, selection, params });
  const navigate = useNavigate();
  const isAtTop = useCallback(() => port.current?.isAtTop() ?? true, []);
  useFreshList(shown.list, isAtTop);
  useKeyHelp(LIST_KEYS);
  const { list, state, place, isStale } = shown;
  const onWords = useCallback((q: string) => set({ q: q.trim() === '' ? undefined : q }), [set]);
  const onOrder = (order: Parameters<typeof toggleOrder>[1]): void => set(toggleOrder(params, order));
  const isEmpty = state.isReady && !isStale && state.error === undefined && countOf(state.pages) === 0;
  return (
    <div className="flex h-full min-h-80 flex-col max-sm:[&_h1]:text-base">
      <PageHead title="Sessions" note={<Total shown={shown} />}>
        <FilterBar />
      </PageHead>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <SearchBox value={params.q ?? ''} onChange={onWords} onLeave={() => port.current?.focusRow(0)} />
        <div className="flex min-w-0 items-center gap-1 overflow-x-auto py-px max-sm:w-full">
          <OrderMenu params={params} onOrder={onOrder} />
          <Facets params={params} set={set} rows={() => loadedRows(state.pages)} />
        </div>
      </div>
      <div className="relative flex min-h-0 flex-1 flex-col">
        {state.fresh > 0 && !isStale && <FreshPill count={state.fresh} onShow={() => void list.restart().then(() => port.current?.scrollToTop())} />}
        {isEmpty && <NoSessions params={params} />}
        {!state.isReady && !isStale && <Loading rows={14} />}
        {state.error !== undefined && <ErrorState error={state.error} retry={() => void list.restart()} />}
        {countOf(state.pages) > 0 && (
          <SessionGrid
            key={JSON.stringify(params)}
            state={state}
            place={place}
            isStale={isStale}
            isSearching={params.q !== undefined}
            isPhone={isPhone}
            active={active}
            selected={selection.keys}
            order={params.order ?? 'last'}
            isAscending={params.asc ?? false}
            port={port}
            onShow={(first, last) => list.show({ first, last })}
            onActive={(index) => setActive((place.active = index))}
            onOpen={(row) => void navigate(toSession(row))}
            onSelect={selection.toggle}
            onOrder={onOrder}
            onKey={onKey}
          />
        )}
      </div>
      <SelectionBar selected={selection.rows} onRemove={selection.toggle} onClear={selection.clear} />
    </div>
  );
}

function useSessionsParams(): { params: SessionsParams; set: (change: Partial<SessionsParams>) => void } {
  const raw: Record<string, unknown> = useSearch({ strict: false });
  const key = JSON.stringify(parseSessionsParams(raw));
  const navigate = useNavigate();
  const params = useMemo(() => JSON.parse(key) as SessionsParams, [key]);
  const set = useCallback((change: Partial<SessionsParams>) => void navigate({ to: '.', search: (before: Record<string, unknown>) => ({ ...before, ...change }), replace: true }), [navigate]);
  return { params, set };
}

/** Place of the row that has the focus. Where rows come in above it, the focus stays with its session. */
function useActive({ state, place }: ShownList): [number, (index: number) => void] {
  const [active, setActive] = useState(place.active);
  const last = useRef<{ place: ListPlace; index: number; key?: string }>({ place, index: active });
  useEffect(() => {
    if (last.current.place !== place) {
      last.current = { place, index: place.active };
      setActive(place.active);
      return;
    }
    const row = rowAt(state.pages, active);
    const key = row && keyOfSession(row);
    const moved = last.current.index === active && last.current.key !== undefined && key !== last.current.key ? findRow(state.pages, (one) => keyOfSession(one) === last.current.key) : -1;
    if (moved !== -1) setActive((last.current.index = place.active = moved));
    else last.current = { place, index: active, key };
  }, [state.pages, place, active]);
  return [active, setActive];
}

interface Selection {
  keys: ReadonlySet<string>;
  rows: SessionRow[];
  toggle(row: SessionRow): void;
  clear(): void;
}

function useSelection(): Selection {
  const [rows, setRows] = useState<SessionRow[]>([]);
  return useMemo(() => {
    const keys = new Set(rows.map(keyOfSession));
    return {
      keys,
      rows,
      toggle: (row) => setRows(keys.has(keyOfSession(row)) ? rows.filter((one) => keyOfSession(one) !== keyOfSession(row)) : [...rows, row]),
      clear: () => setRows([]),
    };
  }, [rows]);
}

interface PageKeysOptions {
  shown: ShownList;
  port: { current: GridPort | null };
  active: number;
  setActive(index: number): void;
  selection: Selection;
  params: SessionsParams;
}

function useKeysOfPage({ shown, port, active, setActive, selection, params }: PageKeysOptions): ReturnType<typeof useListKeys> {
  const navigate = useNavigate();
  const { list, state, place } = shown;
  const options = useMemo(() => {
    const go = (index: number): void => {
      list.stopWalking();
      const last = countOf(list.getState().pages) - 1;
      const next = Math.max(0, Math.min(last, index));
      place.active = next;
      setActive(next);
      port.current?.focusRow(next);
    };
    const [a, b] = selection.rows;
    return {
      move: (rows: number) => go(active + rows),
      pageRows: () => port.current?.pageRows() ?? 1,
      toStart: () => go(0),
      toEnd: () => void list.walkToEnd().then((last) => last !== undefined && requestAnimationFrame(() => go(last))),
      activeRow: () => rowAt(state.pages, active),
      open: (row: SessionRow) => void navigate(toSession(row)),
      select: selection.toggle,
      compare: () => void navigate({ to: '/compare', search: a && b && selection.rows.length === 2 ? { a: keyOfSession(a), b: keyOfSession(b) } : { a: toCohort(params) } }),
      clear: () => {
        selection.clear();
        return selection.rows.length > 0;
      },
    };
  }, [list, state.pages, place, port, active, setActive, selection, params, navigate]);
  return useListKeys(options);
}

function toSession(row: SessionRow): { to: '/sessions/$agent/$sessionId'; params: { agent: string; sessionId: string }; search: object } {
  return { to: '/sessions/$agent/$sessionId', params: { agent: row.agent, sessionId: row.sessionId }, search: row.snippetSpanId === undefined ? {} : { span: row.snippetSpanId } };
}

function Total({ shown: { state, list } }: { shown: ShownList }): ReactNode {
  const known = knownCount(state.pages);
  if (state.isWalking) {
    return (
      <span role="status">
        to the end: {formatCount(known)}
        {state.pages.total !== undefined && ` of ${formatCount(state.pages.total)}`}{' '}
        <button type="button" onClick={list.stopWalking} className="underline">
          stop
        </button>
      </span>
    );
  }
  const total = state.pages.isComplete ? known : state.pages.total;
  if (!state.isReady) return null;
  return <span title="Each with what its subagents did">{total === undefined ? `more than ${formatCount(known)}` : formatCount(total)}<span className="max-sm:hidden">, incl. subagents</span></span>;
}

function FreshPill({ count, onShow }: { count: number; onShow: () => void }): ReactNode {
  return (
    <button type="button" onClick={onShow} className="absolute top-9 left-1/2 z-20 inline-flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-full bg-accent px-3 font-medium text-on-accent shadow-(--shadow)">
      <ArrowUp aria-hidden className="size-3.5" /> {count >= 200 ? '200+' : count} new
    </button>
  );
}
