/**
 * The contract of an installer, run over the list: whatever people have in their files, our hooks come in, everything else stays, and it all
 * goes back byte for byte. On every form of the hook: sh, and node for Windows.
 */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import type { Agent, InstallPlan, InstallRequest } from '#spoor/agents/agent.ts';
import { homeAt } from '#spoor/config/home.ts';
import { loadInstallRecord } from '#spoor/config/install-record.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { installAgent, uninstallAgent } from '#spoor/installation/install-agent.ts';
import { countOurs, toOthers, toValue, type Installation } from '../agents/installations.ts';

/** So many configurations of people an agent is tried with, at least. */
const LEAST = 20;

/** Defines the tests of one agent's installer. `installation`: absent is a failure that says what to do. */
export function testInstaller(agent: Agent, installation: Installation | undefined): void {
  test(`${agent.id}: at least ${LEAST} configurations are known`, () => {
    assert.ok(installation, `add an entry for ${agent.id} to test/agents/installations.ts`);
    assert.ok(installation.configurations.length >= LEAST, `${installation.configurations.length} of ${LEAST}`);
  });
  if (!installation) return;
  for (const platform of ['linux', 'win32'] as const) {
    describe(`${agent.id} on ${platform}`, () => {
      for (const [name, files] of installation.configurations) testConfiguration({ agent, installation, platform }, name, files);
      testObstacles({ agent, installation, platform });
    });
  }
}

interface Subject {
  agent: Agent;
  installation: Installation;
  platform: NodeJS.Platform;
}

function testConfiguration(subject: Subject, name: string, files: Readonly<Record<string, string>>): void {
  const { installation: { file, isOwnFile = false } } = subject;
  test(`${name}: comes in, leaves others', twice is once, and goes back byte for byte`, (t) => {
    const stage = createStage(t, subject, files);
    const before = stage.snapshot();
    const plan = stage.plan();
    assert.equal(plan.refusal, undefined);
    assert.deepEqual(stage.snapshot(), before, 'a plan changes nothing');
    stage.install();
    stage.assertInstalled(files);
    assert.deepEqual(stage.installedIn().includes(join(stage.user, file)), true);
    const installed = stage.snapshot();
    assert.deepEqual(stage.install().edits, [], 'the second time nothing is left to do');
    assert.deepEqual(stage.snapshot(), installed);
    stage.uninstall();
    assert.deepEqual(stage.snapshot(), before);
    assert.deepEqual(stage.installedIn(), []);
  });

  if (isOwnFile) return;
  test(`${name}: what a person adds meanwhile survives`, (t) => {
    const stage = createStage(t, subject, files);
    stage.install();
    const edited = Object.keys(files).concat(file in files ? [] : [file]);
    for (const path of edited) stage.put(path, `${stage.read(path)}${path.endsWith('.toml') ? '\n# edited\n' : '\n// edited\n'}`);
    stage.uninstall();
    for (const path of edited.filter((one) => existsSync(join(stage.user, one)))) {
      const text = stage.read(path);
      assert.ok(text.endsWith(' edited\n'), path);
      assert.equal(countOurs(text, stage.marks), 0, path);
      assert.deepEqual(stage.others(path, text), stage.others(path, files[path] ?? '{}'), path);
      if (path in files && path.endsWith('.json')) assert.equal(text, `${files[path]}\n// edited\n`, 'what was there is there byte for byte');
    }
  });
}

function testObstacles(subject: Subject): void {
  const { installation: { file, isOwnFile = false, configurations } } = subject;
  const plain = configurations.find(([, files]) => files[file] !== undefined)?.[1][file] ?? '';

  test('a link stays one, and what it points at is edited; modes stay', { skip: isOwnFile && 'it is a file of ours' }, (t) => {
    const stage = createStage(t, subject, { 'dotfiles/mine': plain });
    chmodSync(join(stage.user, 'dotfiles/mine'), 0o640);
    mkdirSync(dirname(join(stage.user, file)), { recursive: true });
    symlinkSync(join(stage.user, 'dotfiles/mine'), join(stage.user, file));
    const before = stage.snapshot();
    stage.install();
    assert.equal(readlinkSync(join(stage.user, file)), join(stage.user, 'dotfiles/mine'));
    assert.equal(statSync(join(stage.user, 'dotfiles/mine')).mode & 0o777, 0o640);
    assert.ok(countOurs(stage.read('dotfiles/mine'), stage.marks) > 0);
    stage.uninstall();
    assert.deepEqual(stage.snapshot(), before);
  });

  const refusals: [string, (stage: Stage, path: string) => void, RegExp][] = [
    ['a read-only file', (stage, path) => (stage.put(file, plain), chmodSync(path, 0o444)), /is read-only\. Make it writable .*try again/],
    ['a link to nothing', (_, path) => symlinkSync('/nonexistent/at/all', path), /is a link to a file that does not exist\. Mend or remove the link and try again/],
    ['a folder of its name', (_, path) => mkdirSync(path), /is no file\. Move it away and try again/],
    ['a folder that is closed', (_, path) => chmodSync(dirname(path), 0o500), /is read-only\. Make the folder writable .*try again/],
    ...(isOwnFile
      ? ([["somebody else's file of its name", (stage) => stage.put(file, 'export const Mine = 1;\n'), /is somebody else's\. Move it away and try again/]] as [string, (stage: Stage) => void, RegExp][])
      : ([
          ['a missing comma', (stage) => stage.put(file, '{\n  "a": 1\n  "hooks": {}\n}\n'), /is not valid JSON \(.*line 3, column 3\)\. It was left as it is: mend it and try again/],
          ['a file that is cut off', (stage) => stage.put(file, '{\n  "a": [1,\n'), /is not valid JSON \(.*line \d+, column \d+\)/],
          ['an empty file', (stage) => stage.put(file, ''), /is empty/],
          ['bytes that are no UTF-8', (stage) => stage.put(file, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), /UTF-8/],
          ['a list', (stage) => stage.put(file, '[]'), /no JSON object/],
        ] as [string, (stage: Stage) => void, RegExp][])),
  ];
  for (const [what, make, reason] of refusals) {
    test(`${what} is refused with a sentence that names it, and nothing is touched`, (t) => {
      const stage = createStage(t, subject, {});
      const path = join(stage.user, file);
      mkdirSync(dirname(path), { recursive: true });
      make(stage, path);
      const before = stage.snapshot();
      const { refusal, edits } = stage.install();
      assert.match(refusal ?? '', reason);
      assert.ok(refusal?.includes(what.endsWith('closed') ? dirname(path) : path), refusal);
      assert.deepEqual(edits, []);
      assert.deepEqual(stage.snapshot(), before);
    });
  }

  test('without a home it says so', (t) => {
    const stage = createStage(t, subject, {});
    assert.match(stage.plan({ platform: subject.platform, env: { PATH: '' } }).refusal ?? '', /^There is no HOME/);
  });
}

interface Stage {
  user: string;
  /** By these texts our command is known. */
  marks: string[];
  put(path: string, content: string | Buffer): void;
  read(path: string): string;
  snapshot(): Record<string, string>;
  plan(environment?: InstallRequest['environment']): InstallPlan;
  install(): InstallPlan;
  uninstall(): void;
  installedIn(): string[];
  /** What is others' in a file. */
  others(path: string, text: string): unknown;
  /** Our command stands where it should, as often as it should, and what was there is there. */
  assertInstalled(files: Readonly<Record<string, string>>): void;
}

function createStage(t: TestContext, { agent, installation, platform }: Subject, files: Readonly<Record<string, string>>): Stage {
  const user = realpathSync(mkdtempSync(join(tmpdir(), 'spoor-installer-')));
  t.after(() => {
    openFolders(user);
    rmSync(user, { recursive: true, force: true });
  });
  const home = homeAt(join(user, '.spoor'));
  const hookCommand = toHookCommand(home, agent.id, platform);
  const installer = agent.installer ?? assert.fail();
  const here: InstallRequest['environment'] = { home: user, env: { PATH: '' }, platform };
  const toRequest = (environment = here): InstallRequest => ({ environment, hookCommand, options: installation.options ?? {}, run: () => undefined });
  const put: Stage['put'] = (path, content) => {
    mkdirSync(dirname(join(user, path)), { recursive: true });
    writeFileSync(join(user, path), content);
  };
  for (const [path, content] of Object.entries(files)) put(path, content);
  const stage: Stage = {
    user, put,
    // Codex's approvals name its own files.
    marks: [`/.spoor/hooks/${agent.id}`, `${user}/.codex/hooks.json`],
    read: (path) => readFileSync(join(user, path), 'utf8'),
    snapshot: () => snapshot(user),
    plan: (environment) => installer.plan(toRequest(environment)),
    install() {
      const plan = stage.plan();
      if (plan.refusal === undefined) installAgent({ home, agent: agent.id, plan, nowMillis: 0 });
      return plan;
    },
    uninstall() {
      const plan = installer.planUninstall(toRequest(), loadInstallRecord(home, agent.id) ?? assert.fail('no record'));
      assert.equal(plan.refusal, undefined);
      uninstallAgent(home, agent.id, plan);
    },
    installedIn: () => installer.installedIn(here, hookCommand),
    others: (path, text) => toOthers(toValue(path, text), stage.marks, installation.adds),
    assertInstalled(before) {
      const { file, count, isOwnFile } = installation;
      assert.equal(countOurs(isOwnFile ? stage.read(file).split('\n').filter((line) => line.startsWith('const COMMAND')) : toValue(file, stage.read(file)), stage.marks), count);
      for (const [path, text] of Object.entries(before)) {
        if (isOwnFile) assert.equal(stage.read(path), text, path);
        else assert.deepEqual(stage.others(path, stage.read(path)), stage.others(path, text), path);
      }
      const shell = platform === 'win32' ? /\/bin\/sh|\bexport /: /node -e/;
      if (!isOwnFile) for (const path of new Set([file, ...stage.installedIn().map((one) => relative(user, one))])) assert.doesNotMatch(stage.read(path), shell, 'the form of this platform alone');
    },
  };
  return stage;
}

/** Every file and folder of the user but ours, with content and mode. */
function snapshot(user: string): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.name === '.spoor') continue;
      const name = relative(user, path);
      if (entry.isSymbolicLink()) found[name] = `link ${readlinkSync(path)}`;
      else if (entry.isDirectory()) {
        found[`${name}/`] = (lstatSync(path).mode & 0o777).toString(8);
        walk(path);
      } else found[name] = `${(lstatSync(path).mode & 0o777).toString(8)} ${readFileSync(path, 'latin1')}`;
    }
  };
  walk(user);
  return found;
}

/** So that they can be removed. */
function openFolders(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) openFolders(join(folder, entry.name));
}
