/** The list of sessions as one scrolls through it: asks for what comes into view, and takes in what changes without moving what is looked at. */
import type { SessionRow, SessionsAnswer } from '../../../src/query/api/sessions.ts';
import { countOf, emptyPages, knownCount, loadedRows, pagesIn, toRequest, withAnswer, withoutFar, withRowsInPlace, type KeysetPages, type Range } from '../models/keyset-pages.ts';

export interface SessionListState {
  pages: KeysetPages<SessionRow>;
  /** What the bars of the list are scaled to. */
  longestActiveMillis: number;
  /** How many came in above what is shown. */
  fresh: number;
  /** The first answer is there. */
  isReady: boolean;
  /** It is on its way to the end of the list. */
  isWalking: boolean;
  queryMillis?: number;
  error?: unknown;
}

export interface SessionList {
  getState(): SessionListState;
  subscribe(watcher: () => void): () => void;
  /** Loads what is in view. */
  show(range: Range): void;
  /** Loads on until the last row is known; gives its place, or undefined where it was called off. */
  walkToEnd(): Promise<number | undefined>;
  stopWalking(): void;
  /** Something changed. `isAtTop`: the newest rows are looked at, so new ones may come in there. */
  refresh(isAtTop: boolean): Promise<void>;
  /** Begins again with the newest. */
  restart(): Promise<void>;
}

/** One page as the server is asked for it. */
export type AskPage = (page: { limit: number; after?: string }) => Promise<SessionsAnswer>;

/** A screen has about forty rows: a page lasts for a few of them. */
const PAGE_ROWS = 200;
/** As many as the server gives: on the way to the end of a long list nobody looks at the rows between. */
const WALKED_ROWS = 500;

export function keyOfSession(row: { agent: string; sessionId: string }): string {
  return `${row.agent}/${row.sessionId}`;
}

export function createSessionList(askPage: AskPage): SessionList {
  let state: SessionListState = { pages: emptyPages(), longestActiveMillis: 0, fresh: 0, isReady: false, isWalking: false };
  let wanted: Range = { first: 0, last: 0 };
  let loading: Promise<void> | undefined;
  /** Answers to what was asked before a restart are of another list. */
  let generation = 0;
  const watchers = new Set<() => void>();
  const set = (change: Partial<SessionListState>): void => {
    state = { ...state, ...change };
    for (const watcher of watchers) watcher();
  };
  const take = (answer: SessionsAnswer): Partial<SessionListState> => ({ longestActiveMillis: Math.max(answer.longestActiveMillis, 1), queryMillis: answer.queryMillis, isReady: true, error: undefined });

  /** A page that is asked for again has as many rows as before, so that the next one goes on behind it. */
  const rowsOf = (page: number): number | undefined => state.pages.pages[page]?.count || undefined;

  const load = async (): Promise<void> => {
    const mine = generation;
    for (let request = toRequest(state.pages, wanted); request; request = toRequest(state.pages, wanted)) {
      const answer = await askPage({ limit: rowsOf(request.page) ?? (state.isWalking ? WALKED_ROWS : PAGE_ROWS), after: request.after });
      if (mine !== generation) return;
      set({ ...take(answer), pages: withoutFar(withAnswer(state.pages, request, answer), state.isWalking ? { first: knownCount(state.pages), last: knownCount(state.pages) } : wanted) });
    }
  };
  const run = (): Promise<void> => {
    if (loading) return loading;
    const mine = load()
      .catch((error: unknown) => set({ error, isReady: true, isWalking: false }))
      .finally(() => {
        if (loading === mine) loading = undefined;
      });
    return (loading = mine);
  };
  const startOver = (answer: SessionsAnswer): void => {
    generation++;
    loading = undefined;
    set({ ...take(answer), pages: withAnswer(emptyPages(), { page: 0 }, answer), fresh: 0, isWalking: false });
  };
  const takeTop = (top: SessionsAnswer, isAtTop: boolean): void => {
    if (isAtTop) return startOver(top);
    const known = new Set(loadedRows(state.pages).map(keyOfSession));
    const total = top.total ?? state.pages.total;
    const pages = withRowsInPlace(state.pages, top.items, keyOfSession);
    set({ ...take(top), pages: { ...pages, ...(total === undefined ? {} : { total }) }, fresh: top.items.filter((row) => !known.has(keyOfSession(row))).length });
  };

  return {
    getState: () => state,
    subscribe: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    show: (range) => {
      if (state.isWalking) return;
      wanted = range;
      // What failed is tried again by `refresh` or a person, not by each scroll.
      if (state.error === undefined) void run();
    },
    walkToEnd: async () => {
      set({ isWalking: true, error: undefined });
      wanted = { first: Number.MAX_SAFE_INTEGER, last: Number.MAX_SAFE_INTEGER };
      // One that runs sees at its next page that more is wanted.
      while (state.isWalking && !state.pages.isComplete) await run();
      if (!state.isWalking) return undefined;
      const last = countOf(state.pages) - 1;
      wanted = { first: last, last };
      set({ isWalking: false });
      return last;
    },
    stopWalking: () => {
      if (!state.isWalking) return;
      wanted = { first: 0, last: 0 };
      set({ isWalking: false });
    },
    refresh: async (isAtTop) => {
      const mine = generation;
      const others = isAtTop ? [] : pagesIn(state.pages, wanted).filter((page) => page > 0);
      try {
        const [top, ...answers] = await Promise.all([askPage({ limit: PAGE_ROWS }), ...others.map((page) => askPage({ limit: rowsOf(page) ?? PAGE_ROWS, after: state.pages.pages[page]?.after }))]);
        if (mine !== generation || !top) return;
        takeTop(top, isAtTop);
        for (const answer of answers) set({ pages: withRowsInPlace(state.pages, answer.items, keyOfSession) });
      } catch (error) {
        if (!state.isReady || state.error !== undefined) set({ error, isReady: true });
      }
    },
    restart: async () => {
      try {
        startOver(await askPage({ limit: PAGE_ROWS }));
      } catch (error) {
        set({ error, isReady: true });
      }
    },
  };
}
