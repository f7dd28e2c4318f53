/** Who an agent is, is asked once; what it takes, each time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMerger } from '#spoor/receiver/create-merger.ts';
import type { Question } from '#spoor/receiver/messages.ts';
import type { TelemetryGroup } from '#spoor/receiver/telemetry-group.ts';

const group = (service: string): TelemetryGroup => ({ source: { service, resource: {} }, spans: [], logs: [{ attributes: {}, body: 'one' }], metrics: [], merged: 0 });

test('owners are asked once for each source, whatever stands beside it', async () => {
  const asked: Question[] = [];
  const merger = createMerger(async (question) => {
    asked.push(question);
    return question.type === 'owners' ? question.sources.map(({ service }) => (service === 'own' ? 'gemini' : null)) : [0];
  });
  const first = await merger.merge([group('own'), group('shop'), group('own')]);
  assert.deepEqual(first.map(({ agent, merged }) => [agent, merged]), [['gemini', 1], [undefined, 0], ['gemini', 1]]);
  await merger.merge([group('own'), group('shop')]);
  await merger.merge([group('shop'), group('bakery')]);
  assert.deepEqual(asked.filter(({ type }) => type === 'owners').map((question) => (question.type === 'owners' ? question.sources.map(({ service }) => service) : [])), [['own', 'shop'], ['bakery']]);
  assert.equal(asked.filter(({ type }) => type === 'records').length, 3);
  assert.ok(merger.areForeign([group('shop'), group('bakery')]));
  assert.ok(!merger.areForeign([group('shop'), group('own')]));
});

test('what could not be told is asked again', async () => {
  let isDown = true;
  const merger = createMerger(async () => {
    if (isDown) throw new Error('not told');
    return [null];
  });
  await assert.rejects(merger.merge([group('shop')]));
  isDown = false;
  assert.equal((await merger.merge([group('shop')])).length, 1);
  assert.ok(merger.areForeign([group('shop')]));
});

test('a sender that makes up a new source each time does not fill the memory', async () => {
  const merger = createMerger(async (question) => (question.type === 'owners' ? question.sources.map(() => null) : []));
  await merger.merge(Array.from({ length: 1500 }, (_, index) => group(`s${index}`)));
  await merger.merge([group('next')]);
  assert.ok(!merger.areForeign([group('s0')]), 'begun anew');
  assert.ok(merger.areForeign([group('next')]));
});
