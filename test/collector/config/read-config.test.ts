import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ConfigPlace } from '#spoor/agents/agent.ts';
import { agents, findAgent } from '#spoor/agents/index.ts';
import { listProjectFolders, readConfig } from '#spoor/collector/config/read-config.ts';
import type { ConfigPart } from '#spoor/core/config-part.ts';
import { toFingerprint } from '#spoor/core/config-part.ts';

function lay(t: TestContext, files: Readonly<Record<string, string>>): { root: string; put(path: string, text: string): void } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'spoor-config-')));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) put(path, text);
  return { root, put };
}

function read(root: string, agent: string, cwd = 'work/pond'): ConfigPart[] {
  const environment = { home: join(root, 'home'), env: {}, platform: process.platform };
  return readConfig(findAgent(agent)?.config?.({ environment, folders: listProjectFolders(join(root, cwd)) }) ?? []);
}

const names = (parts: readonly ConfigPart[]): string[] => parts.map(({ kind, name }) => `${kind} ${name}`);

const SKILL = '---\nname: review\n---\nLook twice.\n';

/** What each agent reads, by its own documentation. */
const LAYOUTS: Record<string, { files: Record<string, string>; parts: string[] }> = {
  'claude-code': {
    files: {
      'home/.claude/CLAUDE.md': 'a', 'home/.claude/skills/review/SKILL.md': SKILL, 'home/.claude/settings.json': '{"hooks": {"Stop": []}}', 'home/.claude/settings.local.json': '{"model": "x"}',
      'home/.claude.json': '{"mcpServers": {"tracker": {"command": "t"}}, "projects": {"ROOT/work/pond": {"mcpServers": {"mine": {}}}}, "history": [1]}',
      'work/pond/CLAUDE.md': 'b', 'work/pond/.claude/commands/ship.md': 'c', 'work/pond/.claude/agents/reader.md': 'd', 'work/pond/.mcp.json': '{"mcpServers": {"db": {"env": {"TOKEN": "hush"}}}}',
    },
    parts: ['agent reader', 'hooks ~/.claude/settings.json: hooks', 'instructions CLAUDE.md', 'instructions ~/.claude/CLAUDE.md', 'mcp db', 'mcp mine', 'mcp tracker', 'skill review', 'skill ship'],
  },
  codex: {
    files: { 'home/.codex/AGENTS.md': 'a', 'home/.codex/config.toml': 'notify = ["x"]\n[mcp_servers.docs]\ncommand = "d"\n', 'home/.codex/hooks.json': '{"hooks": {}}', 'work/pond/AGENTS.md': 'b', 'work/pond/.agents/skills/review/SKILL.md': SKILL },
    parts: ['hooks ~/.codex/config.toml: notify', 'hooks ~/.codex/hooks.json: hooks', 'instructions AGENTS.md', 'instructions ~/.codex/AGENTS.md', 'mcp docs', 'skill review'],
  },
  copilot: {
    files: { 'home/.copilot/mcp-config.json': '{"mcpServers": {"gh": {}}}', 'work/pond/.github/copilot-instructions.md': 'a', 'work/pond/.github/hooks/own.json': '{}', 'work/pond/.github/skills/review/SKILL.md': SKILL },
    parts: ['hooks .github/hooks/own.json', 'instructions .github/copilot-instructions.md', 'mcp gh', 'skill review'],
  },
  cursor: {
    files: { 'home/.cursor/mcp.json': '{"mcpServers": {"gh": {}}}', 'work/pond/.cursorrules': 'a', 'work/pond/.cursor/rules/tests.mdc': 'b', 'work/pond/.cursor/hooks.json': '{"hooks": {}}' },
    parts: ['hooks .cursor/hooks.json: hooks', 'instructions .cursor/rules/tests.mdc', 'instructions .cursorrules', 'mcp gh'],
  },
  gemini: {
    files: { 'home/.gemini/GEMINI.md': 'a', 'home/.gemini/settings.json': '{"mcpServers": {"s": {}}, // mine\n "hooks": {},}', 'work/pond/GEMINI.md': 'b', 'work/pond/.gemini/skills/review/SKILL.md': SKILL },
    parts: ['hooks ~/.gemini/settings.json: hooks', 'instructions GEMINI.md', 'instructions ~/.gemini/GEMINI.md', 'mcp s', 'skill review'],
  },
  'qwen-code': { files: { 'home/.qwen/QWEN.md': 'a', 'work/pond/.qwen/settings.json': '{"mcpServers": {"s": {}}}' }, parts: ['instructions ~/.qwen/QWEN.md', 'mcp s'] },
  kiro: {
    files: { 'home/.kiro/steering/style.md': 'a', 'home/.kiro/agents/quiet.json': '{}', 'work/pond/.kiro/settings/mcp.json': '{"mcpServers": {"aws": {}}}', 'work/pond/.kiro/hooks/own.kiro.hook': '{}', 'work/pond/.kiro/skills/review/SKILL.md': SKILL },
    parts: ['agent quiet', 'hooks .kiro/hooks/own.kiro.hook', 'instructions ~/.kiro/steering/style.md', 'mcp aws', 'skill review'],
  },
  opencode: {
    files: { 'home/.config/opencode/AGENTS.md': 'a', 'work/pond/opencode.json': '{"mcp": {"s": {}}, "agent": {"plan": {}}}', 'work/pond/.opencode/plugins/own.ts': 'x', 'home/.claude/skills/review/SKILL.md': SKILL },
    parts: ['agent plan', 'hooks .opencode/plugins/own.ts', 'instructions ~/.config/opencode/AGENTS.md', 'mcp s', 'skill review'],
  },
  pi: { files: { 'home/.pi/agent/AGENTS.md': 'a', 'home/.pi/agent/mcp.json': '{"mcpServers": {"s": {}}}', 'work/pond/.pi/extensions/own.ts': 'x' }, parts: ['hooks .pi/extensions/own.ts', 'instructions ~/.pi/agent/AGENTS.md', 'mcp s'] },
};

test('every agent tells where what it works with stands', () => {
  assert.deepEqual(agents.filter(({ config }) => config).map(({ id }) => id).sort(), Object.keys(LAYOUTS).sort());
});

for (const [agent, { files, parts }] of Object.entries(LAYOUTS)) {
  test(`${agent}: parts of the user's and of the project's own places; a change of one changes the fingerprint`, (t) => {
    const { root, put } = lay(t, { 'work/pond/.git/HEAD': '' });
    for (const [path, text] of Object.entries(files)) put(path, text.replaceAll('ROOT', root));
    const before = read(root, agent);
    assert.deepEqual(names(before), parts);
    for (const { hash } of before) assert.match(hash, /^[0-9a-f]{16}$/);
    assert.deepEqual(read(root, agent), before);
    const [path = '', text = ''] = Object.entries(files)[0] ?? [];
    put(path, path.endsWith('.json') ? text.replace('{}', '{"changed": 1}') : `${text} changed`);
    assert.notEqual(toFingerprint(read(root, agent)), toFingerprint(before));
  });
}

test('a session in a folder below reads the folders above it, up to the top of the repository and no further', (t) => {
  const { root } = lay(t, { 'work/CLAUDE.md': 'above', 'work/pond/.git/HEAD': '', 'work/pond/CLAUDE.md': 'top', 'work/pond/src/CLAUDE.md': 'below' });
  assert.deepEqual(names(read(root, 'claude-code', 'work/pond/src')), ['instructions CLAUDE.md', 'instructions src/CLAUDE.md']);
  assert.deepEqual(names(read(root, 'claude-code', 'work')), ['instructions CLAUDE.md']);
});

test('a skill is all that stands in its folder; without its own file it is none', (t) => {
  const { root, put } = lay(t, { 'work/pond/.git/HEAD': '', 'work/pond/.claude/skills/review/SKILL.md': SKILL, 'work/pond/.claude/skills/review/scripts/run.sh': 'echo', 'work/pond/.claude/skills/empty/README.md': 'x' });
  const [before] = read(root, 'claude-code');
  assert.equal(before?.name, 'review');
  put('work/pond/.claude/skills/review/scripts/run.sh', 'echo twice');
  assert.notEqual(read(root, 'claude-code')[0]?.hash, before?.hash);
});

test('a repository that means harm: links that lead out are not followed, pipes and devices not read, nothing large or deep', (t) => {
  const { root, put } = lay(t, { 'secret/SKILL.md': 'key=1', 'secret/passwd': 'root', 'work/pond/.git/HEAD': '', 'work/pond/.claude/skills/keep/SKILL.md': 'x', 'work/pond/.claude/rules/x.md': 'x' });
  const pond = join(root, 'work', 'pond');
  symlinkSync(join(root, 'secret', 'passwd'), join(pond, 'CLAUDE.md'));
  symlinkSync(join(root, 'secret'), join(pond, '.claude', 'skills', 'stolen'));
  symlinkSync(join(root, 'secret', 'passwd'), join(pond, '.claude', 'skills', 'keep', 'data'));
  symlinkSync(pond, join(pond, '.claude', 'skills', 'keep', 'ring'));
  symlinkSync(join(root, 'secret'), join(pond, '.claude', 'agents'));
  execFileSync('mkfifo', [join(pond, 'CLAUDE.local.md')]);
  symlinkSync('/dev/zero', join(pond, '.claude', 'rules', 'zero.md'));
  put('work/pond/.mcp.json', `{"mcpServers": ${'['.repeat(100_000)}`);
  put('work/pond/.claude/CLAUDE.md', 'x'.repeat(600 * 1024));
  const before = read(root, 'claude-code');
  assert.deepEqual(names(before), ['instructions .claude/CLAUDE.md', 'instructions .claude/rules/x.md', 'instructions .claude/rules/zero.md', 'instructions CLAUDE.md', 'skill keep']);
  // Nothing of what lies outside is part of any hash.
  put('secret/passwd', 'another');
  put('secret/SKILL.md', 'another');
  assert.deepEqual(read(root, 'claude-code'), before);
});

test('links within the bounds count as what they lead to', (t) => {
  const { root, put } = lay(t, { 'work/pond/.git/HEAD': '', 'work/pond/AGENTS.md': 'one', 'home/dotfiles/review/SKILL.md': SKILL, 'home/.claude/skills/other/SKILL.md': 'x' });
  symlinkSync('AGENTS.md', join(root, 'work', 'pond', 'CLAUDE.md'));
  symlinkSync(join(root, 'home', 'dotfiles', 'review'), join(root, 'home', '.claude', 'skills', 'review'));
  const before = read(root, 'claude-code');
  assert.deepEqual(names(before), ['instructions CLAUDE.md', 'skill other', 'skill review']);
  put('work/pond/AGENTS.md', 'two');
  assert.notEqual(read(root, 'claude-code')[0]?.hash, before[0]?.hash);
});

test('of very many files so many are looked at, the same ones each time', (t) => {
  const { root, put } = lay(t, { 'work/pond/.git/HEAD': '' });
  for (let index = 0; index < 2300; index += 1) put(`work/pond/.claude/rules/r${String(index).padStart(5, '0')}.md`, 'x');
  const place: ConfigPlace = { kind: 'instructions', form: 'files', path: join(root, 'work/pond/.claude/rules'), within: root, name: '', ending: '.md' };
  const parts = readConfig([place]);
  assert.equal(parts.length, 2000);
  assert.deepEqual(readConfig([place]), parts);
});

test('links that lead to themselves, in a skill and above the folder, end nothing', (t) => {
  const { root, put } = lay(t, { 'work/pond/.claude/skills/review/SKILL.md': SKILL });
  symlinkSync('loop', join(root, 'work/pond/.claude/skills/review/loop'));
  symlinkSync('.git', join(root, 'work/pond/.git'));
  assert.ok(names(read(root, 'claude-code')).includes('skill review'));
  put('work/pond/CLAUDE.md', 'b');
  assert.ok(names(read(root, 'claude-code')).some((name) => name.startsWith('instructions')));
});
