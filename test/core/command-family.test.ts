import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toCommandFamily } from '#spoor/core/command-family.ts';

test('the program that counts is named, and nothing of its words', () => {
  const cases: [command: string, family: string | undefined][] = [
    ['npm test', 'npm'],
    ['cd pond && CI=1 sudo -u ann /usr/bin/npm test | tee log', 'npm'],
    ['cd pond', 'cd'],
    ['export A=b; source x.sh\ngit status', 'git'],
    ['timeout -k 5 10 node --test', 'node'],
    ['timeout 10s cargo build', 'cargo'],
    ['env A=1 B=2 python3 -m pytest', 'python3'],
    ['"/opt/my tools/run" x', 'run'],
    ['C:\\tools\\rg.exe foo', 'rg'],
    ['"C:\\tools\\rg.exe" foo', 'rg'],
    ["'git' log", 'git'],
    ['if [ -f x ]; then make all; fi', 'make'],
    ['(cd a && make)', 'make'],
    ['ls -la', 'ls'],
    ['sudo', 'sudo'],
    ['FOO=bar', undefined],
    ['', undefined],
    ['$(which node) x', undefined],
    ['./scripts/build.sh --fast', 'build.sh'],
    ['xargs -n 1 rm', 'rm'],
    ['<<EOF', undefined],
    ['2>/dev/null git log', 'git'],
    ['< in sort', 'sort'],
    ["# don't\ngit log", 'git'],
    ['cd a && \\\n  git push', 'git'],
    ['\\ls', 'ls'],
  ];
  for (const [command, family] of cases) assert.equal(toCommandFamily(command), family, command);
});

test('what is given to a variable, quoted or in a here-document is never taken for a program', () => {
  const cases: [command: string, family: string | undefined][] = [
    ['KEY="hush" make', 'make'], ["KEY='hush' curl x", 'curl'], ["KEY=$'hush' ls", 'ls'], ['env A=b"hush" node a', 'node'], ['KEY="hush"', undefined], ['KEY="$(x)" ls', 'ls'],
    ['KEY="two hush" make', 'make'], ['KEY="hush \\\n hush" make', 'make'], ['KEY="hush\nhush', undefined], ['KEY="hush hush\\', undefined], ["KEY='hush hush", undefined],
    [`KEY="${'hush '.repeat(500)}" make`, undefined], [': <<EOF\nhush\nEOF', ':'], ["export KEY=$(cat <<-'EOF'\nhush\nEOF\n)", 'export'], ['cd a; export KEY="hush"', 'cd'],
  ];
  for (const [command, family] of cases) assert.equal(toCommandFamily(command), family, command);
});

test('any text: it ends, and gives a plain name or nothing', () => {
  fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => {
    const family = toCommandFamily(text);
    assert.ok(family === undefined || family === '.' || family === ':' || /^[A-Za-z0-9][A-Za-z0-9._+-]{0,39}$/.test(family));
  }), { numRuns: 2000 });
  assert.equal(toCommandFamily(`"${'\\a'.repeat(500_000)}`), toCommandFamily(`"${'\\a'.repeat(500_000)}`));
});
