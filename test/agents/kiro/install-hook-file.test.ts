import assert from 'node:assert/strict';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'jsonc-parser';
import { kiroInstaller } from '#spoor/agents/kiro/install.ts';
import { PLAIN } from './install-configurations.ts';
import { createInstallStage, HOOK_FILE, MINE, type InstallStage } from './install-stage.ts';

interface Entry {
  name: string;
  trigger: string;
  matcher?: string;
  action: { type: string; command: string };
  timeout: number;
}

const TRIGGERS = ['SessionStart', 'PreToolUse', 'PostToolUse', 'Stop', 'SessionEnd'];

function hooksOf(stage: InstallStage): Entry[] {
  return (parse(stage.read(HOOK_FILE).replace('\ufeff', ''), [], { allowTrailingComma: true }) as { hooks: Entry[] }).hooks;
}

function isOurs(entry: Entry, stage: InstallStage): boolean {
  return entry.action.command === `export SPOOR_HOOK_CHANNEL=file; ${stage.command}`;
}

test('the hook file is whole, has no prompt hook, and waits three seconds at most', (t) => {
  const stage = createInstallStage(t);
  const before = stage.snapshot();
  stage.install();
  const file = JSON.parse(stage.read(HOOK_FILE));
  assert.equal(file.version, 'v1');
  assert.deepEqual(hooksOf(stage).map((entry) => entry.trigger), TRIGGERS);
  for (const entry of hooksOf(stage)) {
    assert.ok(isOurs(entry, stage));
    assert.equal(entry.action.type, 'command');
    assert.equal(entry.timeout, 3);
    assert.equal(entry.matcher, entry.trigger.endsWith('ToolUse') ? '.*' : undefined);
    assert.ok(entry.name.startsWith('spoor '));
  }
  assert.deepEqual(stage.install().edits, [], 'the second time nothing is left to do');
  stage.uninstall();
  assert.deepEqual(stage.snapshot(), before);
});

test('it stands below HOME, wherever KIRO_HOME points', (t) => {
  const stage = createInstallStage(t);
  const paths = stage.plan({}, { KIRO_HOME: join(stage.user, 'elsewhere') }).edits.map(({ path }) => path);
  assert.ok(paths.includes(join(stage.user, HOOK_FILE)));
  const { environment, ...rest } = stage.request({}, { KIRO_HOME: join(stage.user, 'elsewhere') });
  const homeless = kiroInstaller.plan({ ...rest, environment: { ...environment, home: undefined } });
  assert.equal(homeless.edits.length, 1, 'without a home the agent file alone');
});

const OTHERS = '{"name": "theirs", "trigger": "Stop", "action": {"type": "command", "command": "true"}}';

/** Files of that name as somebody may have made them. */
const FILES: [string, string][] = [
  ['empty object', '{}'],
  ['no hooks', '{\n  "version": "v1"\n}\n'],
  ['an empty list', '{\n  "version": "v1",\n  "hooks": []\n}\n'],
  ['a hook of theirs', `{\n  "version": "v1",\n  "hooks": [\n    ${OTHERS}\n  ]\n}\n`],
  ['no version', `{"hooks": [${OTHERS}]}`],
  ['CRLF and a mark', `\ufeff{\r\n\t"version": "v1",\r\n\t"hooks": [\r\n\t\t${OTHERS}\r\n\t]\r\n}\r\n`],
  ['comments and trailing commas', `// mine\n{\n  "version": "v1", // as it is\n  "hooks": [\n    ${OTHERS}, // theirs\n  ],\n}\n`],
  ['one line without blanks', '{"version":"v1","hooks":[{"name":"x","trigger":"PreToolUse","action":{"type":"agent","prompt":"hi"}}]}'],
];

test(`${FILES.length} files of somebody else under that name: ours come, theirs stay, and everything goes back`, async (t) => {
  for (const [name, content] of FILES) {
    await t.test(name, (t) => {
      const stage = createInstallStage(t);
      stage.put(MINE, PLAIN);
      stage.put(HOOK_FILE, content);
      const before = stage.snapshot();
      assert.equal(stage.install({ agent: 'mine' }).refusal, undefined);
      const installed = hooksOf(stage);
      assert.deepEqual(installed.filter((entry) => isOurs(entry, stage)).map((entry) => entry.trigger), TRIGGERS);
      assert.equal(installed.length - TRIGGERS.length, (content.match(/"name"/g) ?? []).length);
      assert.deepEqual(stage.install({ agent: 'mine' }).edits, []);
      stage.uninstall();
      assert.deepEqual(stage.snapshot(), before);
    });
  }
});

test('what was added to our file stays when we go; a hook of an older home is renewed, a second one goes', (t) => {
  const stage = createInstallStage(t);
  stage.install();
  const file = JSON.parse(stage.read(HOOK_FILE)) as { hooks: Entry[] };
  const [start] = file.hooks;
  assert.ok(start);
  const older = { ...start, action: { ...start.action, command: start.action.command.replaceAll(stage.user, '/old') } };
  stage.put(HOOK_FILE, JSON.stringify({ ...file, hooks: [older, start, ...file.hooks.slice(1), JSON.parse(OTHERS)] }));
  stage.install();
  assert.deepEqual(hooksOf(stage).filter((entry) => isOurs(entry, stage)).map((entry) => entry.trigger).toSorted(), TRIGGERS.toSorted());
  assert.equal(hooksOf(stage).length, TRIGGERS.length + 1);
  stage.uninstall();
  assert.deepEqual(hooksOf(stage).map((entry) => entry.name), ['theirs']);
});

test('a file that is not of that form is left alone, and nothing else is changed', (t) => {
  for (const [content, reason] of [
    ['{', /not valid JSON/],
    ['[]', /no JSON object/],
    ['{"version": "v2", "hooks": []}', /another version/],
    ['{"version": "v1", "hooks": {}}', /no list/],
    ['{"hooks": [], "hooks": []}', /"hooks" twice/],
  ] as const) {
    const stage = createInstallStage(t);
    stage.put(HOOK_FILE, content);
    const before = stage.snapshot();
    assert.match(stage.install().refusal ?? '', reason);
    assert.deepEqual(stage.snapshot(), before);
  }
  const stage = createInstallStage(t);
  stage.put(HOOK_FILE, '{"version": "v1", "hooks": []}');
  chmodSync(join(stage.user, HOOK_FILE), 0o444);
  assert.match(stage.install().refusal ?? '', /read-only/);
  assert.ok(!existsSync(join(stage.user, '.kiro/agents')));
});
