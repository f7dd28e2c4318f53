import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { FileEdit, InstallPlan } from '#spoor/agents/agent.ts';
import { homeAt, type Home } from '#spoor/config/home.ts';
import { listInstalledAgents, loadInstallRecord } from '#spoor/config/install-record.ts';
import { InstallationError } from '#spoor/installation/apply-edits.ts';
import { installAgent, uninstallAgent } from '#spoor/installation/install-agent.ts';

function createFolder(t: TestContext): { root: string; home: Home; put(name: string, text: string): string } {
  const root = mkdtempSync(join(tmpdir(), 'spoor-installation-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const put = (name: string, text: string): string => {
    writeFileSync(join(root, name), text);
    return join(root, name);
  };
  return { root, home: homeAt(join(root, 'spoor')), put };
}

function toPlan(...edits: FileEdit[]): InstallPlan {
  return { edits, notes: [] };
}

function change(path: string, before: string | undefined, after: string | undefined): FileEdit {
  return { path, ...(before === undefined ? {} : { before: Buffer.from(before) }), ...(after === undefined ? {} : { after: Buffer.from(after) }) };
}

const FIRST = Date.parse('2026-01-31T09:00:00Z');

test('all or nothing: what was written is taken back when a later file cannot be', (t) => {
  const { root, home, put } = createFolder(t);
  const one = put('one', 'first');
  const blocked = join(root, 'blocked');
  writeFileSync(blocked, 'a file, where a folder is needed');
  const edits = [change(one, 'first', 'changed'), change(join(root, 'deep/new/two'), undefined, 'new'), change(join(blocked, 'three'), undefined, 'x')];
  assert.throws(() => installAgent({ home, agent: 'kiro', plan: toPlan(...edits), nowMillis: FIRST }), InstallationError);
  assert.equal(readFileSync(one, 'utf8'), 'first');
  assert.ok(!existsSync(join(root, 'deep')));
  assert.equal(loadInstallRecord(home, 'kiro'), undefined);
  assert.deepEqual(readdirSync(root).sort(), ['blocked', 'one', 'spoor'], 'no temporary file is left');
});

test('a file that changed since it was shown stops everything before anything is written', (t) => {
  const { root, home, put } = createFolder(t);
  const [one, two] = [put('one', 'first'), put('two', 'changed by an editor')];
  const gone = join(root, 'gone');
  for (const edit of [change(two, 'second', 'ours'), change(two, undefined, 'ours'), change(gone, 'was here', 'ours')]) {
    const plan = toPlan(change(one, 'first', 'ours'), edit);
    assert.throws(() => installAgent({ home, agent: 'kiro', plan, nowMillis: FIRST }), /was changed by somebody else in the meantime/);
  }
  assert.equal(readFileSync(one, 'utf8'), 'first');
  assert.equal(readFileSync(two, 'utf8'), 'changed by an editor');
});

test('the record is written, private, before the files; it keeps the first time and the first content through further installs', (t) => {
  const { home, put } = createFolder(t);
  const path = put('agent.json', 'before');
  chmodSync(path, 0o644);
  installAgent({ home, agent: 'kiro', plan: { ...toPlan(change(path, 'before', 'one')), remember: { a: '1', b: '1' } }, nowMillis: FIRST });
  installAgent({ home, agent: 'kiro', plan: { ...toPlan(change(path, 'one', 'two')), remember: { b: '2' } }, nowMillis: FIRST + 5_000 });
  const record = loadInstallRecord(home, 'kiro');
  assert.equal(record?.installedAt, '2026-01-31T09:00:00.000Z');
  assert.equal(Buffer.from(record?.files[0]?.beforeBase64 ?? '', 'base64').toString(), 'before');
  assert.deepEqual(record?.notes, { a: '1', b: '2' });
  assert.equal(statSync(join(home.backups, 'kiro.json')).mode & 0o777, 0o600);
  assert.equal(statSync(path).mode & 0o777, 0o644);
  assert.deepEqual(listInstalledAgents(home), ['kiro']);
});

test('a file that the user edited between two installs has no content to go back to', (t) => {
  const { home, put } = createFolder(t);
  const path = put('agent.json', 'before');
  installAgent({ home, agent: 'kiro', plan: toPlan(change(path, 'before', 'one')), nowMillis: FIRST });
  writeFileSync(path, 'one and more');
  installAgent({ home, agent: 'kiro', plan: toPlan(change(path, 'one and more', 'two')), nowMillis: FIRST });
  const [file] = loadInstallRecord(home, 'kiro')?.files ?? [];
  assert.equal(file?.beforeBase64, undefined);
  assert.equal(file?.created, false);
});

test('a failed second install leaves the first one\'s record', (t) => {
  const { root, home, put } = createFolder(t);
  const path = put('agent.json', 'before');
  installAgent({ home, agent: 'kiro', plan: toPlan(change(path, 'before', 'one')), nowMillis: FIRST });
  const record = loadInstallRecord(home, 'kiro');
  assert.throws(() => installAgent({ home, agent: 'kiro', plan: toPlan(change(join(root, 'other'), 'not there', 'x')), nowMillis: FIRST }), InstallationError);
  assert.deepEqual(loadInstallRecord(home, 'kiro'), record);
});

test('uninstall takes the folders that install made, if nothing else came into them', (t) => {
  for (const guest of [false, true]) {
    const { root, home } = createFolder(t);
    const path = join(root, 'agents/inner/agent.json');
    installAgent({ home, agent: 'kiro', plan: toPlan(change(path, undefined, 'new')), nowMillis: FIRST });
    assert.equal(statSync(join(root, 'agents')).mode & 0o777, 0o700);
    if (guest) mkdirSync(join(root, 'agents/guest'));
    uninstallAgent(home, 'kiro', toPlan(change(path, 'new', undefined)));
    assert.equal(existsSync(join(root, 'agents')), guest);
    assert.ok(!existsSync(join(root, 'agents/inner')));
    assert.equal(loadInstallRecord(home, 'kiro'), undefined);
  }
});

test('a record that cannot be read is not written over', (t) => {
  const { home, put } = createFolder(t);
  const path = put('agent.json', 'before');
  mkdirSync(home.backups, { recursive: true });
  for (const text of ['{', '[]', '{"agent":"codex"}', 'null']) {
    writeFileSync(join(home.backups, 'kiro.json'), text);
    assert.throws(() => installAgent({ home, agent: 'kiro', plan: toPlan(change(path, 'before', 'one')), nowMillis: FIRST }), /kiro\.json cannot be read/);
    assert.equal(readFileSync(join(home.backups, 'kiro.json'), 'utf8'), text);
    assert.equal(readFileSync(path, 'utf8'), 'before');
  }
  assert.throws(() => loadInstallRecord(home, '../x'), /no id of an agent/);
});
