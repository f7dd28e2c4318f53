/** `npm run new agent`, followed as docs/add-an-agent.md says it, in a copy of the project. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');
const FIXTURE = join(ROOT, 'test', 'fixtures', 'new-agent');

function copyProject(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'spoor-new-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const path of ['package.json', 'tsconfig.json', 'src', 'scripts/new.ts', 'test/contracts/agent.ts', 'test/contracts/agent.test.ts', 'test/golden/tree-text.ts']) cpSync(join(ROOT, path), join(root, path), { recursive: true });
  mkdirSync(join(root, 'test', 'fixtures', 'agents'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return root;
}

function run(root: string, args: string[], env: Record<string, string> = {}): { status: number | null; out: string } {
  const { NODE_TEST_CONTEXT: _, ...rest } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: { ...rest, ...env } });
  return { status, out: stdout + stderr };
}

const contract = (root: string, env?: Record<string, string>): { status: number | null; out: string } =>
  run(root, ['--conditions=spoor-source', '--test', '--test-reporter=spec', '--test-name-pattern=^wren-cli:', 'test/contracts/agent.test.ts'], env);

test('a new room compiles, the contract says what it lacks, and with its fixture it holds', (t) => {
  const root = copyProject(t);
  const made = run(root, ['scripts/new.ts', 'agent', 'wren-cli', 'Wren CLI']);
  assert.equal(made.status, 0, made.out);
  assert.match(readFileSync(join(root, 'src/agents/index.ts'), 'utf8'), /^import \{ wrenCli \} from '\.\/wren-cli\/agent\.ts';$[^]*, wrenCli\];$/m);
  const types = run(root, [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', '.']);
  assert.equal(types.status, 0, types.out);

  const without = contract(root);
  assert.equal(without.status, 1);
  assert.match(without.out, /no fixture in \S*test\/fixtures\/agents\/wren-cli/);

  cpSync(FIXTURE, join(root, 'test/fixtures/agents/wren-cli/first'), { recursive: true });
  const withFixture = contract(root, { SPOOR_UPDATE_GOLDEN: '1' });
  assert.equal(withFixture.status, 0, withFixture.out);
  const tree = readFileSync(join(root, 'test/fixtures/agents/wren-cli/first/tree.txt'), 'utf8');
  assert.match(tree, /turn 0 .*"Count the reeds\."[^]*tool shell ok call=c1[^]*mcp=birds\/sing denied/);
  assert.equal(contract(root).status, 0);
});

test('what cannot be made is refused in a sentence, and nothing is changed', (t) => {
  const root = copyProject(t);
  const list = readFileSync(join(root, 'src/agents/index.ts'), 'utf8');
  const cases: [args: string[], status: number, sentence: RegExp][] = [
    [['agent'], 2, /^Usage/],
    [['exporter', 'x'], 2, /^Usage/],
    [['agent', '../x'], 2, /cannot be an agent's id/],
    [['agent', 'Wren'], 2, /cannot be an agent's id/],
    [['agent', 'kiro'], 1, /is there already/],
  ];
  for (const [args, status, sentence] of cases) {
    const { status: code, out } = run(root, ['scripts/new.ts', ...args]);
    assert.deepEqual([code, sentence.test(out)], [status, true], out);
  }
  assert.equal(readFileSync(join(root, 'src/agents/index.ts'), 'utf8'), list);
  assert.ok(!existsSync(join(root, 'src/x')));
});
