/** Files and functions that fit on a screen or two: beauty shows in the p90 and the maximum, not in the median. */
import type { CheckResult, Finding, House } from './check.ts';

const FILE_LINES_MAX = 300;
const FILE_LINES_GOOD = 200;
const FUNCTION_LINES_MAX = 60;

export function checkSizes(house: House): CheckResult {
  const fileSizes = house.files.map((file) => file.lines);
  const functionSizes = house.files.flatMap((file) => file.functions.map((one) => one.lines));
  const findings = house.files.flatMap((file): Finding[] => [
    ...(file.lines > FILE_LINES_MAX ? [{ path: file.path, message: `${file.lines} lines; ${FILE_LINES_MAX} at most` }] : []),
    ...file.functions
      .filter((one) => one.lines > FUNCTION_LINES_MAX)
      .map((one) => ({ path: file.path, line: one.line, message: `the function ${one.name} has ${one.lines} lines; ${FUNCTION_LINES_MAX} at most` })),
  ]);
  const long = fileSizes.filter((lines) => lines > FILE_LINES_GOOD).length;
  return { figures: `files ${spreadOf(fileSizes)}, ${long} above ${FILE_LINES_GOOD}; functions ${spreadOf(functionSizes)}`, findings };
}

function spreadOf(sizes: number[]): string {
  const sorted = sizes.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return `${sorted.length} (median ${at(0.5)}, p90 ${at(0.9)}, max ${sorted.at(-1) ?? 0})`;
}
