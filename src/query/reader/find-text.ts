/** Which sessions have a text: words from `search.db`, sessions from the store. */
import type { ReadDatabase } from '../open-reading.ts';
import { toMatch } from '../search/match-expression.ts';
import { toSnippet } from '../search/snippet.ts';
import { readSpanTexts } from '../search/span-texts.ts';

/** Of a word that stands in more spans the sessions are not all told: each is asked, as far as a page needs. */
const FEW_SPANS = 5_000;
/** The newest so many that it stands in are known: a tenth of a second, and 8 MB. */
const MOST_SPANS = 1_000_000;

export interface TextSearch {
  /** Rows of sessions at the top in which it stands, each with the newest span that it stands in; undefined: it stands in too many to tell all. */
  all?: ReadonlyMap<number, number>;
  /** The newest span of this session's family that it stands in. */
  findIn(root: number): number | undefined;
  /** It stands in so many spans that the oldest are not looked at. */
  isCut: boolean;
  /** A piece of what stands in this span; undefined where its texts are gone. */
  toSnippet(span: number): { snippet: string; snippetSpanId: string } | undefined;
}

/** Undefined: nothing in this text can be looked for. Never throws for what is typed. */
export function createTextSearch(store: ReadDatabase, search: ReadDatabase, text: string): TextSearch | undefined {
  const match = toMatch(text);
  if (!match) return undefined;
  const spans = findSpans(search, match.expression);
  return {
    ...(spans.length > FEW_SPANS ? {} : { all: groupByRoot(store, spans) }),
    findIn: (root) => findIn(store, spans, root),
    isCut: spans.length === MOST_SPANS,
    toSnippet(span) {
      const spanId = store.sql('SELECT span_id FROM span WHERE id = ?').get(span)?.span_id;
      const snippet = toSnippet(readSpanTexts(store, span), match);
      return snippet === undefined || spanId === undefined ? undefined : { snippet, snippetSpanId: String(spanId) };
    },
  };
}

/** As one text: a row for each would take five times as long. */
const SPANS = `SELECT group_concat(span) AS spans FROM (SELECT rowid AS span FROM text WHERE text MATCH ? ORDER BY rowid DESC LIMIT ${MOST_SPANS})`;

/** Rows of spans, the newest first. */
function findSpans(search: ReadDatabase, expression: string): Float64Array {
  return Float64Array.from(JSON.parse(`[${String(search.sql(SPANS).get(expression)?.spans ?? '')}]`) as number[]);
}

const ROOTS = 'SELECT wanted.value AS span, session.root FROM json_each(?) AS wanted JOIN span ON span.id = wanted.value JOIN session ON session.id = span.session ORDER BY wanted.value DESC';

function groupByRoot(store: ReadDatabase, spans: Float64Array): Map<number, number> {
  const all = new Map<number, number>();
  for (const row of store.sql(ROOTS).all(`[${spans.join(',')}]`)) if (!all.has(Number(row.root))) all.set(Number(row.root), Number(row.span));
  return all;
}

const RANGES = `SELECT member.id, (SELECT min(id) FROM span WHERE session = member.id) AS least, (SELECT max(id) FROM span WHERE session = member.id) AS most
  FROM session AS member WHERE member.root = ?`;
/** Spans of other sessions that lie between those of one (they ran at the same time) are passed over, up to so many. */
const PASSED_OVER = 10_000;

function findIn(store: ReadDatabase, spans: Float64Array, root: number): number | undefined {
  const isOf = store.sql('SELECT 1 FROM span WHERE id = ? AND session = ?');
  let newest: number | undefined;
  for (const row of store.sql(RANGES).all(root)) {
    const [least, most] = [Number(row.least ?? 0), Number(row.most ?? -1)];
    const from = firstAtMost(spans, most);
    for (let at = from; at < spans.length && at < from + PASSED_OVER; at++) {
      const span = spans[at] ?? -1;
      if (span < least || span <= (newest ?? -1)) break;
      if (!isOf.get(span, row.id ?? 0)) continue;
      newest = span;
      break;
    }
  }
  return newest;
}

/** The first place of a falling list with no more than this. */
function firstAtMost(spans: Float64Array, most: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] ?? 0) <= most) high = middle;
    else low = middle + 1;
  }
  return low;
}
