/** The package as a user gets it: packed, unpacked elsewhere, its dependencies beside it, the suite laid over it. */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { runOrThrow } from './node-release.ts';

/** What may stand in the package. */
const WELCOME = /^(?:package\.json|README\.md|LICENSE|bin\/spoor\.mjs|dist\/.+\.(?:js|sql|sh|json)|dist\/vendor\/[\w-]+\.txt|dist\/share\/licenses\.txt|dist\/share\/share\.css|dist\/dashboard\/[\w/.-]+\.(?:html|svg|js|css|txt)(?:\.gz)?|skills\/[\w/-]+\.md|samples\/kiro\/sessions\/cli\/[\w-]+\.jsonl?)$/;

/** Tests of the workshop: they are about what is not in the package, or run in a browser, to which the version of Node.js is nothing. */
const WORKSHOP = ['test/scripts', 'test/real', 'test/live', 'test/dashboard', 'test/cli/export-html.test.ts'];

/**
 * What is not gone through once more. The packed package differs from the checkout in its files, in how they find each other, and here in the version
 * of Node.js: each module must be loaded and each use of Node.js (databases, threads, processes, sockets, files) made, and the other tests do that.
 * These take the same modules the same ways again with many more inputs, which is nothing to any of the three; or are about the tests' own tools.
 */
const REPEATED = [
  // Volume: parsers and writers whose own tests run.
  'test/fuzz/parsers.test.ts', 'test/fuzz/whole-path.test.ts', 'test/agents/opencode/fuzz.test.ts', 'test/redaction/corpus.test.ts', 'test/store/properties.test.ts', 'test/collector/import-modes.test.ts',
  // Each agent once more in every state of its settings: test/agents/*/install.test.ts runs.
  'test/contracts/installer.test.ts', 'test/contracts/installer-native.test.ts',
  // Whole sessions once more: those of Claude Code and test/agents/plays.test.ts run.
  'test/golden/kiro.test.ts', 'test/golden/kiro-v3.test.ts', 'test/golden/kiro-classic.test.ts',
  // Wait for deadlines more than anything else: test/doctor/checks.test.ts, test/cli/serve.test.ts and test/receiver/limits.test.ts run.
  'test/doctor/chain.test.ts', 'test/doctor/shells.test.ts', 'test/cli/serve-hostile.test.ts',
  // About what the tests are made with, and about papers.
  'test/stand-in/', 'test/bench/', 'test/docs/',
];

export interface Unpacked {
  /** The package's folder. */
  root: string;
  /** Paths in it. */
  files: string[];
}

/** Packs the checkout into `folder` and unpacks it there. */
export function unpackPackage(checkout: string, folder: string): Unpacked {
  runOrThrow('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], checkout);
  const [tarball] = globSync('*.tgz', { cwd: folder });
  if (!tarball) throw new Error(`npm pack left no package in ${folder}.`);
  runOrThrow('tar', ['-xzf', tarball], folder);
  // npm's own list hides what looks like an id, and session files are named by one.
  const listed = runOrThrow('tar', ['-tzf', tarball], folder).split('\n').filter((path) => path !== '' && !path.endsWith('/'));
  return { root: join(folder, 'package'), files: listed.map((path) => path.replace(/^package\//, '')).sort() };
}

/** What the package lacks and what it should not hold; empty when it is right. */
export function problemsOfContents(checkout: string, { files }: Unpacked): string[] {
  // The template is for those who work in the checkout.
  const sources = globSync('src/**/*.*', { cwd: checkout }).filter((path) => !path.includes('_template')).map((path) => path.replaceAll('\\', '/').replace(/^src\//, 'dist/').replace(/\.ts$/, '.js'));
  const samples = globSync('samples/**/*.*', { cwd: checkout });
  const needed = ['package.json', 'README.md', 'LICENSE', 'bin/spoor.mjs', 'dist/vendor/hono.js', 'dist/vendor/hono-licenses.txt', 'dist/dashboard/licenses.txt', 'dist/share/licenses.txt', ...sources, ...samples];
  return [
    ...needed.filter((path) => !files.includes(path)).map((path) => `the package lacks ${path}`),
    ...files.filter((path) => !WELCOME.test(path)).map((path) => `the package should not hold ${path}`),
  ];
}

/** Puts the runtime dependencies and those of theirs beside the package, from the checkout: no network. */
export function layDependencies(checkout: string, root: string): void {
  layNamed(checkout, root, Object.keys(readManifest(root).dependencies ?? {}));
}

/** Lays tests, the scripts that run them and what only tests need over the package. */
export function laySuite(checkout: string, root: string): void {
  for (const folder of ['test', 'scripts', 'fixtures', 'bench', 'docs']) {
    if (existsSync(join(checkout, folder))) cpSync(join(checkout, folder), join(root, folder), { recursive: true, filter: (path) => isLaid(relative(checkout, path).replaceAll('\\', '/')) });
  }
  layNamed(checkout, root, ['fast-check']);
}

/** `path`: in the checkout. */
function isLaid(path: string): boolean {
  if (WORKSHOP.some((apart) => path.startsWith(apart))) return false;
  return !path.endsWith('.test.ts') || !REPEATED.some((again) => path.startsWith(again));
}

function layNamed(checkout: string, root: string, names: string[]): void {
  for (const name of names) {
    const [from, to] = [join(checkout, 'node_modules', name), join(root, 'node_modules', name)];
    if (existsSync(to)) continue;
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { recursive: true, dereference: true });
    layNamed(checkout, root, Object.keys(readManifest(from).dependencies ?? {}));
  }
}

function readManifest(folder: string): { dependencies?: Record<string, string> } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { dependencies?: Record<string, string> };
}
