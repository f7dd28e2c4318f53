/** Folders as git lays them out (gitrepository-layout(5)). */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createRepositoryNoter } from '#spoor/collector/repository/note-repository.ts';
import { readRepository } from '#spoor/collector/repository/read-repository.ts';
import type { Fact } from '#spoor/core/fact.ts';

const [ONE, TWO, THREE] = ['1'.repeat(40), '2'.repeat(40), '3'.repeat(40)];

function lay(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'spoor-repository-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text.replaceAll('ROOT', root));
  }
  return root;
}

const CONFIG = '[core]\n\tbare = false\n[remote "fork"]\n\turl = https://fork.example/f/pond\n[remote "origin"]\n\turl = https://ann:hush@host.example/ann/pond.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n[branch "main"]\n\tremote = origin\n';

test('a branch with a loose ref, seen from a folder below', (t) => {
  const root = lay(t, { '.git/HEAD': 'ref: refs/heads/feat/one\n', '.git/refs/heads/feat/one': `${ONE}\n`, '.git/config': CONFIG, 'src/deep/file': '' });
  assert.deepEqual(readRepository(join(root, 'src/deep')), { url: 'https://host.example/ann/pond', branch: 'feat/one', commit: ONE });
});

test('a packed ref, CRLF, a detached head, a branch without a commit', (t) => {
  const packed = `# pack-refs with: peeled fully-peeled sorted \n${ONE} refs/heads/main-old\n${TWO} refs/heads/main\n^${THREE}\n${THREE} refs/tags/main\n`;
  const root = lay(t, {
    'packed/.git/HEAD': 'ref: refs/heads/main\n', 'packed/.git/packed-refs': packed,
    'detached/.git/HEAD': `${THREE}\n`,
    'young/.git/HEAD': 'ref: refs/heads/main\r\n', 'young/.git/config': '[remote "up"]\r\n\turl = git@host.example:ann/pond.git\r\n',
    'broken/.git/HEAD': 'what\n',
    'outside/.git/HEAD': 'ref: refs/../../secret\n', 'outside/secret': `${ONE}\n`,
  });
  const told = ['packed', 'detached', 'young', 'broken', 'outside', 'none'].map((name) => readRepository(join(root, name)));
  assert.deepEqual(told, [{ branch: 'main', commit: TWO }, { commit: THREE }, { url: 'https://host.example/ann/pond', branch: 'main' }, undefined, undefined, undefined]);
});

test('a worktree has its own head, and the refs and remotes of the main tree', (t) => {
  const root = lay(t, {
    'main/.git/HEAD': 'ref: refs/heads/main\n', 'main/.git/config': CONFIG, 'main/.git/refs/heads/side': `${TWO}\n`,
    'main/.git/worktrees/side/HEAD': 'ref: refs/heads/side\n', 'main/.git/worktrees/side/commondir': '../..\n',
    'side/.git': 'gitdir: ROOT/main/.git/worktrees/side\n',
  });
  assert.deepEqual(readRepository(join(root, 'side')), { url: 'https://host.example/ann/pond', branch: 'side', commit: TWO });
});

test('hostile folders: pipes, devices, rings and huge files tell nothing and hold nobody up', (t) => {
  const root = lay(t, { 'pipe/.git/x': '', 'huge/.git/HEAD': `ref: refs/heads/${'x'.repeat(5000)}`, 'ring/x': '', 'relative/.git': 'gitdir: ../../../../nowhere' });
  execFileSync('mkfifo', [join(root, 'pipe/.git/HEAD')]);
  symlinkSync('.git', join(root, 'ring/.git'));
  mkdirSync(join(root, 'device/.git'), { recursive: true });
  symlinkSync('/dev/zero', join(root, 'device/.git/HEAD'));
  for (const name of ['pipe', 'huge', 'ring', 'relative', 'device']) assert.equal(readRepository(join(root, name)), undefined, name);
  assert.equal(readRepository('relative/path'), undefined);
});

test('hooks of this moment are told with their repository, read once; late ones and histories are not', () => {
  let reads = 0;
  const read = (): { branch: string } => ({ branch: `b${++reads}` });
  const nowMillis = 1_000_000;
  const base = { agent: 'kiro', sessionId: 's', key: 'k', order: 0, at: { unixNano: 999_000_000_000n, source: 'hook', resolutionNano: 1 } } as const;
  const prompt: Fact = { ...base, source: 'hook', type: 'turn.started' };
  const note = createRepositoryNoter({ nowMillis: () => nowMillis, read });
  const repositories = (facts: Fact[], cwd?: string): unknown[] => note(facts, () => cwd).map((fact) => ('repository' in fact ? fact.repository : undefined));
  const seen: Fact = { ...base, source: 'hook', type: 'session.seen', cwd: '/work/pond' };
  assert.deepEqual(repositories([seen, prompt]), [{ branch: 'b1' }, { branch: 'b1' }]);
  assert.deepEqual(repositories([prompt], '/work/pond'), [{ branch: 'b1' }]);
  assert.deepEqual(repositories([prompt], '/work/other'), [{ branch: 'b2' }]);
  assert.deepEqual(repositories([prompt]), [undefined]);
  const late = { ...base, at: { ...base.at, unixNano: 980_000_000_000n } };
  assert.deepEqual(repositories([{ ...late, source: 'hook', type: 'turn.started' }, { ...base, source: 'history', type: 'turn.started' }], '/work/pond'), [undefined, undefined]);
});
