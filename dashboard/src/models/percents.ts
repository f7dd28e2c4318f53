/** Parts of a whole as per cents that add up as they are shown. */

/** Parts → per cents with one decimal, together 100.0 exactly: what rounding down leaves goes to the largest remainders. Nothing at all: none. */
export function toPercents(parts: readonly number[]): number[] {
  const whole = parts.reduce((sum, part) => sum + Math.max(0, part), 0);
  if (!(whole > 0)) return [];
  const exact = parts.map((part) => (Math.max(0, part) / whole) * 1000);
  const tenths = exact.map(Math.floor);
  const left = 1000 - tenths.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact.map((value, at) => ({ at, rest: value - Math.floor(value) })).sort((a, b) => b.rest - a.rest || a.at - b.at);
  for (const { at } of byRemainder.slice(0, left)) tenths[at] = (tenths[at] ?? 0) + 1;
  return tenths.map((part) => part / 10);
}
