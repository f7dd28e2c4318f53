/**
 * `npm run check [name…]`: one line a check with its figures, then what it found. Leaves with 1 if anything was found.
 * An exception is a line with its reason in scripts/check/exceptions.txt; one that is no longer needed is itself a finding.
 */
import { checkBorders } from './check/borders.ts';
import type { Check, CheckResult, Finding } from './check/check.ts';
import { checkCycles } from './check/cycles.ts';
import { EXCEPTIONS_FILE, parseExceptions, withoutExcepted, type Exception } from './check/exceptions.ts';
import { checkFloors } from './check/floors.ts';
import { openHouse } from './check/house.ts';
import { checkNames } from './check/names.ts';
import { checkPapers } from './check/papers.ts';
import { checkSizes } from './check/sizes.ts';
import { checkDeadCode, checkLint, checkTypes } from './check/tools.ts';

const CHECKS: readonly Check[] = [
  { name: 'types', run: checkTypes },
  { name: 'lint', run: checkLint },
  { name: 'dead-code', run: checkDeadCode },
  { name: 'floors', run: checkFloors },
  { name: 'cycles', run: checkCycles },
  { name: 'sizes', run: checkSizes },
  { name: 'borders', run: checkBorders },
  { name: 'names', run: checkNames },
  { name: 'papers', run: checkPapers },
];

const asked = process.argv.slice(2);
const chosen = CHECKS.filter((check) => asked.length === 0 || asked.includes(check.name));
const unknown = asked.filter((name) => !CHECKS.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`There is no check "${unknown.join('", "')}". There are: ${CHECKS.map((check) => check.name).join(', ')}.`);
  process.exit(2);
}

const house = openHouse(process.cwd());
const { exceptions, findings: malformed } = parseExceptions(house.paths.includes(EXCEPTIONS_FILE) ? house.read(EXCEPTIONS_FILE) : '');
const used = new Set<Exception>();
// All at once: the slow ones are other programs.
const results = await Promise.all(chosen.map(async (check): Promise<[string, CheckResult]> => [check.name, await check.run(house)]));
let failed = 0;
for (const [name, { figures, findings }] of results) {
  const left = withoutExcepted(name, findings, exceptions, used);
  failed += tell(name, left, figures, findings.length - left.length);
}
const stale = exceptions.filter((one) => chosen.some((check) => check.name === one.check) && !used.has(one));
const unneeded = stale.map((one): Finding => ({ path: EXCEPTIONS_FILE, line: one.line, message: 'is no longer needed' }));
failed += tell('exceptions', [...malformed, ...unneeded], `${exceptions.length} lines`, 0);
process.exitCode = failed > 0 ? 1 : 0;

/** Prints one check; gives 1 if it failed. */
function tell(name: string, findings: Finding[], figures: string, excepted: number): number {
  const verdict = findings.length === 0 ? 'ok    ' : 'FAILED';
  console.log(`${verdict}  ${name.padEnd(10)}  ${figures}${excepted > 0 ? `, ${excepted} excepted` : ''}`);
  for (const { path, line, message } of findings) console.log(`          ${path}${line === undefined ? '' : `:${line}`}  ${message}`);
  return findings.length === 0 ? 0 : 1;
}
