import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPalette, toLine } from '#spoor/cli/terminal/palette.ts';
import { toHeadLines } from '#spoor/cli/terminal/session-head.ts';
import { textWidth } from '#spoor/cli/terminal/text-width.ts';
import { toWaterfall } from '#spoor/cli/terminal/waterfall.ts';
import { toLayout, toLegend, toSessionLines, toTurnLines } from '#spoor/cli/terminal/waterfall-text.ts';
import { STORY_START, storySession, toSpan, toStory } from '../../support/story.ts';

process.env.TZ = 'UTC';

const GOLDEN = join(import.meta.dirname, '..', '..', 'fixtures', 'cli');
const AS_IT_IS = { serializers: [(value: unknown) => String(value)] };

function draw(width: number, { color = false, full = false } = {}): string {
  const turns = toWaterfall(toStory());
  const layout = toLayout(turns, width);
  const head = { session: storySession, agentTitle: 'Kiro', shortId: 'aaaa1111', turns, home: '/home/ada', nowMillis: Number(STORY_START / 1_000_000n) + 7_200_000 };
  const lines = [...toHeadLines(head, width), [], ...toSessionLines(turns, layout), ...turns.flatMap((turn) => [[], ...toTurnLines(turn, layout, full)]), [], ...toLegend(turns, width)];
  return `${lines.map((pieces) => toLine(pieces, createPalette(color))).join('\n')}\n`;
}

for (const width of [80, 120, 200]) {
  test(`the waterfall in ${width} columns`, (t) => {
    t.assert.fileSnapshot(draw(width), join(GOLDEN, `waterfall-${width}.txt`), AS_IT_IS);
  });
}

test('the waterfall with all its texts', (t) => {
  t.assert.fileSnapshot(draw(100, { full: true }), join(GOLDEN, 'waterfall-full-100.txt'), AS_IT_IS);
});

test('no line is wider than the terminal, however narrow', () => {
  for (let width = 60; width <= 240; width += 7) {
    for (const line of draw(width, { full: true }).split('\n')) assert.ok(textWidth(line) <= width, `${width}: ${line}`);
  }
});

test('colour adds codes and nothing else; each meaning has its own', () => {
  const colored = draw(120, { color: true });
  // The only escape sequences are colours, and without them it is the plain text.
  assert.equal(colored.replace(/\u001b\[\d+m/g, ''), draw(120));
  assert.match(colored, /\u001b\[94m◆ \u001b\[39m/, 'model');
  assert.match(colored, /\u001b\[33m╱+\u001b\[39m/, 'waiting');
  assert.match(colored, /\u001b\[31m[▐▕█▉▊▋▌▍▎▏]+\u001b\[39m/, 'error');
  assert.match(colored, /\u001b\[35m ⊘\u001b\[39m/, 'denied');
  assert.match(colored, /\u001b\[2m\u001b\[94m░+/, 'estimated');
});

test('a turn of a single moment, and one of a week, are drawn too', () => {
  for (const end of [0, 7 * 86_400_000]) {
    const turns = toWaterfall([toSpan({ id: 't', at: 0, end, kind: 'agent' }), toSpan({ id: 'a', at: 0, end, parentSpanId: 't' })]);
    const lines = turns.flatMap((turn) => toTurnLines(turn, toLayout(turns, 80)));
    for (const pieces of lines) assert.ok(textWidth(toLine(pieces, createPalette(false))) <= 80);
  }
});
