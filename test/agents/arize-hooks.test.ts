/** Arize's hooks in agents' files: found by what they run, taken out, and every other byte stays. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findArizeHooks } from '#spoor/agents/arize-hooks.ts';
import { parseJsonText } from '#spoor/agents/json-edit.ts';
import { stripCommands } from '#spoor/agents/strip-commands.ts';

const CASES: [name: string, before: string, after: string][] = [
  ['a listed entry between others', '{"hooks": {"stop": [{"command": "a"}, {"command": "X"}, {"command": "b"}]}}', '{"hooks": {"stop": [{"command": "a"}, {"command": "b"}]}}'],
  ['an event that held nothing else', '{\n  "hooks": {\n    "stop": [{"command": "X"}],\n    "start": [{"command": "a"}]\n  }\n}\n', '{\n  "hooks": {\n    "start": [{"command": "a"}]\n  }\n}\n'],
  ['all there was', '{\n  "name": "me",\n  "hooks": {\n    "stop": [{"command": "X"}]\n  }\n}\n', '{\n  "name": "me"\n}\n'],
  ['a group of its own', '{"hooks": {"Stop": [{"matcher": "", "hooks": [{"type": "command", "command": "X"}]}, {"hooks": [{"command": "a"}]}]}}', '{"hooks": {"Stop": [{"hooks": [{"command": "a"}]}]}}'],
  ['a group shared with another', '{"hooks": {"Stop": [{"hooks": [{"command": "X"}, {"command": "a"}]}]}}', '{"hooks": {"Stop": [{"hooks": [{"command": "a"}]}]}}'],
  ['several events at once', '{"a": 1, "hooks": {"A": [{"hooks": [{"command": "X"}]}], "B": [{"hooks": [{"command": "X"}]}]}}', '{"a": 1}'],
  ['a comment beside it stays, and its brackets', '{"hooks": {"Stop": [\n  // mine\n  {"command": "X"}\n]}}', '{"hooks": {"Stop": [\n  // mine\n  \n]}}'],
  ["Copilot's keys", '{"version": 1, "hooks": {"stop": [{"type": "command", "bash": "X"}]}}', '{"version": 1}'],
  ['outside of hooks nothing is looked at', '{"command": "X", "other": [{"command": "X"}], "hooks": {}}', '{"command": "X", "other": [{"command": "X"}], "hooks": {}}'],
];
for (const [name, before, after] of CASES) {
  test(`taken out: ${name}`, () => {
    const json = parseJsonText(Buffer.from(before));
    assert.ok(!('reason' in json));
    assert.equal(stripCommands(json, (command) => command === 'X').text, after);
  });
}

function createUser(t: TestContext, files: Record<string, string>): { home: string; find: () => Record<string, string | undefined>; notes: () => string[] } {
  const home = mkdtempSync(join(tmpdir(), 'spoor-arize-'));
  t.after(() => rmSync(home, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text.replaceAll('HOME', home));
  }
  const look = (): ReturnType<typeof findArizeHooks> => findArizeHooks({ home, env: {}, platform: 'linux' }, join(home, 'project'));
  return { home, find: () => Object.fromEntries(look().edits.map(({ path, after }) => [path.slice(home.length + 1), after?.toString()])), notes: () => look().notes };
}

test('each agent its own file: what runs below ~/.arize/harness goes, everybody else stays', (t) => {
  const user = createUser(t, {
    '.claude/settings.json': '{"env": {"A": "1"}, "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "HOME/.arize/harness/venv/bin/arize-hook-stop"}]}, {"hooks": [{"command": "say HOME/.arize/harness/done"}]}]}}',
    '.cursor/hooks.json': '{"version": 1, "hooks": {"stop": [{"command": "HOME/.arize/harness/venv/bin/arize-hook-cursor"}]}}',
    '.gemini/settings.json': '{"hooks": {"AfterAgent": [{"matcher": "", "hooks": [{"name": "arize-tracing", "type": "command", "command": "\\"HOME/.arize/harness/venv/bin/arize-hook-gemini\\"", "timeout": 30000}]}]}}',
    '.kiro/agents/mine.json': '{"name": "mine", "hooks": {"stop": [{"command": "~/.arize/harness/venv/bin/arize-hook-kiro"}, {"command": "notify-send done"}]}}',
    '.kiro/agents/other.json': '{"name": "other", "hooks": {"stop": [{"command": "~/.arize/harness/../../evil"}, {"command": "/opt/.arize/harness/x"}]}}',
    '.codex/config.toml': '# mine\nnotify = ["notify-send", "HOME/.arize/harness/venv/bin/arize-hook-codex-notify"] # both\nmodel = "m"\n',
    '.config/opencode/plugin/arize-tracing.ts': '// Arize\nspawn("HOME/.arize/harness/venv/bin/arize-hook-opencode")\n',
    'project/.github/hooks/hooks.json': '{"hooks": {"Stop": [{"type": "command", "command": "HOME/.arize/harness/venv/bin/arize-hook-copilot-stop"}]}}',
  });
  assert.deepEqual(user.find(), {
    '.claude/settings.json': `{"env": {"A": "1"}, "hooks": {"Stop": [{"hooks": [{"command": "say ${user.home}/.arize/harness/done"}]}]}}`,
    '.cursor/hooks.json': '{"version": 1}',
    '.gemini/settings.json': '{}',
    '.kiro/agents/mine.json': '{"name": "mine", "hooks": {"stop": [{"command": "notify-send done"}]}}',
    '.codex/config.toml': '# mine\nnotify = ["notify-send"] # both\nmodel = "m"\n',
    '.config/opencode/plugin/arize-tracing.ts': undefined,
    'project/.github/hooks/hooks.json': '{}',
  });
  assert.deepEqual(user.notes(), []);
});

test('a notify of its own goes with its line; a file that does not parse is named and left alone', (t) => {
  const user = createUser(t, { '.codex/config.toml': 'model = "m"\nnotify = ["HOME/.arize/harness/venv/bin/arize-hook-codex-notify"]\n[a]\nb = 1\n', '.claude/settings.json': '{"hooks": ' });
  assert.deepEqual(user.find(), { '.codex/config.toml': 'model = "m"\n[a]\nb = 1\n' });
  assert.match(user.notes().join(), /settings\.json is not valid JSON/);
});

test('no agent here: nothing to do', (t) => {
  const user = createUser(t, {});
  assert.deepEqual([user.find(), user.notes()], [{}, []]);
  assert.deepEqual(findArizeHooks({ env: {}, platform: 'linux' }, '/nowhere'), { edits: [], notes: [] });
});
