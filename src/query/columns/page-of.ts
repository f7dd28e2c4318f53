/** The highest of many rows, a page at a time, without sorting all of them. */

interface PageRequest {
  rows: Uint32Array;
  /** Of each row; none is NaN. */
  ranks: Float64Array;
  limit: number;
  /** `next` of the page before. */
  after?: string | undefined;
  /** The lowest first. */
  ascending?: boolean | undefined;
  /** What breaks ties and names a row in `next`; must not change from page to page. Absent: the row itself. */
  keyOf?(row: number): number;
}

/** Rows by rank, equal ones by key, the higher first; `next`: there are more. */
export function pageOf({ rows, ranks, limit, after, ascending = false, keyOf = (row) => row }: PageRequest): { rows: number[]; next?: string } {
  const sign = ascending ? -1 : 1;
  const place = parsePlace(after);
  const heap: Entry[] = [];
  for (let index = 0; index < rows.length; index++) {
    const rank = (ranks[index] ?? 0) * sign;
    // Most rows are below all that a full page has.
    if (heap.length > limit && heap[0] && rank < heap[0].rank) continue;
    const row = rows[index] ?? 0;
    const entry = { rank, key: keyOf(row) * sign, row };
    if (place && compareEntries(entry, { rank: place.rank * sign, key: place.key * sign }) >= 0) continue;
    if (heap.length <= limit) push(heap, entry);
    else if (heap[0] && compareEntries(entry, heap[0]) > 0) replaceLeast(heap, entry);
  }
  const page = heap.sort((a, b) => compareEntries(b, a));
  const isMore = page.length > limit;
  const shown = page.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown.map(({ row }) => row), ...(isMore && last ? { next: `${last.rank * sign}_${last.key * sign}` } : {}) };
}

interface Entry {
  rank: number;
  key: number;
  row: number;
}

function compareEntries(a: Pick<Entry, 'rank' | 'key'>, b: Pick<Entry, 'rank' | 'key'>): number {
  return a.rank - b.rank || a.key - b.key;
}

/** A heap with the least on top. */
function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const up = (at - 1) >> 1;
    const [parent, own] = [heap[up], heap[at]];
    if (!parent || !own || compareEntries(parent, own) <= 0) return;
    [heap[up], heap[at]] = [own, parent];
    at = up;
  }
}

function replaceLeast(heap: Entry[], entry: Entry): void {
  heap[0] = entry;
  for (let at = 0; ; ) {
    let least = at;
    for (const below of [2 * at + 1, 2 * at + 2]) {
      const [one, other] = [heap[below], heap[least]];
      if (one && other && compareEntries(one, other) < 0) least = below;
    }
    if (least === at) return;
    const [own, child] = [heap[at], heap[least]];
    if (own && child) [heap[at], heap[least]] = [child, own];
    at = least;
  }
}

/** Untrusted: it comes with a request. */
function parsePlace(after: string | undefined): { rank: number; key: number } | undefined {
  const [rank, key] = (after ?? '').split('_').map(Number);
  return rank === undefined || key === undefined || Number.isNaN(rank) || Number.isNaN(key) ? undefined : { rank, key };
}
