import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toDoctorLines, toVerdict } from '#spoor/cli/terminal/doctor-text.ts';
import { createPalette, toLine } from '#spoor/cli/terminal/palette.ts';
import type { DoctorReport, Link } from '#spoor/doctor/report.ts';

const link = (more: Partial<Link>): Link => ({ link: 'hook', subject: 'kiro', state: 'ok', seen: 'ran', ...more });
const report = (chain: Link[], findings: DoctorReport['findings'] = []): DoctorReport => ({ ok: true, version: '0.1.0', home: '/home/ada/.spoor', chain, findings });

function draw(one: DoctorReport, width = 60): string[] {
  return toDoctorLines(one, { width, home: '/home/ada' }).map((line) => toLine(line, createPalette(false)));
}

test('the chain with its times and steps, paths below the home shortened, nothing foreign obeyed', () => {
  const lines = draw(report([link({ durationMillis: 12.3 }), link({ link: 'destination', subject: 'web', state: 'broken', seen: '/home/ada/x\u001b[2J is gone', next: 'touch /home/ada/x' })], [{ check: 'user', state: 'unknown', seen: 'nobody knows' }]));
  assert.deepEqual(lines, [
    'the chain, tried live',
    '  ✓ hook  ran                                           12ms',
    '  ✗ web   ~/x is gone',
    '          → touch ~/x',
    '',
    'checks',
    '  ? user  nobody knows',
  ]);
});

test('sentences are wrapped, commands move to the left and stay whole', () => {
  const next = `spoor install ${'x'.repeat(50)}`;
  const lines = draw(report([], [{ check: 'agent-file', state: 'attention', seen: 'one two three four five six seven eight nine ten eleven', next }]));
  assert.deepEqual(lines.slice(-3), ['  ! agent-file  one two three four five six seven eight nine', '                ten eleven', `    → ${next}`]);
});

test('with several agents each link says whose it is', () => {
  assert.match(draw(report([link({}), link({ subject: 'codex' })])).join('\n'), /kiro: ran\n.*codex: ran/);
});

test('the verdict counts what needs mending and what deserves a look', () => {
  assert.equal(toVerdict(report([link({})])).sentence, 'All is well.');
  assert.equal(toVerdict(report([link({ state: 'attention' })])).sentence, 'The chain holds; 1 thing deserves a look (!).');
  assert.equal(toVerdict(report([link({ state: 'broken' })], [{ check: 'a', state: 'broken', seen: '' }, { check: 'b', state: 'attention', seen: '' }])).sentence, '2 things need mending (✗), 1 thing deserves a look (!).');
});
