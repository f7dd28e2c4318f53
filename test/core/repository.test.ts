import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mergeRepositories, toBranch, toCommit, toRepositoryUrl } from '#spoor/core/repository.ts';

const COMMIT = '711e4e49860a0ad09b49de1983f2d9f4f1b493bb';

test('the address of a remote becomes that of its page, without names and passwords', () => {
  const cases: [remote: string, url: string | undefined][] = [
    ['https://github.com/ann/pond.git', 'https://github.com/ann/pond'],
    ['https://ann:hush@github.com/ann/pond.git', 'https://github.com/ann/pond'],
    ['https://hush@github.com/ann/pond', 'https://github.com/ann/pond'],
    ['git@github.com:ann/pond.git', 'https://github.com/ann/pond'],
    ['ssh://git@git.example.org:2222/ann/deep/pond.git', 'https://git.example.org/ann/deep/pond'],
    ['https://git.example.org:8443/ann/pond/', 'https://git.example.org:8443/ann/pond'],
    ['git://GitHub.com/ann/pond', 'https://github.com/ann/pond'],
    ['https://github.com/ann/pond.git?token=hush', 'https://github.com/ann/pond'],
    ['https://github.com/ann/pond;token=hush', 'https://github.com/ann/pond'],
    ['ann:hush@github.com/ann/pond.git', undefined],
    ['https://proxy.example/https://hush@github.com/ann/pond.git', undefined],
    ['https://ann:1234/hush@github.com/ann/pond.git', undefined],
    ['git@host.example:~ann/pond.git', 'https://host.example/~ann/pond'],
    ['/srv/git/pond.git', undefined],
    ['../pond', undefined],
    ['file:///srv/pond.git', undefined],
    ['C:\\work\\pond', undefined],
    ['C:/work/pond', undefined],
    ['', undefined],
    ['https://github.com/', undefined],
  ];
  for (const [remote, url] of cases) assert.equal(toRepositoryUrl(remote), url, remote);
});

test('no word before the @ of a remote ever stands in its address', () => {
  const word = fc.stringMatching(/^[a-z0-9]{12,20}$/);
  fc.assert(fc.property(word, word, fc.constantFrom('https', 'http', 'ssh', 'git'), (user, password, scheme) => {
    const url = toRepositoryUrl(`${scheme}://${user}:${password}@host.example/a/b.git`);
    assert.equal(url, 'https://host.example/a/b');
  }));
});

test('only what can be a commit or a branch is one', () => {
  assert.deepEqual([toCommit(COMMIT.toUpperCase()), toCommit(COMMIT.slice(1)), toCommit(undefined), toCommit('a'.repeat(64))], [COMMIT, undefined, undefined, 'a'.repeat(64)]);
  assert.deepEqual([toBranch('feat/one'), toBranch('HEAD'), toBranch('two words'), toBranch('x\u0007'), toBranch('y'.repeat(251)), toBranch('é'), toBranch('.invalid'), toBranch('a/.b')], ['feat/one', undefined, undefined, undefined, undefined, 'é', undefined, undefined]);
});

test('the best source is taken, and a commit never goes with the branch of another', () => {
  const url = 'https://host/a/b';
  assert.deepEqual(mergeRepositories([{ branch: 'main' }, { branch: 'main', commit: COMMIT, url }]), { branch: 'main', commit: COMMIT, url });
  assert.deepEqual(mergeRepositories([{ branch: 'main' }, { branch: 'other', commit: COMMIT, url }]), { branch: 'main', url });
  assert.deepEqual(mergeRepositories([{ branch: 'main' }, { commit: COMMIT }]), { branch: 'main' });
  assert.deepEqual(mergeRepositories([{ commit: COMMIT }, { branch: 'main', commit: 'b'.repeat(40) }]), { commit: COMMIT });
  assert.deepEqual(mergeRepositories([undefined, { branch: 'main', commit: undefined }]), { branch: 'main' });
  assert.equal(mergeRepositories([undefined, {}]), undefined);
});
