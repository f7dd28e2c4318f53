/**
 * JSON that keeps `bigint`: written as `{"$n":"123"}`. A key of the data that looks like ours (`$n`, `$$n`, …) gets one more `$`,
 * so that any value comes back as it was, foreign data included. For our own rows and spool only. Throws RangeError on a value that
 * nests by the thousand: foreign text is asked with `isTooDeep` first.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(needsEscape(value) ? escape(value) : value);
}

/** The inverse of `toJson`. Throws on text that `toJson` did not write: our own rows being broken is a bug. */
export function fromJson<T>(text: string): T {
  const value: unknown = JSON.parse(text);
  // Most rows hold no bigint: the walk is then saved.
  return (text.includes('$n"') ? unescape(value) : value) as T;
}

/** Far beyond what any agent writes, far below what recursion over a value can bear. */
const MAX_DEPTH = 200;

/** Whether foreign JSON nests deeper than we walk into. Needs no stack, however deep. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const below: unknown[] = [];
    for (const item of level) {
      if (item === null || typeof item !== 'object') continue;
      for (const child of Array.isArray(item) ? (item as unknown[]) : Object.values(item)) if (child !== null && typeof child === 'object') below.push(child);
    }
    if (below.length === 0) return false;
    level = below;
  }
  return true;
}

const MARKED_KEY = /^\$+n$/;

/** Most values hold nothing of the kind, and to see that makes no garbage. */
function needsEscape(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some(needsEscape);
  for (const key in value) if (key.endsWith('$n') || needsEscape((value as Record<string, unknown>)[key])) return true;
  return false;
}

/** The value itself where nothing in it needs escaping, else a copy. A replacer function would cost five times as much. */
function escape(value: unknown): unknown {
  if (typeof value === 'bigint') return { $n: value.toString() };
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value.map(escape);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  let changed = false;
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    const escapedKey = MARKED_KEY.test(key) ? `$${key}` : key;
    const escapedItem = escape(item);
    if (escapedKey !== key || escapedItem !== item) changed = true;
    entries.push([escapedKey, escapedItem]);
  }
  return changed ? Object.fromEntries(entries) : value;
}

function unescape(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(unescape);
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === '$n' && typeof first[1] === 'string') return BigInt(first[1]);
  return Object.fromEntries(entries.map(([key, item]) => [MARKED_KEY.test(key) ? key.slice(1) : key, unescape(item)]));
}
