/** The query string of a page ↔ its values: plain words, a list as repeated names, so that a person can read and write it. */

/** `?agent=kiro&agent=pi&q=x` → `{agent: ['kiro', 'pi'], q: 'x'}`. All values are text. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const params: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = Object.hasOwn(params, name) ? params[name] : undefined;
    params[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return params;
}

/** What is undefined, empty or false is left out. */
export function stringifySearch(params: Record<string, unknown>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined && one !== null && one !== '' && one !== false) search.append(name, String(one));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
