/** Each house rule finds what breaks it, and leaves alone what does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkBorders } from '../../scripts/check/borders.ts';
import type { CheckResult, House } from '../../scripts/check/check.ts';
import { checkCycles } from '../../scripts/check/cycles.ts';
import { parseExceptions, withoutExcepted } from '../../scripts/check/exceptions.ts';
import { checkFloors } from '../../scripts/check/floors.ts';
import { checkNames } from '../../scripts/check/names.ts';
import { checkPapers } from '../../scripts/check/papers.ts';
import { checkSizes } from '../../scripts/check/sizes.ts';
import { parseSource } from '../../scripts/check/source-file.ts';

/** A house of these files, on no disk. */
function houseOf(texts: Record<string, string>): House {
  const paths = Object.keys(texts).sort();
  return { root: '/', paths, files: paths.filter((path) => path.endsWith('.ts')).map((path) => parseSource(path, texts[path] ?? '')), read: (path) => texts[path] ?? '' };
}

const found = ({ findings }: CheckResult): string[] => findings.map(({ path, line, message }) => `${path}:${line ?? ''} ${message}`);

test('floors: down and doors are fine; up, sideways and impure are not', () => {
  const fine = houseOf({
    'src/core/span.ts': "import { hash } from './ids.ts';",
    'src/core/ids.ts': "import { hash } from 'node:crypto';",
    'src/semconv/names.ts': "import type { Span } from '../core/span.ts';",
    'src/assembly/assemble.ts': "import type { Store } from '../store/store.ts';\nimport { x } from '../core/span.ts';",
    'src/store/store.ts': "import type { Span } from '../core/span.ts';\nexport interface Store {}\nexport type { Span };",
    'src/spool/read.ts': "import { readFileSync } from 'node:fs';\nimport type { Home } from '../config/home.ts';",
    'src/cli/main.ts': "import { run } from '../collector/run.ts';",
  });
  assert.deepEqual(found(checkFloors(fine)), []);
  const broken = houseOf({
    'src/core/time.ts': "import { setTimeout } from 'node:timers/promises';",
    'src/assembly/assemble.ts': "import { openStore } from '../store/sqlite/open.ts';",
    'src/spool/read.ts': "import { findHome } from '../config/home.ts';",
    'src/agents/kiro/agent.ts': "import { parse } from '../codex/parse.ts';",
    'src/store/store.ts': 'export const LIMIT = 3;',
    'src/attic/box.ts': '',
    'src/cli/main.ts': "import { play } from '../../test/stand-in/play-session.ts';\nimport { run } from '#spoor/collector/run.ts';",
  });
  const lines = found(checkFloors(broken));
  for (const sign of [/core\/time\.ts:1 floor 0 is pure/, /assemble\.ts:1 floor 1 \(assembly\) imports upwards/, /spool and config share a floor/, /kiro knows codex/, /store\.ts:1 a door holds types only/, /attic stands on no floor/, /not shipped/, /relative paths/]) {
    assert.ok(lines.some((line) => sign.test(line)), `${sign} in:\n${lines.join('\n')}`);
  }
  assert.equal(lines.length, 8);
});

test('cycles: only imports that are there at run time count', () => {
  const types = houseOf({ 'src/core/a.ts': "import type { B } from './b.ts';", 'src/core/b.ts': "import { a } from './a.ts';" });
  assert.deepEqual(found(checkCycles(types)), []);
  const circle = houseOf({ 'src/core/a.ts': "export { b } from './b.ts';", 'src/core/b.ts': "const c = await import('./c.ts');", 'src/core/c.ts': "import './a.ts';" });
  assert.deepEqual(found(checkCycles(circle)), ['src/core/a.ts: imports itself: src/core/a.ts → src/core/b.ts → src/core/c.ts → src/core/a.ts']);
});

test('sizes: 300 lines a file, 60 a function', () => {
  const long = (lines: number): string => `function stretch() {\n${'x;\n'.repeat(lines - 2)}}\n`;
  assert.deepEqual(found(checkSizes(houseOf({ 'src/core/a.ts': long(60), 'src/core/b.ts': '\n'.repeat(300) }))), []);
  assert.deepEqual(found(checkSizes(houseOf({ 'test/a.test.ts': `describe('odd', () => {\n${'x;\n'.repeat(90)}});` }))), [], 'a suite is no function');
  assert.deepEqual(found(checkSizes(houseOf({ 'src/core/a.ts': long(61), 'src/core/b.ts': '\n'.repeat(301) }))), ['src/core/a.ts:1 the function stretch has 61 lines; 60 at most', 'src/core/b.ts: 301 lines; 300 at most']);
});

test('borders: the environment, the voice and the attribute names each have one room', () => {
  const fine = houseOf({
    'src/config/environment.ts': 'process.env.HOME;',
    'src/cli/output.ts': "console.log('x'); process.exit(1);",
    'src/collector/main.ts': 'process.exitCode = 1;',
    'src/semconv/names.ts': "const a = 'gen_ai.system';",
    'src/store/open.ts': "const file = 'spoor.db'; const log = `spoor.log`; const said = 'spoor. is a word';",
  });
  assert.deepEqual(found(checkBorders(fine)), []);
  const broken = houseOf({ 'src/store/open.ts': "process.env.HOME;\nconsole.log(1);\nprocess.exit(2);\nprocess.stdout.write('x');\nconst a = 'gen_ai.system';\nconst b = `spoor.outcome ${a}`;" });
  assert.deepEqual(found(checkBorders(broken)).map((line) => line.split(' ')[0]), ['src/store/open.ts:1', 'src/store/open.ts:2', 'src/store/open.ts:3', 'src/store/open.ts:4', 'src/store/open.ts:5', 'src/store/open.ts:6']);
});

test('names: empty words are found in what a file names, not in what it uses', () => {
  assert.deepEqual(found(checkNames(houseOf({ 'src/core/span.ts': "import { getStyleHelper as style } from 'odd';\nstyle.handleIt(managed);\ninterface Identity { impliedBy: string }" }))), []);
  const broken = houseOf({ 'src/core/span.ts': 'function handleEvent(commonPart: string) {}\nconst { a: spanManager } = x;\ninterface IStore { miscBits: 1 }\nclass SpanImpl {}', 'src/core/json-utils.ts': '', 'src/core/SpanList.ts': '' });
  assert.equal(found(checkNames(broken)).length, 8);
});

const PAPERS = {
  'package.json': '{"version":"1.2.3","dependencies":{"odd-bird":"4.5.6","@pydantic/genai-prices":"0.1.0"}}',
  'src/core/version.ts': "export const VERSION = '1.2.3';\nexport const PRICE_LIST_VERSION = '0.1.0';",
  'docs/dependencies.md': '## `odd-bird`\n## `@pydantic/genai-prices`\n',
};

test('papers: versions, dependencies, machines, switched-off tests', () => {
  assert.deepEqual(found(checkPapers(houseOf(PAPERS))), []);
  const broken = houseOf({
    ...PAPERS,
    'package.json': '{"version":"1.2.4","dependencies":{"odd-bird":"^4.5.6","new-bird":"1.0.0","@pydantic/genai-prices":"0.2.0"}}',
    'docs/dependencies.md': '## `odd-bird`\n## `old-bird`\n## `@pydantic/genai-prices`\n',
    'docs/notes.md': `Lies in ${'/root'}/.npmrc and comes from https://${'registry'}.npmjs.org/x`,
    'test/a.test.ts': `test.${'skip'}('x', () => {});`,
  });
  assert.equal(found(checkPapers(broken)).length, 8);
});

test('exceptions: a line with its reason takes out what it names, and nothing else', () => {
  const { exceptions, findings } = parseExceptions('# heading\n\nsizes src/otlp/generated/** lines # written by a program\nsizes src/core/a.ts\n');
  assert.equal(findings.length, 1);
  const used = new Set<(typeof exceptions)[number]>();
  const left = withoutExcepted('sizes', [{ path: 'src/otlp/generated/x.ts', message: '900 lines' }, { path: 'src/otlp/y.ts', message: '900 lines' }], exceptions, used);
  assert.deepEqual(left.map((finding) => finding.path), ['src/otlp/y.ts']);
  assert.equal(used.size, 1);
  assert.equal(withoutExcepted('names', [{ path: 'src/otlp/generated/x.ts', message: '900 lines' }], exceptions, used).length, 1);
});
