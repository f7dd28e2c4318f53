/** `GET /api/sessions` */
import { millisToNano } from '../../core/time.ts';
import type { Timed } from '../api/figures.ts';
import type { SessionRow, SessionsAnswer, SessionsQuery, SessionState } from '../api/sessions.ts';
import type { ReadDatabase } from '../open-reading.ts';
import type { ReaderContext } from '../question.ts';
import { createTextSearch, type TextSearch } from '../reader/find-text.ts';
import { listOpen, listRecent, type PageRequest, type RootPage } from '../reader/list-recent.ts';
import { readSessionRows } from '../reader/read-session-rows.ts';
import { readStates } from '../reader/read-states.ts';
import { OPEN_STATES, OPEN_WITHIN_MILLIS } from '../reader/session-state.ts';
import type { OrderAnswer } from './order-sessions.ts';

const LIMIT = 50;
const MOST = 500;
/** For a page that sessions must be looked through for one by one; what was found by then is told, and where to go on. */
const BUDGET_MILLIS = 250;
/** Asked for at once while many are passed over. */
const LEAST_PAGE = 20;

/** A page of sessions. What is not in order of time, or is filtered, is listed by the columns' thread. */
export async function answerSessions(query: SessionsQuery, context: ReaderContext): Promise<Omit<SessionsAnswer, keyof Timed>> {
  const store = context.open('database');
  const limit = toLimit(query.limit);
  const search = openTextSearch(query.text, store, context);
  if (search === 'nothing') return { items: [], longestActiveMillis: 0 };
  const among = search?.search.all && [...search.search.all.keys()];
  const states = toStates(query.state);
  const open = states && [...states].every((state) => OPEN_STATES.has(state)) ? listOpen(store, millisToNano(Math.max(0, context.nowMillis - OPEN_WITHIN_MILLIS))) : undefined;
  const wanted = among && open ? among.filter((root) => open.includes(root)) : (among ?? open);
  const list = createLister(query, { context, store, wanted });
  const spans = new Map<number, number>();
  const keep = (roots: readonly number[]): number[] => keepFitting(roots, { store, search: search?.search, states, spans, nowMillis: context.nowMillis });
  const page: Collected = search?.search || states ? await collect(list, keep, { limit, after: query.after }) : await list({ limit, after: query.after });
  const items = readSessionRows(store, page.roots, context.nowMillis);
  addSnippets(items, { page, search: search?.search, spans });
  return {
    items,
    ...(page.next === undefined ? {} : { next: page.next }),
    ...(page.total === undefined || states || (search && !among) ? {} : { total: page.total }),
    ...(page.isCut || search?.search.isCut ? { isCut: true } : {}),
    longestActiveMillis: Math.max(page.longestActiveMillis ?? 0, ...items.map(({ activeMillis = 0 }) => activeMillis)),
  };
}

function toLimit(limit: number | undefined): number {
  return limit === undefined || !Number.isFinite(limit) ? LIMIT : Math.max(1, Math.min(MOST, Math.floor(limit)));
}

function toStates(states: readonly SessionState[] | undefined): ReadonlySet<SessionState> | undefined {
  return states && states.length > 0 ? new Set(states) : undefined;
}

/** nothing: what is typed holds no word, or there is no index yet. */
function openTextSearch(text: string | undefined, store: ReadDatabase, context: ReaderContext): { search: TextSearch } | 'nothing' | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const search = createTextSearch(store, context.open('search'), text);
  return search ? { search } : 'nothing';
}

type Lister = (request: PageRequest) => Promise<RootPage>;

const FILTERS = ['fromMillis', 'toMillis', 'agent', 'project', 'model', 'branch', 'tool', 'skill', 'skillVersion', 'config', 'hasErrors', 'hasDenied'] as const;

function createLister(query: SessionsQuery, { context, store, wanted }: { context: ReaderContext; store: ReadDatabase; wanted: readonly number[] | undefined }): Lister {
  const isPlain = (query.order ?? 'last') === 'last' && !query.ascending && FILTERS.every((name) => query[name] === undefined || query[name] === false);
  if (isPlain) return async (request) => listRecent(store, { ...request, among: wanted });
  const { text: _text, state: _state, ...filter } = query;
  return async ({ limit, after }) => {
    const { after: _after, ...rest } = filter;
    const answer = (await context.ask({ name: 'order-sessions', query: { ...rest, limit, ...(after === undefined ? {} : { after }), ...(wanted ? { among: wanted } : {}) } })) as OrderAnswer;
    return { roots: answer.roots, total: answer.total, longestActiveMillis: answer.longestActiveMillis, ...(answer.next === undefined ? {} : { next: answer.next }) };
  };
}

interface Collected extends RootPage {
  isCut?: boolean;
}

/** Pages of candidates, until one page of those that fit is full, nothing is left, or the time is over. */
async function collect(list: Lister, keep: (roots: readonly number[]) => number[], { limit, after }: { limit: number; after: string | undefined }): Promise<Collected> {
  const until = performance.now() + BUDGET_MILLIS;
  const found: Collected = { roots: [] };
  for (let place = after; ; ) {
    const page = await list({ limit: Math.max(limit - found.roots.length, 1), after: place });
    found.roots.push(...keep(page.roots));
    found.total ??= page.total;
    found.longestActiveMillis ??= page.longestActiveMillis;
    delete found.next;
    if (page.next === undefined) return found;
    place = page.next;
    found.next = place;
    // A page with a gap at its end is a page; asking for the last few one by one would take longer.
    if (limit - found.roots.length < Math.min(LEAST_PAGE, limit)) return found;
    if (performance.now() >= until) return { ...found, isCut: true };
  }
}

interface Fitting {
  store: ReadDatabase;
  search: TextSearch | undefined;
  states: ReadonlySet<SessionState> | undefined;
  /** Filled: session → the span that a piece is shown of. */
  spans: Map<number, number>;
  nowMillis: number;
}

function keepFitting(roots: readonly number[], { store, search, states, spans, nowMillis }: Fitting): number[] {
  const stands = states && readStates(store, roots, nowMillis);
  return roots.filter((root) => {
    const state = stands?.get(root);
    if (states && (state === undefined || !states.has(state))) return false;
    if (!search) return true;
    const span = search.all ? search.all.get(root) : search.findIn(root);
    if (span !== undefined) spans.set(root, span);
    return span !== undefined;
  });
}

/** Rows that went meanwhile are missing among the items, so they are told apart by more than their place. */
function addSnippets(items: SessionRow[], { page, search, spans }: { page: RootPage; search: TextSearch | undefined; spans: ReadonlyMap<number, number> }): void {
  if (!search || items.length !== page.roots.length) return;
  for (const [place, item] of items.entries()) {
    const span = spans.get(page.roots[place] ?? -1);
    const found = span === undefined ? undefined : search.toSnippet(span);
    if (found) Object.assign(item, found);
  }
}
