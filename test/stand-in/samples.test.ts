/** The sessions in `samples/` are what their script makes of them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createStage } from './stage.ts';

const root = join(import.meta.dirname, '..', '..');
const samples = join(root, 'samples', 'kiro', 'sessions', 'cli');

test('samples are up to date: else run node scripts/make-samples.ts', (context) => {
  const made = join(createStage(context).home, 'made');
  const ran = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'scripts', 'make-samples.ts'), made], { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  assert.deepEqual(readdirSync(samples).toSorted(), readdirSync(made).toSorted());
  for (const name of readdirSync(made)) assert.equal(readFileSync(join(samples, name), 'utf8'), readFileSync(join(made, name), 'utf8'), name);
});

test('samples show credits, a denied call, a subagent, an MCP tool, a skill, a cancelled and a failed turn', () => {
  const text = readdirSync(samples).map((name) => readFileSync(join(samples, name), 'utf8')).join('\n');
  for (const sign of [/"unit": "credit"/, /denied by the user/, /"parent_session_id"/, /tracker___/, /skills\/release\/SKILL\.md/, /"ToolUseRejected"/, /"Err"/]) assert.match(text, sign);
  assert.ok(text.length < 60_000, 'small');
});
