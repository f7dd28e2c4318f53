/** Which sessions have a text: words from `search.db`, sessions from the store. */
import type { ReadDatabase } from '../open-reading.ts';
import { toMatch, type Match } from '../search/match-expression.ts';
import { toSnippet } from '../search/snippet.ts';
import { readSpanTexts } from '../search/span-texts.ts';

/** A word that stands in more spans than this is looked for session by session, as far as a page needs. */
const FEW_SPANS = 5_000;
/** Spans of other sessions that lie between those of one (they ran at the same time) are passed over, up to so many. */
const PASSED_OVER = 500;

export interface TextSearch {
  /** Rows of sessions at the top in which it stands, each with the newest span that it stands in; undefined: it stands in too many to tell all. */
  all?: ReadonlyMap<number, number>;
  /** The newest span of this session's family that it stands in. */
  findIn(root: number): number | undefined;
  /** A piece of what stands in this span; undefined where its texts are gone. */
  toSnippet(span: number): { snippet: string; snippetSpanId: string } | undefined;
}

/** Undefined: nothing in this text can be looked for. Never throws for what is typed. */
export function createTextSearch(store: ReadDatabase, search: ReadDatabase, text: string): TextSearch | undefined {
  const match = toMatch(text);
  if (!match) return undefined;
  return {
    ...findFew(store, search, match),
    findIn: (root) => findIn(store, search, { root, match }),
    toSnippet(span) {
      const spanId = store.sql('SELECT span_id FROM span WHERE id = ?').get(span)?.span_id;
      const snippet = toSnippet(readSpanTexts(store, span), match);
      return snippet === undefined || spanId === undefined ? undefined : { snippet, snippetSpanId: String(spanId) };
    },
  };
}

const SOME = `SELECT rowid FROM text WHERE text MATCH ? ORDER BY rowid DESC LIMIT ${FEW_SPANS + 1}`;
const ROOTS = 'SELECT wanted.value AS span, session.root FROM json_each(?) AS wanted JOIN span ON span.id = wanted.value JOIN session ON session.id = span.session ORDER BY wanted.value DESC';

function findFew(store: ReadDatabase, search: ReadDatabase, { expression }: Match): Pick<TextSearch, 'all'> {
  const spans = search.sql(SOME).all(expression).map(({ rowid }) => Number(rowid));
  if (spans.length > FEW_SPANS) return {};
  const all = new Map<number, number>();
  for (const row of store.sql(ROOTS).all(JSON.stringify(spans))) if (!all.has(Number(row.root))) all.set(Number(row.root), Number(row.span));
  return { all };
}

const RANGES = `SELECT member.id, (SELECT min(id) FROM span WHERE session = member.id) AS least, (SELECT max(id) FROM span WHERE session = member.id) AS most
  FROM session AS member WHERE member.root = ?`;
const IN_RANGE = `SELECT rowid FROM text WHERE text MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ${PASSED_OVER}`;

function findIn(store: ReadDatabase, search: ReadDatabase, { root, match }: { root: number; match: Match }): number | undefined {
  const isOf = store.sql('SELECT 1 FROM span WHERE id = ? AND session = ?');
  let newest: number | undefined;
  for (const { id, least, most } of store.sql(RANGES).all(root)) {
    if (least === null || most === null) continue;
    const spans = search.sql(IN_RANGE).all(match.expression, least ?? 0, most ?? 0).map(({ rowid }) => Number(rowid));
    const found = spans.find((span) => isOf.get(span, id ?? 0) !== undefined);
    if (found !== undefined) newest = Math.max(newest ?? 0, found);
  }
  return newest;
}
