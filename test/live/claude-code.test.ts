import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { claudeCode } from './agents/claude-code.ts';
import { toExpectedLines, toFoundLines } from './expected-trace.ts';
import type { Scenario } from './scenarios.ts';
import { findMissing, openStage } from './stage.ts';
import { testAgent } from './test-agent.ts';

testAgent(claudeCode);

const AT_A_TERMINAL: Scenario = {
  runs: [{ phrase: 'touch the polite stork' }, { phrase: 'wake the drowsy owl', interruptAt: 'started-owl' }],
  parts: [
    { phrase: 'touch the polite stork', answers: [{ calls: [{ tool: 'shell', command: 'touch polite-stork', outcome: 'ok' }] }, { text: 'Touched with leave.' }] },
    { phrase: 'wake the drowsy owl', answers: [{ calls: [{ tool: 'shell', command: 'touch started-owl; sleep 60', outcome: 'cancelled' }] }] },
  ],
};

/** What it asks a person at its first start, answered before. */
function skipWelcome(home: string, project: string): void {
  const path = join(home, '.claude.json');
  const known = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as object) : {};
  const approved = [claudeCode.env({ home, project, modelUrl: '', mcpCommand: [] }).ANTHROPIC_API_KEY?.slice(-20)];
  const projects = { [project]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } };
  writeFileSync(path, JSON.stringify({ ...known, hasCompletedOnboarding: true, theme: 'dark', customApiKeyResponses: { approved, rejected: [] }, projects }));
}

function readTranscripts(home: string): string {
  return globSync('.claude/projects/*/*.jsonl', { cwd: home }).map((path) => readFileSync(join(home, path), 'utf8')).join('');
}

const skip = findMissing(claudeCode) ?? (spawnSync('python3', ['-c', 'import pty']).status === 0 ? undefined : 'There is no python3, which lends its terminal.');

test('Claude Code: at a terminal a person allows a call, and stops another with Esc', { skip }, async (t) => {
  const stage = await openStage(claudeCode, AT_A_TERMINAL);
  t.after(() => stage.close());
  await stage.install();
  const { home, project } = stage.places;
  skipWelcome(home, project);
  const terminal = stage.openTerminal(['--permission-mode', 'default']);
  await terminal.waitFor(/\?forshortcuts|❯/);
  await terminal.type('touch the polite stork');
  await terminal.waitFor(/proceed|permission/i);
  await terminal.pressUntil('\r', 'the call that was allowed', () => existsSync(join(project, 'polite-stork')));
  await terminal.waitFor(/Touchedwithleave/);
  await terminal.type('wake the drowsy owl');
  await terminal.waitFor(/proceed|permission/i);
  await terminal.pressUntil('\r', 'the call that is to be stopped', () => existsSync(join(project, 'started-owl')));
  terminal.press('\u001b');
  await terminal.waitUntil('the interruption', () => readTranscripts(home).includes('[Request interrupted'));
  await terminal.type('/exit');
  await terminal.end();
  const spans = await stage.collect();
  const expected = toExpectedLines(claudeCode, AT_A_TERMINAL, stage.model.served);
  assert.deepEqual(toFoundLines(claudeCode, spans), expected);
  const waits = spans.filter(({ operation }) => operation.startsWith('permission'));
  assert.deepEqual(waits.map(({ parentSpanId, outcome }) => [spans.find(({ spanId }) => spanId === parentSpanId)?.turnIndex, outcome]), [[0, 'ok'], [1, 'cancelled']]);
  assert.deepEqual(toFoundLines(claudeCode, await stage.importAlone()), expected, 'by import alone');
});
