/**
 * `node scripts/pack-test.ts [--suite-only | --visit-only]`: packs the project, unpacks it elsewhere, and there, on the oldest
 * Node.js that it promises to run on, runs its own suite and plays a user. Ends with the line `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fetchNode, runOrThrow } from './pack/node-release.ts';
import { visit } from './pack/own-processes.ts';
import { layDependencies, laySuite, problemsOfContents, unpackPackage, type Unpacked } from './pack/unpack.ts';

/** The lower end of `engines.node`. */
const OLDEST_NODE = '22.18.0';

const checkout = join(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'spoor-pack-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
try {
  runOrThrow(process.execPath, [join(checkout, 'scripts', 'build.ts')], checkout);
  const node = fetchNode(OLDEST_NODE);
  const unpacked = unpackPackage(checkout, work);
  console.log(`node ${runOrThrow(node, ['--version'], work).trim()}, ${unpacked.files.length} files in the package`);
  const problems = problemsOfContents(checkout, unpacked);
  tell('the package holds what is needed and nothing else', problems.length === 0 ? undefined : problems.join('\n        '));
  layDependencies(checkout, unpacked.root);
  if (!process.argv.includes('--suite-only')) await runVisit(node, unpacked);
  laySuite(checkout, unpacked.root);
  if (!process.argv.includes('--visit-only')) await runSuite(node, unpacked);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}`);
process.exitCode = totals.failed === 0 ? 0 : 1;

async function runVisit(node: string, { root }: Unpacked): Promise<void> {
  const home = join(work, 'home');
  mkdirSync(home);
  for (const [name, problem] of await visit({ root, node, home })) tell(name, problem);
}

/** The suite, against dist/, with an empty home. Its own standard error must stay empty. */
async function runSuite(node: string, { root }: Unpacked): Promise<void> {
  const home = join(work, 'suite-home');
  mkdirSync(home);
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}`, HOME: home };
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', join('scripts', 'run-tests.ts'), '--dist'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
    process.stdout.write(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  await new Promise((resolve) => child.on('close', resolve));
  const counts = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m.exec(said.out.trimEnd().split('\n').at(-1) ?? '');
  tell('the suite of the packed package ran to its end', counts ? undefined : said.err);
  tell('it left standard error empty', said.err === '' ? undefined : said.err);
  totals.passed += Number(counts?.[1] ?? 0);
  totals.failed += Number(counts?.[2] ?? 0);
  totals.skipped += Number(counts?.[3] ?? 0);
}

function tell(name: string, problem: string | undefined): void {
  totals[problem === undefined ? 'passed' : 'failed'] += 1;
  console.log(`${problem === undefined ? 'ok    ' : 'FAILED'}  ${name}${problem === undefined ? '' : `\n        ${problem}`}`);
}
