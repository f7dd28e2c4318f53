/** Hooks → collector → what the session works with, in the store. */
import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { openTraced, prompt, spool, step } from '../../support/spooled.ts';

test('the first hook of a session has its config taken, once', (t) => {
  const traced = openTraced(t);
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(traced.root, path)), { recursive: true });
    writeFileSync(join(traced.root, path), text);
  };
  put('.kiro/steering/style.md', 'short sentences');
  put('pond/.kiro/skills/review/SKILL.md', 'look twice');
  put('pond/.kiro/settings/mcp.json', '{"mcpServers": {"db": {"env": {"TOKEN": "hush-hush-token"}}}}');
  const told = { ...prompt('one', 'go'), cwd: join(traced.root, 'pond') };
  spool(traced, told);
  step(traced);
  const config = traced.store.readSessionConfig('kiro', 'one');
  assert.deepEqual(config?.parts.filter(({ kind }) => kind !== 'agent').map(({ kind, name }) => `${kind} ${name}`), ['instructions ~/.kiro/steering/style.md', 'mcp db', 'skill review']);
  put('pond/.kiro/skills/review/SKILL.md', 'look three times');
  spool(traced, told);
  spool(traced, { ...prompt('two', 'go'), cwd: join(traced.root, 'pond') });
  step(traced);
  assert.deepEqual(traced.store.readSessionConfig('kiro', 'one'), config);
  const later = traced.store.readSessionConfig('kiro', 'two');
  assert.deepEqual(later?.parts.filter(({ hash }, at) => hash !== config?.parts[at]?.hash).map(({ name }) => name), ['review']);
  const rows = JSON.stringify(['config_part', 'config', 'session_config'].flatMap((table) => traced.store.database.sql(`SELECT * FROM ${table}`).all()));
  assert.ok(!rows.includes('hush') && !rows.includes('look'));
});

test('what waited in the spool tells nothing of what was there then', (t) => {
  const traced = openTraced(t);
  const path = spool(traced, { ...prompt('one', 'go'), cwd: traced.root });
  const hourAgo = Date.now() / 1000 - 3600;
  utimesSync(path, hourAgo, hourAgo);
  step(traced);
  assert.ok(traced.store.readSession('kiro', 'one'));
  assert.equal(traced.store.readSessionConfig('kiro', 'one'), undefined);
});
