import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMoment, toAgeText, toDurationText } from '#spoor/cli/terminal/time-text.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);

test('a moment: a while ago, a date, RFC 3339, and nothing else', () => {
  assert.equal(parseMoment('30m', NOW), NOW - 30 * 60_000);
  assert.equal(parseMoment('1.5h', NOW), NOW - 90 * 60_000);
  assert.equal(parseMoment('7d', NOW), NOW - 7 * 86_400_000);
  assert.equal(parseMoment('2w', NOW), NOW - 14 * 86_400_000);
  assert.equal(parseMoment('2026-11-20T09:30:00Z', NOW), Date.UTC(2026, 10, 20, 9, 30));
  assert.equal(parseMoment('2026-11-20T09:30:00.5+02:00', NOW), Date.UTC(2026, 10, 20, 7, 30, 0, 500));
  assert.equal(parseMoment('2026-11-20', NOW), new Date(2026, 10, 20).getTime());
  for (const wrong of ['', '7', 'd', '-7d', '7 days', '2026-02-30', '2026-13-01', 'yesterday', '1e3d']) assert.equal(parseMoment(wrong, NOW), undefined, wrong);
});

test('a duration takes at most seven cells and never shows 60 of anything', () => {
  const cases: [number, string][] = [
    [0, '0ms'],
    [0.4, '<1ms'],
    [340, '340ms'],
    [999.6, '1.0s'],
    [2_140, '2.1s'],
    [9_960, '10s'],
    [59_600, '1m 00s'],
    [134_000, '2m 14s'],
    [3_599_700, '1h 00m'],
    [3_780_000, '1h 03m'],
    [86_399_000, '1d 00h'],
    [273_600_000, '3d 04h'],
  ];
  for (const [millis, text] of cases) assert.equal(toDurationText(BigInt(Math.round(millis * 1e6))), text);
});

test('an age takes at most four cells', () => {
  const cases: [number, string][] = [
    [-5_000, 'now'],
    [0, 'now'],
    [59_000, '59s'],
    [61_000, '1m'],
    [7_200_000, '2h'],
    [90 * 86_400_000, '90d'],
    [3 * 365 * 86_400_000, '3y'],
  ];
  for (const [millis, text] of cases) assert.equal(toAgeText(NOW - millis, NOW), text);
});
