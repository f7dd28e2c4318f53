/**
 * A long list that comes page by page, each asked for with the key of the one before it. Pages far from what is shown forget their rows and keep
 * their key, so that a hundred thousand rows are a few hundred keys. Pure.
 */
import type { Page } from '../../../src/query/api/figures.ts';

export interface KeysetPage<T> {
  /** What it is asked for with; absent: the first. */
  after?: string;
  /** Place of its first row in the list. */
  start: number;
  count: number;
  /** Absent: forgotten, and to be asked for again. */
  rows?: readonly T[];
}

export interface KeysetPages<T> {
  pages: readonly KeysetPage<T>[];
  /** Key of the page behind the last; absent: not known (no page yet) or there is none. */
  next?: string;
  /** The last page of the list is among `pages`. */
  isComplete: boolean;
  /** As the server told it. */
  total?: number;
}

/** Places of rows, both inclusive. */
export interface Range {
  first: number;
  last: number;
}

/** What is to be asked next: a page again whose rows were forgotten, or the one behind the last. */
export interface PageRequest {
  page: number;
  after?: string;
}

/** Rows shown as coming where nobody knows how many there are. */
const GHOSTS = 30;
/** Pages before and behind those in view that keep their rows. */
const KEPT_PAGES = 4;

export function emptyPages<T>(): KeysetPages<T> {
  return { pages: [], isComplete: false };
}

/** Rows of which the place is known. */
export function knownCount(list: KeysetPages<unknown>): number {
  const last = list.pages.at(-1);
  return last ? last.start + last.count : 0;
}

/** How long the list is, for its scroll bar: exactly once all of it was seen, before that as told, else a bit more than what is known. */
export function countOf(list: KeysetPages<unknown>): number {
  const known = knownCount(list);
  if (list.isComplete) return known;
  return Math.max(list.total ?? 0, known + (list.pages.length === 0 ? 0 : GHOSTS));
}

/** Undefined: not known, forgotten, or past the end. */
export function rowAt<T>(list: KeysetPages<T>, index: number): T | undefined {
  const page = list.pages[pageOf(list, index)];
  return page?.rows?.[index - page.start];
}

/** Place of the row in the list that has this key; -1: none that is loaded. */
export function findRow<T>(list: KeysetPages<T>, isWanted: (row: T) => boolean): number {
  for (const page of list.pages) {
    const at = page.rows?.findIndex(isWanted) ?? -1;
    if (at !== -1) return page.start + at;
  }
  return -1;
}

/** Every row that is loaded, in order. */
export function loadedRows<T>(list: KeysetPages<T>): T[] {
  return list.pages.flatMap(({ rows }) => rows ?? []);
}

/** The next request that brings what is wanted nearer; undefined: all of it is there. */
export function toRequest(list: KeysetPages<unknown>, wanted: Range): PageRequest | undefined {
  const isBehind = wanted.first >= knownCount(list);
  for (let page = isBehind ? list.pages.length : Math.max(0, pageOf(list, wanted.first)); page < list.pages.length; page++) {
    const one = list.pages[page];
    if (!one || one.start > wanted.last) break;
    if (!one.rows) return { page, after: one.after };
  }
  if (list.isComplete || (list.pages.length > 0 && wanted.last < knownCount(list))) return undefined;
  return { page: list.pages.length, after: list.next };
}

/** The list with the answer to a request: a page more, or the rows of one again. */
export function withAnswer<T>(list: KeysetPages<T>, { page, after }: PageRequest, answer: Page<T>): KeysetPages<T> {
  const pages = [...list.pages];
  pages[page] = { ...(after === undefined ? {} : { after }), start: 0, count: answer.items.length, rows: answer.items };
  const isLast = page === pages.length - 1;
  const next = isLast ? answer.next : list.next;
  const total = answer.total ?? list.total;
  return { pages: withStarts(pages), isComplete: isLast ? answer.next === undefined : list.isComplete, ...(next === undefined ? {} : { next }), ...(total === undefined ? {} : { total }) };
}

/** Rows far from view are forgotten. Those of the first page stay: they tell what is new. */
export function withoutFar<T>(list: KeysetPages<T>, shown: Range): KeysetPages<T> {
  const last = knownCount(list) - 1;
  const [from, to] = [pageOf(list, Math.min(shown.first, last)) - KEPT_PAGES, pageOf(list, Math.min(shown.last, last)) + KEPT_PAGES];
  const isFar = (at: number): boolean => at > 0 && (at < from || at > to);
  if (!list.pages.some((page, at) => page.rows && isFar(at))) return list;
  return { ...list, pages: list.pages.map((page, at) => (page.rows && isFar(at) ? { ...page, rows: undefined } : page)) };
}

/** Rows that are loaded, as they are now: each stays where it stands. */
export function withRowsInPlace<T>(list: KeysetPages<T>, rows: readonly T[], keyOf: (row: T) => string): KeysetPages<T> {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return { ...list, pages: list.pages.map((page) => (page.rows?.some((row) => byKey.has(keyOf(row))) ? { ...page, rows: page.rows.map((row) => byKey.get(keyOf(row)) ?? row) } : page)) };
}

/** Numbers of the loaded pages that are in view. */
export function pagesIn(list: KeysetPages<unknown>, shown: Range): number[] {
  return list.pages.flatMap((page, at) => (page.rows && page.start <= shown.last && page.start + page.count > shown.first ? [at] : []));
}

/** Number of the page that has the row; -1: none yet. */
function pageOf(list: KeysetPages<unknown>, index: number): number {
  if (index < 0 || index >= knownCount(list)) return -1;
  let [low, high] = [0, list.pages.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((list.pages[middle]?.start ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

function withStarts<T>(pages: readonly KeysetPage<T>[]): KeysetPage<T>[] {
  let start = 0;
  return pages.map((page) => {
    const placed = page.start === start ? page : { ...page, start };
    start += page.count;
    return placed;
  });
}
