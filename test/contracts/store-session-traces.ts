import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Envelope } from '#spoor/store/store.ts';
import { buildSession, buildSpan, buildTree, buildTurn, idOf, START, traceOf } from '../store/builders.ts';
import type { On } from './store.ts';

const FOREVER = Number.MAX_VALUE;

function envelopeOf(number: number, some: Partial<Envelope> = {}, sessionId = 's1'): Envelope {
  const span = buildSpan(number, { kind: 'session', traceId: traceOf(90), sessionId, values: {}, keys: [], endUnixNano: undefined, outcome: 'unknown', final: false });
  return { span, grouping: 'session', spawn: '', dueMillis: 1000, ...some };
}

function closedOf(envelope: Envelope, endUnixNano: bigint): Envelope {
  const { dueMillis: _due, ...closed } = { ...envelope, span: { ...envelope.span, endUnixNano, outcome: 'ok' as const, final: true } };
  return closed;
}

/** Envelopes and the places of turns' traces below them. */
export function testSessionTraces(on: On): void {
  testEnvelopes(on);
  testPlaces(on);
}

function testEnvelopes(on: On): void {
  it('keeps an envelope apart from all that is read and counted', on((store) => {
    store.saveSession(buildSession());
    store.saveTurn(buildTurn(1), buildTree());
    const before = [store.readSpans('kiro', 's1'), store.listSessions({}), store.readTotals()];
    store.saveEnvelope(envelopeOf(50));
    assert.deepEqual([store.readSpans('kiro', 's1'), store.listSessions({}), store.readTotals()], before);
    assert.equal(store.readSpan(idOf(50))?.kind, 'session');
    assert.deepEqual(store.findSessions(traceOf(90)).map(({ sessionId }) => sessionId), ['s1'], 'found by the trace that a backend shows');
  }));

  it('gives back the one that began last, of a grouping and of a start', on((store) => {
    const kept = [envelopeOf(50), envelopeOf(52, { grouping: 'spawn', spawn: 'p1' }), envelopeOf(51, { grouping: 'spawn', spawn: 'p2' })];
    for (const envelope of kept) store.saveEnvelope(envelope);
    const idFor = (grouping: 'session' | 'spawn', spawn?: string): string | undefined => store.readNewestEnvelope('kiro', 's1', { grouping, spawn })?.span.spanId;
    assert.deepEqual([idFor('session'), idFor('session', ''), idFor('spawn'), idFor('spawn', 'p2'), idFor('spawn', '')], [idOf(50), idOf(50), idOf(52), idOf(51), undefined]);
    assert.equal(store.readNewestEnvelope('kiro', 'other', { grouping: 'session' }), undefined);
    const { endUnixNano: _end, ...span } = envelopeOf(50).span;
    assert.deepEqual(store.readNewestEnvelope('kiro', 's1', { grouping: 'session' }), { ...envelopeOf(50), span });
  }));

  it('tells which are to be looked at, until they are final; what is final stays', on((store) => {
    store.saveEnvelope(envelopeOf(50, { dueMillis: 2000 }));
    store.saveEnvelope(envelopeOf(51, { dueMillis: 1000 }));
    const due = (atMillis: number): string[] => store.readDueEnvelopes(atMillis).map(({ span }) => span.spanId);
    assert.deepEqual([due(999), due(1000), due(FOREVER)], [[], [idOf(51)], [idOf(51), idOf(50)]]);
    store.markEnvelopesDue(500);
    assert.equal(due(500).length, 2);
    store.saveEnvelope(closedOf(envelopeOf(51), START));
    assert.deepEqual(due(FOREVER), [idOf(50)]);
    store.saveEnvelope(envelopeOf(51));
    assert.deepEqual(due(FOREVER), [idOf(50)]);
    assert.equal(store.readSpan(idOf(51))?.endUnixNano, START);
  }));
}

function testPlaces(on: On): void {
  it('a place is for good, and of its grouping alone', on((store) => {
    store.saveEnvelope(envelopeOf(50));
    store.saveEnvelope(envelopeOf(51));
    store.saveTracePlace(traceOf(1), envelopeOf(50));
    store.saveTracePlace(traceOf(1), envelopeOf(51));
    assert.deepEqual(store.readTracePlace(traceOf(1), 'session'), { traceId: traceOf(90), envelopeSpanId: idOf(50) });
    assert.equal(store.readTracePlace(traceOf(1), 'spawn'), undefined);
    assert.equal(store.readTracePlace(traceOf(2), 'session'), undefined);
  }));

  it('tells what stands below one', on((store) => {
    store.saveEnvelope(envelopeOf(50));
    assert.equal(store.readEnvelopeContent(idOf(50)), undefined);
    store.saveTurn(buildTurn(1), buildTree());
    store.saveTracePlace(traceOf(1), envelopeOf(50));
    const content = store.readEnvelopeContent(idOf(50));
    const [root, , , last] = buildTree();
    assert.deepEqual([content?.startUnixNano, content?.endUnixNano, content?.lastTurn?.spanId], [root?.startUnixNano, last?.endUnixNano, root?.spanId]);
  }));

  it('goes with its session', on((store) => {
    store.saveEnvelope(envelopeOf(50));
    store.saveTracePlace(traceOf(1), envelopeOf(50));
    store.forget('kiro', 's1');
    assert.deepEqual([store.readDueEnvelopes(FOREVER), store.readTracePlace(traceOf(1), 'session'), store.readSpan(idOf(50))], [[], undefined, undefined]);
  }));

  it('moves with the facts of a session that was made up', on((store) => {
    store.addFacts([{ agent: 'kiro', sessionId: 'process:1', source: 'hook', type: 'turn.started', key: 'k', order: 0 }]);
    store.saveEnvelope(envelopeOf(50, {}, 'process:1'));
    store.moveFacts('kiro', 'process:1', new Map([['k', 's1']]));
    assert.equal(store.readNewestEnvelope('kiro', 's1', { grouping: 'session' })?.span.sessionId, 's1');
  }));
}
