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

/** What the list is made of while it lives. */
interface Core {
  state: SessionListState;
  wanted: Range;
  /** Answers to what was asked before a restart are of another list. */
  generation: number;
  loading?: Promise<void>;
  watchers: Set<() => void>;
  askPage: AskPage;
}

export function createSessionList(askPage: AskPage): SessionList {
  const core: Core = { state: { pages: emptyPages(), longestActiveMillis: 0, fresh: 0, isReady: false, isWalking: false }, wanted: { first: 0, last: 0 }, generation: 0, watchers: new Set(), askPage };
  return {
    getState: () => core.state,
    subscribe: (watcher) => {
      core.watchers.add(watcher);
      return () => core.watchers.delete(watcher);
    },
    show: (range) => {
      if (core.state.isWalking) return;
      core.wanted = range;
      // What failed is tried again by `refresh` or a person, not by each scroll.
      if (core.state.error === undefined) void run(core);
    },
    walkToEnd: () => walkToEnd(core),
    stopWalking: () => {
      if (!core.state.isWalking) return;
      core.wanted = { first: 0, last: 0 };
      set(core, { isWalking: false });
    },
    refresh: (isAtTop) => refresh(core, isAtTop),
    restart: async () => {
      try {
        startOver(core, await askPage({ limit: PAGE_ROWS }));
      } catch (error) {
        set(core, { error, isReady: true });
      }
    },
  };
}

function set(core: Core, change: Partial<SessionListState>): void {
  core.state = { ...core.state, ...change };
  for (const watcher of core.watchers) watcher();
}

function take(answer: SessionsAnswer): Partial<SessionListState> {
  return { longestActiveMillis: Math.max(answer.longestActiveMillis, 1), queryMillis: answer.queryMillis, isReady: true, error: undefined };
}

/** A page that is asked for again has as many rows as before, so that the next one goes on behind it. */
function rowsOf({ state }: Core, page: number): number | undefined {
  return state.pages.pages[page]?.count || undefined;
}

/** Loads what is missing, one at a time; who is called while one loads waits for the same. */
function run(core: Core): Promise<void> {
  if (core.loading) return core.loading;
  const mine = load(core)
    .catch((error: unknown) => set(core, { error, isReady: true, isWalking: false }))
    .finally(() => {
      if (core.loading === mine) core.loading = undefined;
    });
  return (core.loading = mine);
}

async function load(core: Core): Promise<void> {
  const { generation } = core;
  for (let request = toRequest(core.state.pages, core.wanted); request; request = toRequest(core.state.pages, core.wanted)) {
    const answer = await core.askPage({ limit: rowsOf(core, request.page) ?? (core.state.isWalking ? WALKED_ROWS : PAGE_ROWS), after: request.after });
    if (generation !== core.generation) return;
    const known = knownCount(core.state.pages);
    const shown = core.state.isWalking ? { first: known, last: known } : core.wanted;
    set(core, { ...take(answer), pages: withoutFar(withAnswer(core.state.pages, request, answer), shown) });
  }
}

async function walkToEnd(core: Core): Promise<number | undefined> {
  set(core, { isWalking: true, error: undefined });
  core.wanted = { first: Number.MAX_SAFE_INTEGER, last: Number.MAX_SAFE_INTEGER };
  // One that runs sees at its next page that more is wanted.
  while (core.state.isWalking && !core.state.pages.isComplete) await run(core);
  if (!core.state.isWalking) return undefined;
  const last = countOf(core.state.pages) - 1;
  core.wanted = { first: last, last };
  set(core, { isWalking: false });
  return last;
}

async function refresh(core: Core, isAtTop: boolean): Promise<void> {
  const { generation, askPage } = core;
  const others = isAtTop ? [] : pagesIn(core.state.pages, core.wanted).filter((page) => page > 0);
  try {
    const [top, ...answers] = await Promise.all([askPage({ limit: PAGE_ROWS }), ...others.map((page) => askPage({ limit: rowsOf(core, page) ?? PAGE_ROWS, after: core.state.pages.pages[page]?.after }))]);
    if (generation !== core.generation || !top) return;
    takeTop(core, top, isAtTop);
    for (const answer of answers) set(core, { pages: withRowsInPlace(core.state.pages, answer.items, keyOfSession) });
  } catch (error) {
    // What is shown stays; that the server is away the head of the page says.
    if (!core.state.isReady || core.state.error !== undefined) set(core, { error, isReady: true });
  }
}

function startOver(core: Core, answer: SessionsAnswer): void {
  core.generation++;
  core.loading = undefined;
  set(core, { ...take(answer), pages: withAnswer(emptyPages(), { page: 0 }, answer), fresh: 0, isWalking: false });
}

function takeTop(core: Core, top: SessionsAnswer, isAtTop: boolean): void {
  if (isAtTop) return startOver(core, top);
  const known = new Set(loadedRows(core.state.pages).map(keyOfSession));
  const total = top.total ?? core.state.pages.total;
  const pages = withRowsInPlace(core.state.pages, top.items, keyOfSession);
  set(core, { ...take(top), pages: { ...pages, ...(total === undefined ? {} : { total }) }, fresh: top.items.filter((row) => !known.has(keyOfSession(row))).length });
}
