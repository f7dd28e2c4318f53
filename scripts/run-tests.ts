/**
 * `npm test [file or folder…]`: runs the suite with node:test, by default from the TypeScript sources. `--dist` runs it against
 * dist/, as the packed package does; `--real` runs test/real/ instead, which needs programs that scripts install; `--live` runs test/live/,
 * which needs agents that a script installs, where the system can do it in a network of nothing but loopback.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { run } from 'node:test';
import { installLiveAgents } from './live-agents.ts';
import { runOnLoopback } from './loopback.ts';
import { createTestReport, type TestEvent } from './test-report.ts';

/** No test of ours needs a tenth of it; one that hangs must not hang everything. */
const TEST_TIMEOUT_MILLIS = 10 * 60_000;
/** On a busy machine a few files may meet a race of their own; more than these have a common cause. */
const MOST_FILES_AGAIN = 4;

/** So many files more than cores at once: about half of what a file takes is waiting (for processes, browsers, deadlines). Those of `--live` wait for programs that keep time themselves. */
const BESIDE = process.argv.includes('--live') ? 0 : 1;

const root = join(import.meta.dirname, '..');
const words = process.argv.slice(2);
const named = words.filter((word) => !word.startsWith('--'));
const isDist = words.includes('--dist');
const isLive = words.includes('--live');
const folder = words.includes('--real') ? 'test/real' : isLive ? 'test/live' : 'test';

if (isLive) {
  // What is missing then, the tests say.
  await installLiveAgents().catch((error: Error) => console.error(`The agents could not be installed: ${error.message}`));
  const code = runOnLoopback([process.execPath, import.meta.filename, ...words]);
  if (code !== undefined) process.exit(code);
}

const files = (named.length > 0 ? named.flatMap(toFiles) : globSync(`${folder}/**/*.test.ts`, { cwd: root }).filter((file) => folder !== 'test' || !isApart(file))).sort();
if (files.length === 0) {
  console.error(`There are no tests in ${named.length > 0 ? named.join(', ') : folder}.`);
  process.exit(named.length > 0 ? 2 : 0);
}
console.log(`node ${process.version}`);
// Tests that start the program as a user does need dist/.
const built = isDist || spawnSync(process.execPath, [join(root, 'scripts', 'build.ts')], { stdio: 'inherit' }).status === 0;
const report = createTestReport((path) => relative(root, path), (line) => console.log(line));
await runFiles(files.map((file) => resolve(root, file)), availableParallelism() + BESIDE);
const again = report.failedFiles();
// A landing does not hang on one race: the file runs once more, alone, and what failed is told as flaky, to be mended.
if (process.env.CI && again.length > 0 && again.length <= MOST_FILES_AGAIN) {
  console.log(`\nonce more, alone: ${again.map((file) => relative(root, file)).join(', ')}`);
  report.forget(again);
  await runFiles(again, 1);
}
process.exitCode = report.close(files.length) && built ? 0 : 1;

async function runFiles(paths: string[], concurrency: number): Promise<void> {
  const execArgv = ['--disable-warning=ExperimentalWarning', ...(isDist ? [] : ['--conditions=spoor-source'])];
  for await (const event of run({ files: paths, concurrency, timeout: TEST_TIMEOUT_MILLIS, execArgv })) report.note(event as TestEvent);
}

/** Needs what is not here on every machine. */
function isApart(file: string): boolean {
  return ['real', 'live'].includes(file.split(sep)[1] ?? '');
}

function toFiles(word: string): string[] {
  return word.endsWith('.ts') ? [word] : globSync(`${word}/**/*.test.ts`, { cwd: root });
}
