import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { codexInstaller } from '#spoor/agents/codex/install.ts';
import { toTrust } from '#spoor/agents/codex/install-trust.ts';
import { CONFIGURATIONS } from './install-configurations.ts';
import { CONFIG, createInstallStage, EVENTS, HOOKS, type HooksJson, type InstallStage } from './install-stage.ts';

test(`${CONFIGURATIONS.length} installations of Codex as people have them: ours comes, nothing else changes, everything goes back`, async (t) => {
  for (const { name, config, hooks } of CONFIGURATIONS) {
    await t.test(name, (t) => {
      const stage = createInstallStage(t);
      mkdirSync(join(stage.user, '.codex'));
      if (config !== undefined) stage.put(CONFIG, config);
      if (hooks !== undefined) stage.put(HOOKS, hooks);
      const before = stage.snapshot();
      const former = { config: config === undefined ? {} : stage.config(), hooks: hooks === undefined ? undefined : stage.hooks() };
      assert.equal(stage.install().refusal, undefined);
      assertHooks(stage, former.hooks);
      assertConfig(stage, former.config);
      const installed = stage.snapshot();
      assert.deepEqual(stage.install().edits, [], 'the second time nothing is left to do');
      assert.deepEqual(stage.snapshot(), installed);
      const where = [join(stage.user, HOOKS), join(stage.user, CONFIG)];
      assert.deepEqual(codexInstaller.installedIn(stage.request().environment, stage.command), where);
      stage.uninstall();
      assert.deepEqual(stage.snapshot(), before);
      assert.deepEqual(codexInstaller.installedIn(stage.request().environment, stage.command), []);
    });
  }
});

/** Everything of before is there, in its order; ours is last in each event. */
function assertHooks(stage: InstallStage, former: HooksJson | undefined): void {
  const { hooks, ...rest } = stage.hooks();
  const { hooks: formerHooks, ...formerRest } = former ?? { hooks: {} };
  assert.deepEqual(rest, formerRest);
  const ours = { hooks: [{ type: 'command', timeout: 3, command: stage.command }] };
  for (const event of EVENTS) assert.deepEqual(hooks[event], [...(formerHooks?.[event] ?? []), ours], event);
  for (const event of Object.keys(formerHooks ?? {})) assert.ok(event in hooks, event);
}

/** Only `notify` and the approvals of our hooks are new; another program is run behind ours. */
function assertConfig(stage: InstallStage, former: Record<string, unknown>): void {
  const { notify, hooks, ...rest } = stage.config() as { notify: string[]; hooks: { state: Record<string, { trusted_hash: string }> } };
  const { notify: formerNotify = [], hooks: formerHooks = {}, ...formerRest } = former as { notify?: string[]; hooks?: { state?: object } };
  assert.deepEqual(rest, formerRest);
  assert.deepEqual(notify.slice(3), ['spoor', ...formerNotify]);
  const { state, ...inline } = hooks;
  const { state: formerState = {}, ...formerInline } = formerHooks;
  assert.deepEqual({ ...inline }, { ...formerInline });
  const wanted = EVENTS.map((event) => {
    const group = (stage.hooks().hooks[event] ?? []).length - 1;
    return toTrust(join(stage.user, HOOKS), { event, group, entry: 0 }, stage.command);
  });
  assert.deepEqual(plain(state), plain({ ...formerState, ...Object.fromEntries(wanted.map(({ key, hash }) => [key, { trusted_hash: hash }])) }));
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

test("the hash is the one that Codex works out: a group's event, and its entry with defaults written out", () => {
  const { key, hash } = toTrust('/h/.codex/hooks.json', { event: 'PreToolUse', group: 2, entry: 1 }, 'true');
  assert.equal(key, '/h/.codex/hooks.json:pre_tool_use:2:1');
  // SHA-256 of {"event_name":"pre_tool_use","hooks":[{"async":false,"command":"true","timeout":3,"type":"command"}]}
  assert.equal(hash, 'sha256:da03feb7f1fd42297538d8c7e881a7071bb5410a2f8757d195e2eabf2e580d09');
});

test('what Codex or a person adds to the files meanwhile survives uninstall', async (t) => {
  for (const { name, config = '', hooks } of CONFIGURATIONS) {
    await t.test(name, (t) => {
      const stage = createInstallStage(t);
      stage.put(CONFIG, config);
      if (hooks !== undefined) stage.put(HOOKS, hooks);
      stage.install();
      const added = `${stage.read(CONFIG).includes('\r\n') ? '\r\n' : '\n'}[projects."/p"]\ntrust_level = "trusted"\n`;
      stage.put(CONFIG, stage.read(CONFIG) + added);
      stage.put(HOOKS, `${stage.read(HOOKS)}\n\n`);
      stage.uninstall();
      assert.equal(squeeze(stage.read(CONFIG)), squeeze(`${config}\n${added}`));
      assert.ok(!stage.read(CONFIG).includes('spoor'));
      if (hooks !== undefined) assert.equal(stage.read(HOOKS), `${hooks}\n\n`);
    });
  }
});

/** Blank lines at our seams may stay or go. */
function squeeze(text: string): string {
  return text.replaceAll(/(?:\r?\n)+/g, '\n');
}

test('a file that does not parse, or is none, is left as it is', (t) => {
  const broken: [string, string | Buffer, RegExp][] = [
    [CONFIG, 'model = \n', /config\.toml is not valid TOML \(.*line 1/], [CONFIG, 'a = 1\na = 2\n', /line 2/], [CONFIG, Buffer.from([0xff, 0xfe]), /UTF-8/],
    [HOOKS, '{ "hooks": ', /hooks\.json is not valid JSON/], [HOOKS, '', /is empty/], [HOOKS, '[]', /no JSON object/], [HOOKS, '{"hooks":[]}', /no object/], [HOOKS, '{"hooks":{"Stop":{}}}', /no list/],
    [HOOKS, '{"hooks":{},"hooks":{}}', /twice/],
  ];
  for (const [path, content, reason] of broken) {
    const stage = createInstallStage(t);
    stage.put(path, content);
    const before = stage.snapshot();
    const { refusal, edits } = stage.install();
    assert.match(refusal ?? '', reason);
    assert.deepEqual(edits, []);
    assert.deepEqual(stage.snapshot(), before);
  }
  const stage = createInstallStage(t);
  mkdirSync(join(stage.user, HOOKS), { recursive: true });
  assert.match(stage.plan().refusal ?? '', /is no file/);
});

test('a read-only hooks file is refused; a read-only configuration is left alone, and the user is told to approve', (t) => {
  const stage = createInstallStage(t);
  stage.put(HOOKS, '{}');
  chmodSync(join(stage.user, HOOKS), 0o444);
  assert.match(stage.plan().refusal ?? '', /read-only/);
  rmSync(join(stage.user, HOOKS));
  stage.put(CONFIG, 'model = "x"\n');
  chmodSync(join(stage.user, CONFIG), 0o444);
  const { edits, notes, refusal } = stage.install();
  assert.equal(refusal, undefined);
  assert.deepEqual(edits.map(({ path }) => path), [join(stage.user, HOOKS)]);
  assert.ok(notes.some((note) => /\/hooks/.test(note)));
  stage.uninstall();
  assert.ok(!existsSync(join(stage.user, HOOKS)));
});

test('links stay links, and what they point at is edited', (t) => {
  const stage = createInstallStage(t);
  for (const [path, content] of [[CONFIG, 'model = "x"\n'], [HOOKS, '{}\n']] as const) {
    stage.put(`dotfiles/${path}`, content);
    mkdirSync(join(stage.user, '.codex'), { recursive: true });
    symlinkSync(join(stage.user, 'dotfiles', path), join(stage.user, path));
  }
  const before = stage.snapshot();
  stage.install();
  assert.ok(lstatSync(join(stage.user, CONFIG)).isSymbolicLink() && lstatSync(join(stage.user, HOOKS)).isSymbolicLink());
  assert.match(stage.read(`dotfiles/${CONFIG}`), /trusted_hash/);
  stage.uninstall();
  assert.deepEqual(stage.snapshot(), before);
});

test('configurations that cannot be added to keep what they have, and the user is told', (t) => {
  const stage = createInstallStage(t);
  stage.put(CONFIG, 'notify = "beep"\nhooks = { state = {} }\n');
  const { notes, refusal } = stage.install();
  assert.equal(refusal, undefined);
  assert.equal(stage.read(CONFIG), 'notify = "beep"\nhooks = { state = {} }\n');
  assert.ok(notes.some((note) => note.includes('"notify"')) && notes.some((note) => note.includes('"hooks"')));
});

test('CODEX_HOME is followed; through a link the approval has both names', (t) => {
  const stage = createInstallStage(t);
  mkdirSync(join(stage.user, 'real'));
  symlinkSync(join(stage.user, 'real'), join(stage.user, 'linked'));
  const env = { CODEX_HOME: join(stage.user, 'linked') };
  stage.install({}, env);
  const text = readFileSync(join(stage.user, 'real', 'config.toml'), 'utf8');
  assert.ok(text.includes(`${join(stage.user, 'real', 'hooks.json')}:stop:0:0`) && text.includes(`${join(stage.user, 'linked', 'hooks.json')}:stop:0:0`));
  assert.ok(!existsSync(join(stage.user, '.codex')));
  stage.uninstall({}, env);
  assert.deepEqual(readdirSync(join(stage.user, 'real')), []);
});

test('project scope: the hooks stand in the project, their approval with the user, and notify is left alone', (t) => {
  const stage = createInstallStage(t);
  const folder = join(stage.user, 'project');
  mkdirSync(folder);
  stage.put(CONFIG, 'notify = ["a"]\n');
  const before = stage.snapshot();
  assert.match(stage.plan({ scope: 'project' }).refusal ?? '', /which project/i);
  const { notes } = stage.install({ scope: 'project', folder });
  assert.ok(existsSync(join(folder, '.codex', 'hooks.json')) && !existsSync(join(stage.user, HOOKS)));
  assert.ok(stage.read(CONFIG).includes(`${join(folder, '.codex', 'hooks.json')}:stop:0:0`));
  assert.deepEqual(stage.config().notify, ['a']);
  assert.ok(notes.some((note) => /trusted that project/.test(note)));
  stage.uninstall();
  assert.deepEqual(stage.snapshot(), before);
});

test("an older home's hooks and notify become this one's; a second entry of ours goes", (t) => {
  const stage = createInstallStage(t);
  stage.install();
  const older = (text: string): string => text.replaceAll(`${stage.user}/.spoor/`, '/old/.spoor/');
  stage.put(CONFIG, older(stage.read(CONFIG)));
  stage.put(HOOKS, older(stage.read(HOOKS)).replace('"Stop": [', `"Stop": [\n      { "hooks": [{ "type": "command", "command": ${JSON.stringify(stage.command)} }, { "type": "command", "command": "true" }] },`));
  stage.install();
  assert.ok(!stage.read(CONFIG).includes('/old/') && !stage.read(HOOKS).includes('/old/'));
  const commands = stage.hooks().hooks.Stop?.flatMap((group) => group.hooks.map(({ command }) => command));
  assert.equal(commands?.filter((command) => command === stage.command).length, 1);
  assert.ok(commands?.includes('true'));
});

test('who switched an approved hook off keeps it off', (t) => {
  const stage = createInstallStage(t);
  stage.install();
  stage.put(CONFIG, stage.read(CONFIG).replace(/(:stop:0:0"\])\n/, '$1\nenabled = false\n'));
  assert.deepEqual(stage.install().edits, []);
  assert.match(stage.read(CONFIG), /enabled = false/);
});

test("notify: our program gets the event and the other one runs with the same words, whatever ours does", (t) => {
  const stage = createInstallStage(t);
  const [ours, theirs] = [join(stage.user, 'ours.txt'), join(stage.user, 'theirs.txt')];
  stage.put(CONFIG, `notify = ["/bin/sh", "-c", 'printf "%s|" "$@" > ${theirs}', "name", "an arg"]\n`);
  stage.install();
  const notify = stage.config().notify as string[];
  const event = '{"type":"agent-turn-complete","text":"it\'s \\"done\\" $HOME `x` %s \\\\n"}';
  // First without a shim, then with one that leaves the shell.
  for (const shim of [undefined, `#!/bin/sh\ncat > ${ours}\nexit 7\n`]) {
    mkdirSync(join(stage.user, '.spoor', 'hooks'), { recursive: true });
    if (shim !== undefined) writeFileSync(join(stage.user, '.spoor', 'hooks', 'codex'), shim, { mode: 0o755 });
    const { status, stdout, stderr } = spawnSync(notify[0] ?? '', [...notify.slice(1), event], { encoding: 'utf8' });
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
    assert.equal(readFileSync(theirs, 'utf8'), `an arg|${event}|`);
    rmSync(theirs);
  }
  assert.equal(readFileSync(ours, 'utf8'), event);
  stage.uninstall();
  stage.put(CONFIG, '');
  stage.install();
  const alone = stage.config().notify as string[];
  assert.equal(spawnSync(alone[0] ?? '', [...alone.slice(1), event], { encoding: 'utf8' }).status, 0);
});

test('without a home there is nothing to install into; presence is the folder or the program', (t) => {
  const stage = createInstallStage(t);
  const nowhere = { env: {}, platform: 'linux' } as const;
  assert.match(codexInstaller.plan({ ...stage.request(), environment: nowhere }).refusal ?? '', /no HOME/);
  assert.equal(codexInstaller.isPresent(nowhere), false);
  assert.equal(codexInstaller.isPresent(stage.request().environment), false);
  stage.put('bin/codex', '');
  assert.equal(codexInstaller.isPresent(stage.request({}, { PATH: join(stage.user, 'bin') }).environment), true);
  stage.put(CONFIG, '');
  assert.equal(codexInstaller.isPresent(stage.request().environment), true);
});

test('the doctor sees which hooks are missing, which are not approved, and what is switched off', (t) => {
  const stage = createInstallStage(t);
  const look = (): string[] => (codexInstaller.diagnose?.({ ...stage.request(), installCommand: 'spoor install codex', ask: () => undefined }) ?? []).map(({ check, state }) => `${check} ${state}`);
  assert.deepEqual(look(), ['hooks broken', 'notify attention']);
  stage.install();
  const [config, hooks] = [stage.read(CONFIG), stage.read(HOOKS)];
  assert.deepEqual(look(), ['hooks ok', 'approval ok', 'notify ok']);
  stage.put(CONFIG, config.replace(/(:stop:0:0"\])\n/, '$1\nenabled = false\n'));
  assert.deepEqual(look(), ['hooks ok', 'approval broken', 'notify ok']);
  stage.put(CONFIG, `${config}\n[features]\nhooks = false\n`);
  assert.deepEqual(look(), ['hooks ok', 'approval attention', 'notify ok']);
  stage.put(CONFIG, 'model = "x"\n');
  assert.deepEqual(look(), ['hooks ok', 'approval broken', 'notify attention']);
  stage.put(CONFIG, 'model = ');
  assert.deepEqual(look(), ['config broken']);
  stage.put(CONFIG, config);
  stage.put(HOOKS, hooks.replace('"Interrupt"', '"Other"'));
  assert.equal(look()[0], 'hooks broken');
});
