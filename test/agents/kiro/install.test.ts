import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'jsonc-parser';
import { kiroInstaller } from '#spoor/agents/kiro/install.ts';
import { createKiroCli } from '../../stand-in/launch.ts';
import { createInstallStage, type InstallStage } from './install-stage.ts';

const MINE = '.kiro/agents/mine.json';
const SETTINGS = '.kiro/settings/cli.json';
const OWN = '.kiro/agents/spoor-traced.json';
const EVENTS = ['agentSpawn', 'userPromptSubmit', 'preToolUse', 'postToolUse', 'stop'];

type Entry = Record<string, unknown>;
type AgentJson = Record<string, unknown> & { hooks: Record<string, Entry[]> };

function readAgent(stage: InstallStage, path = MINE): AgentJson {
  return parse(stage.read(path).replace('\ufeff', ''), [], { allowTrailingComma: true }) as AgentJson;
}

function ours(stage: InstallStage, event: string): Entry {
  const matcher = event === 'preToolUse' || event === 'postToolUse' ? { matcher: '*' } : {};
  return { ...matcher, command: stage.command, timeout_ms: 3000 };
}

const PLAIN = `{
  "name": "mine",
  "tools": ["*"],
  "hooks": {
    "agentSpawn": [{"command": "true"}]
  },
  "model": null
}
`;

/** Agent files as people have them: [what is special, the content]. */
const CONFIGURATIONS: [string, string][] = [
  ['a plain one', PLAIN],
  ['an empty object', '{}'],
  ['an empty object over two lines', '{\n}\n'],
  ['no hooks', '{\n  "name": "mine",\n  "tools": ["*"]\n}\n'],
  ['hooks: null', '{\n  "name": "mine",\n  "hooks": null,\n  "tools": ["*"]\n}\n'],
  ['empty hooks', '{\n  "name": "mine",\n  "hooks": {},\n  "tools": ["*"]\n}\n'],
  ['empty lists', '{\n  "hooks": {\n    "stop": [],\n    "preToolUse": [ ]\n  },\n  "tools": ["*"]\n}\n'],
  ['an event that is null', '{\n  "hooks": { "stop": null },\n  "tools": ["*"]\n}\n'],
  ['a byte order mark', `\ufeff${PLAIN}`],
  ['CRLF', PLAIN.replaceAll('\n', '\r\n')],
  ['comments', '// mine\n{\n  "tools": ["*"], // all of them\n  /* hooks\n     of mine */\n  "hooks": {\n    // at the start\n    "agentSpawn": [\n      {"command": "true"} // harmless\n      // more?\n    ]\n  }\n}\n'],
  ['trailing commas', '{\n  "tools": ["*",],\n  "hooks": {\n    "stop": [\n      {\n        "command": "true",\n      },\n    ],\n  },\n}\n'],
  ["another tracer's hooks in every event", `{\n  "tools": ["*"],\n  "hooks": {\n${EVENTS.map((event) => `    "${event}": [\n      {\n        "command": "~/.tracer/bin/hook",\n        "timeout_ms": 5000\n      }\n    ]`).join(',\n')}\n  }\n}\n`],
  ['four blanks', PLAIN.replaceAll('  ', '    ')],
  ['tabs', PLAIN.replaceAll('  ', '\t')],
  ['no newline at the end', PLAIN.trimEnd()],
  ['unicode in names and values', '{\n  "name": "mine",\n  "description": "日本語 – ünïcode 🦌 \\u00e9 \u2028",\n  "tools": ["*"],\n  "hooks": {"stop": [{"command": "echo \\"ç\\""}]}\n}\n'],
  ['one line', '{"name":"mine","tools":["*"],"hooks":{"stop":[{"command":"true"}]}}'],
  ['one line with blanks', '{"name": "mine", "tools": ["*"], "hooks": {"stop": [{"command": "true"}]}}\n'],
  ['groups as other agents have them', '{\n  "tools": ["*"],\n  "hooks": {\n    "preToolUse": [\n      {"matcher": "*", "hooks": [{"type": "command", "command": "true"}]}\n    ]\n  }\n}\n'],
  ['mixed indentation and blank lines', '{\n "tools" : [ "*" ] ,\n\n\n      "hooks" : {\n\n   "stop":[\n{"command" : "true"}\n\n]\n}\n}\n\n\n'],
  ['hooks of events that Kiro does not know', '{\n  "tools": ["*"],\n  "hooks": {\n    "onSave": [{"command": "true"}]\n  }\n}\n'],
  ['an extra large number and odd escapes', '{\n  "tools": ["*"],\n  "big": 12345678901234567890.10,\n  "e": "\\u0041\\/",\n  "hooks": {}\n}\n'],
];

test(`${CONFIGURATIONS.length} agents as people have them: our five entries come, nothing else changes, and everything goes back`, async (t) => {
  for (const [name, content] of CONFIGURATIONS) {
    await t.test(name, (t) => {
      const stage = createInstallStage(t);
      stage.put(MINE, content);
      const before = stage.snapshot();
      const former = readAgent(stage);
      assert.equal(stage.install({ agent: 'mine' }).refusal, undefined);
      assertMerged(stage, former);
      const installed = stage.snapshot();
      assert.deepEqual(stage.install({ agent: 'mine' }).edits, [], 'the second time nothing is left to do');
      assert.deepEqual(stage.snapshot(), installed);
      assert.deepEqual(kiroInstaller.installedIn(stage.request().environment, stage.command), [join(stage.user, MINE)]);
      stage.uninstall();
      assert.deepEqual(stage.snapshot(), before);
      assert.deepEqual(kiroInstaller.installedIn(stage.request().environment, stage.command), []);
    });
  }
});

/** Everything of before is there, in its order; ours is last in each event. */
function assertMerged(stage: InstallStage, former: AgentJson): void {
  const { hooks, ...rest } = readAgent(stage);
  const { hooks: formerHooks, ...formerRest } = former;
  assert.deepEqual(rest, formerRest);
  for (const event of EVENTS) assert.deepEqual(hooks[event], [...(formerHooks?.[event] ?? []), ours(stage, event)], event);
  for (const event of Object.keys(formerHooks ?? {})) assert.ok(event in hooks, event);
  const text = stage.read(MINE);
  const lineEnds = new Set(text.match(/\r?\n/g));
  assert.ok(lineEnds.size <= 1 || text.includes('\n\n'), 'line ends stay of one kind');
}

test('an edit of the user after install survives uninstall, and so does everything around it', async (t) => {
  for (const [name, content] of CONFIGURATIONS) {
    await t.test(name, (t) => {
      const stage = createInstallStage(t);
      stage.put(MINE, content);
      stage.install({ agent: 'mine' });
      // What an editor or Kiro's own `agent edit` would leave: something before, something behind.
      stage.put(MINE, `${stage.read(MINE)}\n// edited\n`);
      stage.uninstall();
      assert.equal(stage.read(MINE), `${content}\n// edited\n`);
    });
  }
});

test('a file that is no JSON is left as it is, with line and column', (t) => {
  const broken: [string, string | Buffer, RegExp][] = [
    ['a missing comma', '{\n  "tools": ["*"]\n  "hooks": {}\n}\n', /line 3, column 3/],
    ['cut off', '{\n  "tools": ["*"],\n', /line 3/],
    ['empty', '', /is empty/],
    ['no object', '[]', /no JSON object/],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /UTF-8/],
    ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), /UTF-8|not valid JSON/],
    ['hooks twice', '{"tools":["*"],"hooks":{},"hooks":{}}', /"hooks" twice/],
    ['an event twice', '{"tools":["*"],"hooks":{"stop":[],"stop":[]}}', /"stop" twice/],
    ['hooks as a list (V3)', '{"tools":["*"],"hooks":[{"name":"x","trigger":"Stop","action":{"type":"command","command":"true"}}]}', /V3 engine/],
    ['hooks as a text', '{"tools":["*"],"hooks":"none"}', /no object/],
    ['an event that is no list', '{"tools":["*"],"hooks":{"stop":{"command":"true"}}}', /no list/],
  ];
  for (const [name, content, reason] of broken) {
    const stage = createInstallStage(t);
    stage.put(MINE, content);
    const before = stage.snapshot();
    const plan = stage.install({ agent: 'mine' });
    assert.match(plan.refusal ?? '', reason, name);
    assert.ok(plan.refusal?.includes(join(stage.user, MINE)), name);
    assert.deepEqual(plan.edits, []);
    assert.deepEqual(stage.snapshot(), before, name);
  }
});

test('a linked agent stays a link: what it points at is edited', (t) => {
  const stage = createInstallStage(t);
  stage.put('dotfiles/mine.json', PLAIN);
  mkdirSync(join(stage.user, '.kiro/agents'), { recursive: true });
  symlinkSync('../../dotfiles/mine.json', join(stage.user, MINE));
  stage.install({ agent: 'mine' });
  assert.equal(readlinkSync(join(stage.user, MINE)), '../../dotfiles/mine.json');
  assert.equal(readAgent(stage, 'dotfiles/mine.json').hooks.stop?.length, 1);
  stage.uninstall();
  assert.ok(lstatSync(join(stage.user, MINE)).isSymbolicLink());
  assert.equal(stage.read('dotfiles/mine.json'), PLAIN);
});

test('a read-only agent, a link to nothing and a folder of that name are refused with a sentence', (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, PLAIN);
  chmodSync(join(stage.user, MINE), 0o444);
  assert.match(stage.install({ agent: 'mine' }).refusal ?? '', /read-only\. Make it writable/);
  assert.equal(stage.read(MINE), PLAIN);
  symlinkSync('/nowhere/at/all.json', join(stage.user, '.kiro/agents/gone.json'));
  assert.match(stage.install({ agent: 'gone' }).refusal ?? '', /link to a file that does not exist/);
  mkdirSync(join(stage.user, '.kiro/agents/folder.json'));
  assert.match(stage.install({ agent: 'folder' }).refusal ?? '', /is no file/);
});

test('modes are kept; new files are the user\'s alone', (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, PLAIN);
  chmodSync(join(stage.user, MINE), 0o640);
  stage.install({ agent: 'mine' });
  assert.equal(statSync(join(stage.user, MINE)).mode & 0o777, 0o640);
  stage.install({ agent: 'other' });
  assert.equal(statSync(join(stage.user, '.kiro/agents/other.json')).mode & 0o777, 0o600);
});

test('an entry of ours with another path is replaced where it stands, a second one goes, others stay', (t) => {
  const stage = createInstallStage(t);
  const older = stage.command.replaceAll(stage.user, '/old/home');
  assert.notEqual(older, stage.command);
  const foreign = { command: "[ -x '/opt/tracer/hooks/kiro' ] && '/opt/tracer/hooks/kiro'" };
  const hooks = { stop: [{ command: older, timeout_ms: 9000 }, foreign, { command: older }], agentSpawn: [{ command: 'true' }, { command: '/x/.spoor/hooks/kiro' }] };
  stage.put(MINE, JSON.stringify({ tools: ['*'], hooks }, null, 2));
  stage.install({ agent: 'mine' });
  const merged = readAgent(stage).hooks;
  assert.deepEqual(merged.stop, [{ command: stage.command, timeout_ms: 9000 }, foreign]);
  assert.deepEqual(merged.agentSpawn, [{ command: 'true' }, { command: stage.command }]);
  stage.uninstall();
  assert.deepEqual(readAgent(stage).hooks, { stop: [foreign], agentSpawn: [{ command: 'true' }] });
});

test("without a name: the user's default agent, if it is a file of theirs", (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, PLAIN);
  stage.put('.kiro/agents/stem.json', '{"name": "by-name", "tools": ["*"]}');
  stage.put(SETTINGS, '{\n  "chat.defaultAgent": "by-name"\n}\n');
  const plan = stage.install();
  assert.deepEqual(plan.edits.map(({ path }) => path), [join(stage.user, '.kiro/agents/stem.json')]);
  assert.match(plan.notes.join('\n'), /Kiro uses "by-name" by default/);
  stage.uninstall();
  assert.equal(stage.read('.kiro/agents/stem.json'), '{"name": "by-name", "tools": ["*"]}');
});

test('without a default agent of theirs: a whole new agent, and uninstall leaves nothing of it', (t) => {
  const stage = createInstallStage(t);
  const before = stage.snapshot();
  const plan = stage.install();
  const agent = readAgent(stage, OWN);
  assert.equal(agent.name, 'spoor-traced');
  assert.deepEqual(agent.tools, ['*']);
  assert.deepEqual(Object.keys(agent.hooks), EVENTS);
  for (const event of EVENTS) assert.deepEqual(agent.hooks[event], [ours(stage, event)]);
  for (const resource of ['file://AGENTS.md', 'file://README.md', 'file://.kiro/steering/**/*.md', 'skill://.kiro/skills/*/SKILL.md']) assert.ok((agent.resources as string[]).includes(resource), resource);
  assert.equal(agent.includeMcpJson, true);
  assert.match(plan.notes.join('\n'), /kiro-cli chat --agent spoor-traced/);
  assert.deepEqual(stage.install().edits, []);
  stage.uninstall();
  assert.deepEqual(stage.snapshot(), before);
});

test("the new agent is kiro-cli's own copy of its default where there is a kiro-cli; the user's folder is not touched by making it", (t) => {
  const stage = createInstallStage(t);
  stage.put(SETTINGS, '{\n  "chat.defaultAgent": "kiro_default"\n}\n');
  const env = { PATH: `${join(createKiroCli(join(stage.user, 'bin')), '..')}:/usr/bin:/bin`, HOME: stage.user };
  const before = stage.snapshot();
  const plan = stage.plan({}, env);
  assert.deepEqual(stage.snapshot(), before, 'a plan changes nothing');
  stage.install({}, env);
  const agent = readAgent(stage, OWN);
  assert.equal(agent.name, 'spoor-traced');
  assert.ok((agent.resources as string[]).includes('skill://.kiro/skills/**/SKILL.md'), 'a resource that only the copy has');
  for (const event of EVENTS) assert.deepEqual(agent.hooks[event], [ours(stage, event)]);
  assert.match(plan.notes.join('\n'), /a copy of Kiro's default agent/);
  stage.uninstall(env);
  assert.deepEqual(stage.snapshot(), before);
});

test('a kiro-cli that fails, or makes an agent without tools, is not relied on', (t) => {
  const stage = createInstallStage(t);
  stage.put('bin/kiro-cli', '#!/bin/sh\nwhile [ "$1" != --directory ]; do shift; done\nprintf \'{"name":"spoor-traced"}\' > "$2/spoor-traced.json"\n');
  chmodSync(join(stage.user, 'bin/kiro-cli'), 0o755);
  stage.install({}, { PATH: `${join(stage.user, 'bin')}:/usr/bin:/bin` });
  assert.deepEqual(readAgent(stage, OWN).tools, ['*']);
});

test('a kiro-cli that knows no --directory: what it made is taken back until the user agrees', (t) => {
  const stage = createInstallStage(t);
  stage.put('.kiro/agents/keep.json', '{}');
  stage.put('bin/kiro-cli', '#!/bin/sh\nprintf \'{"name":"spoor-traced","tools":["*"],"old":true}\' > "$HOME/.kiro/agents/spoor-traced.json"\n');
  chmodSync(join(stage.user, 'bin/kiro-cli'), 0o755);
  const env = { PATH: `${join(stage.user, 'bin')}:/usr/bin:/bin`, HOME: stage.user };
  stage.plan({}, env);
  assert.ok(!existsSync(join(stage.user, OWN)));
  stage.install({}, env);
  assert.equal(readAgent(stage, OWN).old, true);
});

test('--set-default: the former default comes back, byte for byte or as a value, unless the user chose again', async (t) => {
  const settings = '{\n  // mine\n  "chat.defaultAgent": "mine",\n  "telemetry": false\n}\n';
  const stageWith = (t: Parameters<typeof createInstallStage>[0], content: string | undefined): InstallStage => {
    const stage = createInstallStage(t);
    stage.put(MINE, PLAIN);
    if (content !== undefined) stage.put(SETTINGS, content);
    return stage;
  };
  for (const content of [settings, undefined, '{}', '{"telemetry":false}', settings.replaceAll('\n', '\r\n'), '{\n  "chat.defaultAgent": "lost"\n}']) {
    await t.test(`untouched since: ${JSON.stringify(content)}`, (t) => {
      const stage = stageWith(t, content);
      const before = stage.snapshot();
      stage.install({ agent: 'other', setDefault: true });
      assert.equal((parse(stage.read(SETTINGS)) as Entry)['chat.defaultAgent'], 'other');
      assert.deepEqual(stage.install({ agent: 'other', setDefault: true }).edits, []);
      stage.uninstall();
      assert.deepEqual(stage.snapshot(), before);
    });
  }
  await t.test('the settings were written since, as Kiro does', (t) => {
    const stage = stageWith(t, '{\n  "chat.defaultAgent": "mine"\n}\n');
    stage.install({ agent: 'other', setDefault: true });
    stage.put(SETTINGS, '{"chat.defaultAgent":"other","telemetry":true}');
    stage.uninstall();
    assert.equal(stage.read(SETTINGS), '{"chat.defaultAgent":"mine","telemetry":true}');
  });
  await t.test('there was none before, and the settings were written since', (t) => {
    const stage = stageWith(t, undefined);
    stage.install({ agent: 'other', setDefault: true });
    stage.put(SETTINGS, '{\n  "chat.defaultAgent": "other",\n  "telemetry": true\n}\n');
    stage.uninstall();
    assert.equal(stage.read(SETTINGS), '{\n  "telemetry": true\n}\n');
  });
  await t.test('the user chose another one since', (t) => {
    const stage = stageWith(t, settings);
    stage.install({ setDefault: true });
    stage.install({ agent: 'other', setDefault: true });
    stage.put(SETTINGS, '{"chat.defaultAgent":"third"}');
    stage.uninstall();
    assert.equal(stage.read(SETTINGS), '{"chat.defaultAgent":"third"}');
  });
  await t.test('two installs with two agents: back to the very first', (t) => {
    const stage = stageWith(t, '{"chat.defaultAgent":"kiro_default"}');
    stage.install({ setDefault: true });
    stage.put(SETTINGS, '{"chat.defaultAgent":"spoor-traced","a":1}');
    stage.install({ agent: 'mine', setDefault: true });
    stage.put(SETTINGS, '{"chat.defaultAgent":"mine","a":1}');
    stage.uninstall();
    assert.equal(stage.read(SETTINGS), '{"chat.defaultAgent":"kiro_default","a":1}');
  });
});

test('settings that cannot be read stop only what needs them', (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, PLAIN);
  stage.put(SETTINGS, '{"chat.defaultAgent": }');
  assert.match(stage.plan().refusal ?? '', /cli\.json is not valid JSON .*line 1, column 23.*--agent NAME/);
  assert.match(stage.plan({ agent: 'mine', setDefault: true }).refusal ?? '', /cli\.json/);
  assert.equal(stage.plan({ agent: 'mine' }).refusal, undefined);
  stage.put(SETTINGS, '{"chat.defaultAgent": "mine"}');
  chmodSync(join(stage.user, SETTINGS), 0o444);
  assert.equal(stage.plan().refusal, undefined, 'reading a read-only file is fine');
  assert.match(stage.plan({ agent: 'other', setDefault: true }).refusal ?? '', /read-only/);
});

test('a name is never a path, and built-in agents are not overwritten', (t) => {
  const stage = createInstallStage(t);
  for (const name of ['../x', 'a/b', 'a\\b', '', '.', '..', '.hidden', '-x', 'a..b', 'a\0b', 'a\nb', 'x'.repeat(200), 'kiro_default', 'kiro_planner']) {
    const plan = stage.install({ agent: name });
    assert.ok(plan.refusal, JSON.stringify(name));
    assert.deepEqual(plan.edits, []);
  }
  assert.deepEqual(stage.snapshot(), {});
  assert.equal(stage.plan({ agent: 'my agent 2.0' }).refusal, undefined);
});

test("KIRO_HOME, the folder of Kiro's predecessor, and no home at all", (t) => {
  const stage = createInstallStage(t);
  const elsewhere = join(stage.user, 'elsewhere');
  assert.deepEqual(stage.plan({}, { KIRO_HOME: elsewhere }).edits.map(({ path }) => path), [join(elsewhere, 'agents/spoor-traced.json')]);
  assert.deepEqual(stage.plan({}, { KIRO_HOME: 'relative' }).edits.map(({ path }) => path), [join(stage.user, OWN)]);
  stage.put('.aws/amazonq/cli-agents/mine.json', PLAIN);
  assert.deepEqual(stage.plan({ agent: 'mine' }).edits.map(({ path }) => path), [join(stage.user, '.aws/amazonq/cli-agents/mine.json')]);
  const homeless = { ...stage.request(), environment: { env: {}, platform: 'linux' as const } };
  assert.match(kiroInstaller.plan(homeless).refusal ?? '', /no HOME/);
  assert.equal(kiroInstaller.isPresent(homeless.environment), false);
  assert.deepEqual(kiroInstaller.installedIn(homeless.environment, stage.command), []);
});

test('Kiro is here when its folder or its program is', (t) => {
  const stage = createInstallStage(t);
  assert.equal(kiroInstaller.isPresent(stage.request().environment), false);
  const folder = join(stage.user, 'bin');
  createKiroCli(folder);
  assert.equal(kiroInstaller.isPresent(stage.request({}, { PATH: `/nowhere:${folder}` }).environment), true);
  stage.put(SETTINGS, '{}');
  assert.equal(kiroInstaller.isPresent(stage.request().environment), true);
});

test('uninstall: an edited agent of ours stays without our hooks, copies of it are cleaned, strangers and broken files are left alone', (t) => {
  const stage = createInstallStage(t);
  stage.put('.kiro/agents/broken.json', '{');
  stage.put('.kiro/agents/stranger.json', '{"tools":["*"],"hooks":{"stop":[{"command":"true"}]}}');
  stage.install();
  stage.put('.kiro/agents/copy.json', stage.read(OWN).replace('spoor-traced', 'copy'));
  stage.put(OWN, stage.read(OWN).replace('"model": null', '"model": "auto"'));
  stage.uninstall();
  assert.equal(readAgent(stage, OWN).model, 'auto');
  assert.equal(readAgent(stage, OWN).hooks, undefined);
  assert.equal(readAgent(stage, '.kiro/agents/copy.json').hooks, undefined);
  assert.equal(stage.read('.kiro/agents/broken.json'), '{');
  assert.equal(stage.read('.kiro/agents/stranger.json'), '{"tools":["*"],"hooks":{"stop":[{"command":"true"}]}}');
});

test('uninstall stops, and changes nothing, when a file it must clean is broken', (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, PLAIN);
  stage.install({ agent: 'mine' });
  stage.install();
  stage.put(MINE, `${stage.read(MINE)}}`);
  const before = stage.snapshot();
  assert.match(stage.uninstall().refusal ?? '', /mine\.json is not valid JSON/);
  assert.deepEqual(stage.snapshot(), before);
  stage.put(MINE, stage.read(MINE).slice(0, -1));
  stage.uninstall();
  assert.equal(stage.read(MINE), PLAIN);
  assert.ok(!existsSync(join(stage.user, OWN)));
});

test('uninstall without a record still finds what is ours', (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, PLAIN);
  stage.put(MINE, stage.plan({ agent: 'mine' }).edits[0]?.after ?? '');
  stage.uninstall();
  assert.equal(stage.read(MINE), PLAIN);
  assert.match(stage.uninstall().notes.join(), /No file of Kiro holds a hook of spoor/);
});

test('an agent that Kiro will ignore is named as such', (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, '{"hooks":{"stop":[{"hooks":[{"command":"true"}]}]}}');
  const notes = stage.plan({ agent: 'mine' }).notes.join('\n');
  assert.match(notes, /hooks of stop stand in groups/);
  assert.match(notes, /names no "tools"/);
  stage.put('.kiro/agents/doc.md', '# an agent');
  assert.match(stage.plan({ agent: 'doc' }).refusal ?? '', /Markdown/);
});
