import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPalette, toLine } from '#spoor/cli/terminal/palette.ts';
import { toHeadLines } from '#spoor/cli/terminal/session-head.ts';
import { textWidth } from '#spoor/cli/terminal/text-width.ts';
import { toWaterfall } from '#spoor/cli/terminal/waterfall.ts';
import type { Session } from '#spoor/core/session.ts';
import type { Span } from '#spoor/core/span.ts';
import { STORY_START, storySession, toSpan, toStory } from '../../support/story.ts';

function head(session: Session, spans: readonly Span[], width = 200): string[] {
  const nowMillis = Number(STORY_START / 1_000_000n) + 7_200_000;
  const lines = toHeadLines({ session, agentTitle: 'Kiro', shortId: session.sessionId.slice(0, 8), turns: toWaterfall(spans), home: '/home/ada', nowMillis }, width);
  return lines.map((pieces) => toLine(pieces, createPalette(false)));
}

test('who, when and where, and the sums', () => {
  const [who, where, sums] = head(storySession, toStory());
  assert.equal(who, 'Kiro aaaa1111  fix the flaky login test');
  assert.match(where ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d \(2h ago\) · ~\/work\/shop · claude-sonnet-4\.5 · spoor-traced · v2\.27\.1$/);
  assert.equal(sums, '2 turns · 11 tools · 1 error · 1 denied · 0.17 credits · 41s active · 9.9s waiting');
});

test('what is not known is left out; the model is then the one that answered', () => {
  const bare: Session = { agent: 'kiro', sessionId: storySession.sessionId };
  const [who, where, sums] = head(bare, [
    toSpan({ id: 't', at: 0, kind: 'agent' }),
    toSpan({ id: 'c', at: 0, end: 5, kind: 'chat', parentSpanId: 't', values: { responseModel: 'auto-1' } }),
  ]);
  assert.equal(who, 'Kiro aaaa1111');
  assert.match(where ?? '', / · auto-1$/);
  assert.equal(sums, '1 turn');
});

test('errors are failed calls: neither a turn that failed nor a request that did is one', () => {
  const failed = toSpan({ id: 't', at: 0, end: 9, kind: 'agent', outcome: 'error' });
  const request = toSpan({ id: 'c', at: 0, end: 1, kind: 'chat', parentSpanId: 't', outcome: 'error' });
  assert.doesNotMatch(head(storySession, [failed, request])[2] ?? '', /error/);
  assert.match(head(storySession, [failed, request, toSpan({ id: 'a', at: 1, end: 2, parentSpanId: 't', outcome: 'timeout' })])[2] ?? '', /· 1 error ·/);
});

test('hostile titles and folders stay within their lines', () => {
  const evil = 'x\u001b[2J\n'.repeat(100);
  for (const line of head({ ...storySession, title: evil, cwd: evil, agentName: evil, model: evil }, toStory(), 60)) {
    assert.ok(textWidth(line) <= 60);
    assert.doesNotMatch(line, /[\u0000-\u001f]/);
  }
});

test('active is the sum of the turns that somebody timed, the agent\'s own measure first, and of no subagent that lost its parent', () => {
  const own = { ownDurationNano: 1_500_000_000n };
  const spans = [
    toSpan({ id: 't', at: 0, end: 5_000, kind: 'agent', values: own, provenance: { times: 'estimated' } }),
    toSpan({ id: 'u', at: 9_000, end: 11_000, kind: 'agent', turnIndex: 1 }),
    toSpan({ id: 'v', at: 11_500, end: 11_900, kind: 'agent', turnIndex: 2, provenance: { times: 'estimated' } }),
    toSpan({ id: 'x', at: 12_000, end: 22_000, kind: 'agent', sessionId: 'bbbb2222', parentSpanId: 'gone' }),
  ];
  assert.deepEqual(toWaterfall(spans).slice(0, 3).map(({ durationNano }) => durationNano), [1_500_000_000n, 2_000_000_000n, undefined]);
  assert.equal(head(storySession, spans)[2], '3 turns · 3.5s active');
});

test('a model that nobody named is not called "model"', () => {
  const spans = [toSpan({ id: 't', at: 0, end: 5_000, kind: 'agent' }), toSpan({ id: 'c', at: 0, end: 5, kind: 'chat', parentSpanId: 't' })];
  assert.doesNotMatch(head({ agent: 'kiro', sessionId: storySession.sessionId }, spans)[1] ?? '', /model/);
});
