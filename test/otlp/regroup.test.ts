import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Span } from '#spoor/core/span.ts';
import type { RemoteParent } from '#spoor/core/shell.ts';
import type { TraceGrouping, TracePlace } from '#spoor/core/trace-grouping.ts';
import { regroup, type Regrouping } from '#spoor/otlp/regroup.ts';
import { plainSpan } from '../support/plain-span.ts';

const PLACE: TracePlace = { traceId: '5f000000aaaaaaaaaaaaaaaaaaaaaaaa', envelopeSpanId: 'eeeeeeeeeeeeeeee' };
const REMOTE: RemoteParent = { traceId: 'cccccccccccccccccccccccccccccccc', spanId: 'cccccccccccccccc', isHeadless: true };
const ENVELOPE = plainSpan({ kind: 'session', spanId: PLACE.envelopeSpanId, traceId: PLACE.traceId, sessionId: 's', startUnixNano: 0n });

function spanOf(number: number, some: Partial<Span> = {}): Span {
  return plainSpan({ spanId: number.toString(16).padStart(16, '0'), traceId: 'b'.repeat(32), sessionId: 's', startUnixNano: 100n, endUnixNano: 900n, ...some });
}

function how(grouping: TraceGrouping, some: Partial<Regrouping> = {}): Regrouping {
  return { grouping, placeOf: (traceId) => (traceId.startsWith('b') ? PLACE : undefined), mcpSpan: 'merged', ...some };
}

const mcpCall = (some: Partial<Span> = {}): Span => spanOf(7, { parentSpanId: '0000000000000001', values: { toolName: 'tracker___list', mcpServer: 'tracker', mcpTool: 'list', toolCallId: 'c7' }, content: { toolResult: 'r' }, ...some });
const waitOf = (endUnixNano: bigint, decision: 'approved' | 'denied'): Span => spanOf(8, { kind: 'permission', endUnixNano, values: { decision } });

describe('grouping by turn', () => {
  test('leaves a span as it is', () => {
    const span = mcpCall();
    assert.deepEqual(regroup(span, how('turn')), [span]);
    assert.deepEqual(regroup(ENVELOPE, how('turn')), []);
  });
});

describe('grouping by session', () => {
  test('puts the root of a turn below the envelope, and all else where it was, under ids of its own', () => {
    const [root] = regroup(spanOf(1, { kind: 'agent' }), how('session'));
    const [chat] = regroup(spanOf(2, { kind: 'chat', parentSpanId: '0000000000000001' }), how('session'));
    assert.deepEqual([root?.traceId, root?.parentSpanId], [PLACE.traceId, PLACE.envelopeSpanId]);
    assert.deepEqual([chat?.traceId, chat?.parentSpanId], [PLACE.traceId, root?.spanId]);
    assert.notEqual(root?.spanId, '0000000000000001');
    assert.notEqual(regroup(spanOf(1), how('spawn'))[0]?.spanId, regroup(spanOf(1), how('session'))[0]?.spanId);
  });

  test('the envelope keeps the ids it was stored with', () => assert.deepEqual(regroup(ENVELOPE, how('session')), [ENVELOPE]));

  test('a link to a span of ours leads to it in its new trace; one to somebody else’s stays', () => {
    const theirs = { traceId: 'd'.repeat(32), spanId: 'd'.repeat(16) };
    const [span] = regroup(spanOf(1, { kind: 'agent', links: [{ traceId: 'b'.repeat(32), spanId: '0000000000000002' }, theirs] }), how('session'));
    const [target] = regroup(spanOf(2), how('session'));
    assert.deepEqual(span?.links, [{ traceId: target?.traceId, spanId: target?.spanId }, theirs]);
  });

  test('a tree stays a tree: one trace, each id once, every parent there, whatever the order and the batches', () => {
    // Span n hangs under an earlier one; 0 is the root of one of two turns.
    const trees = fc.array(fc.tuple(fc.nat(), fc.constantFrom('chat', 'tool', 'agent', 'permission'), fc.boolean()), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(trees, fc.constantFrom<TraceGrouping>('session', 'spawn'), fc.constantFrom('merged', 'child'), fc.nat(), (nodes, grouping, mcpSpan, seed) => {
        const spans = nodes.map(([up, kind, isMcp], index): Span => {
          const parent = index === 0 ? 0 : up % index;
          const values = isMcp && kind === 'tool' ? { mcpServer: 'm', mcpTool: 't' } : {};
          return spanOf(index + 1, { kind: kind as Span['kind'], values, ...(index === 0 ? { kind: 'agent' as const } : { parentSpanId: (parent + 1).toString(16).padStart(16, '0') }) });
        });
        const options = how(grouping, { mcpSpan: mcpSpan as 'merged' | 'child' });
        const wire = spans.flatMap((span) => regroup(span, options));
        const ids = new Set(wire.map(({ spanId }) => spanId));
        assert.equal(ids.size, wire.length);
        assert.deepEqual(new Set(wire.map(({ traceId }) => traceId)), new Set([PLACE.traceId]));
        assert.deepEqual(wire.filter(({ parentSpanId }) => !ids.has(parentSpanId ?? '')).map(({ parentSpanId }) => parentSpanId), [PLACE.envelopeSpanId]);
        const shuffled = [...spans].sort((a, b) => ((Number(`0x${a.spanId}`) * (seed + 7)) % 97) - ((Number(`0x${b.spanId}`) * (seed + 7)) % 97));
        const again = new Map(shuffled.flatMap((span) => regroup(span, options)).map((span) => [span.spanId, span]));
        for (const span of wire) assert.deepEqual(again.get(span.spanId), span);
      }),
    );
  });
});

describe('a flat dialect', () => {
  const isTurn = (spanId: string): boolean => spanId === '0000000000000001';
  const parentOf = (span: Span, grouping: TraceGrouping = 'session'): unknown => regroup(span, how(grouping, { isTurn })).at(-1)?.parentSpanId;

  test('what stands below a turn stands below the envelope, and deeper what stood deeper', () => {
    const call = spanOf(2, { parentSpanId: '0000000000000001' });
    const [placed] = regroup(call, how('session', { isTurn }));
    assert.equal(placed?.parentSpanId, PLACE.envelopeSpanId);
    const inside = [spanOf(3, { kind: 'permission', parentSpanId: call.spanId }), spanOf(4, { kind: 'agent', parentSpanId: call.spanId })];
    assert.deepEqual(inside.map((span) => parentOf(span)), [placed?.spanId, placed?.spanId]);
    const [subagent] = regroup(spanOf(4, { kind: 'agent', parentSpanId: call.spanId }), how('session', { isTurn }));
    assert.equal(parentOf(spanOf(5, { parentSpanId: '0000000000000004' })), subagent?.spanId);
    assert.equal(subagent?.isFlat, undefined);
  });

  test('in somebody else’s trace as well', () => {
    const [call] = regroup(spanOf(2, { parentSpanId: '0000000000000001' }), how('session', { isTurn, context: { remoteParent: REMOTE } }));
    assert.deepEqual([call?.traceId, call?.parentSpanId], [REMOTE.traceId, PLACE.envelopeSpanId]);
  });

  test('the turn says so; with one trace a turn, or in a trace without a place, it holds what it held', () => {
    const turn = spanOf(1, { kind: 'agent' });
    assert.equal(regroup(turn, how('session', { isTurn }))[0]?.isFlat, true);
    assert.equal(regroup(turn, how('session'))[0]?.isFlat, undefined);
    assert.deepEqual(regroup(turn, how('turn', { isTurn })), [turn]);
    const call = spanOf(2, { parentSpanId: '0000000000000001', traceId: 'c'.repeat(32) });
    for (const grouping of ['turn', 'session'] as const) assert.deepEqual(regroup(call, how(grouping, { isTurn })), [call]);
  });
});

describe('mcpSpan: child', () => {
  test('the request is a span below the call, and the server’s names stand on it alone', () => {
    for (const grouping of ['turn', 'session'] as const) {
      const [request, call, ...more] = regroup(mcpCall({ outcome: 'error' }), how(grouping, { mcpSpan: 'child' }));
      assert.equal(more.length, 0);
      assert.deepEqual([request?.kind, request?.parentSpanId, request?.traceId, request?.outcome], ['mcp', call?.spanId, call?.traceId, 'error']);
      assert.deepEqual([request?.startUnixNano, request?.endUnixNano, request?.content], [100n, 900n, {}]);
      assert.deepEqual(request?.values, { toolName: 'tracker___list', mcpServer: 'tracker', mcpTool: 'list' });
      assert.deepEqual([call?.values, call?.content], [{ toolName: 'tracker___list', toolCallId: 'c7' }, { toolResult: 'r' }]);
    }
  });

  test('it runs from when the call was allowed', () => {
    const waits = [waitOf(300n, 'approved'), waitOf(450n, 'approved')];
    assert.equal(regroup(mcpCall(), how('turn', { mcpSpan: 'child', waits }))[0]?.startUnixNano, 450n);
    assert.equal(regroup(mcpCall(), how('turn', { mcpSpan: 'child', waits: [waitOf(2000n, 'approved')] }))[0]?.startUnixNano, 900n);
  });

  test('a call that never ran made no request, and a call of another tool has none', () => {
    for (const call of [mcpCall({ outcome: 'denied' }), spanOf(1, { values: { toolName: 'shell' } })]) assert.deepEqual(regroup(call, how('turn', { mcpSpan: 'child' })), [call]);
    const cancelled = mcpCall({ outcome: 'cancelled' });
    assert.deepEqual(regroup(cancelled, how('turn', { mcpSpan: 'child', waits: [waitOf(300n, 'denied')] })), [cancelled]);
  });
});

describe('a process started in somebody’s trace', () => {
  const context = { remoteParent: REMOTE };

  test('headless: the root is a child there, and all of it is in that trace', () => {
    const [turn] = regroup(spanOf(1, { kind: 'agent' }), how('turn', { context }));
    assert.deepEqual([turn?.traceId, turn?.spanId, turn?.parentSpanId], [REMOTE.traceId, '0000000000000001', REMOTE.spanId]);
    const [envelope] = regroup(ENVELOPE, how('session', { context }));
    assert.deepEqual([envelope?.traceId, envelope?.spanId, envelope?.parentSpanId], [REMOTE.traceId, PLACE.envelopeSpanId, REMOTE.spanId]);
    const [below] = regroup(spanOf(1, { kind: 'agent' }), how('session', { context }));
    assert.deepEqual([below?.traceId, below?.parentSpanId], [REMOTE.traceId, PLACE.envelopeSpanId]);
    const requests = regroup(mcpCall(), how('session', { context, mcpSpan: 'child' }));
    assert.deepEqual(requests.map(({ traceId }) => traceId), [REMOTE.traceId, REMOTE.traceId]);
  });

  test('with a person: only a link, at the root', () => {
    const linked = { context: { remoteParent: { ...REMOTE, isHeadless: false } } };
    const link = { traceId: REMOTE.traceId, spanId: REMOTE.spanId };
    for (const [span, grouping, links] of [[spanOf(1, { kind: 'agent' }), 'turn', [link]], [ENVELOPE, 'session', [link]], [spanOf(1, { kind: 'agent' }), 'session', []], [mcpCall(), 'turn', []]] as const) {
      const [wire] = regroup(span, how(grouping, linked));
      assert.deepEqual(wire?.links, links);
      assert.notEqual(wire?.traceId, REMOTE.traceId);
    }
  });
});

describe('a copy', () => {
  const copy = { salt: 'salt', isOwn: (link: { traceId: string }) => link.traceId.startsWith('b') };

  test('has other ids throughout, which lead to each other in whatever batch they come', () => {
    for (const grouping of ['turn', 'session'] as const) {
      const [root] = regroup(spanOf(1, { kind: 'agent' }), how(grouping, copy));
      const [call] = regroup(spanOf(2, { parentSpanId: '0000000000000001', links: [{ traceId: 'b'.repeat(32), spanId: '0000000000000001' }] }), how(grouping, copy));
      const [plain] = regroup(spanOf(1, { kind: 'agent' }), how(grouping));
      assert.notEqual(root?.spanId, plain?.spanId);
      assert.notEqual(root?.traceId, plain?.traceId);
      assert.equal(root?.traceId.slice(0, 8), plain?.traceId.slice(0, 8));
      assert.deepEqual([call?.traceId, call?.parentSpanId, call?.links[0]?.traceId, call?.links[0]?.spanId], [root?.traceId, root?.spanId, root?.traceId, root?.spanId]);
      assert.notEqual(regroup(spanOf(1), how(grouping, { ...copy, salt: 'other' }))[0]?.spanId, root?.spanId);
    }
    const [envelope] = regroup(ENVELOPE, how('session', copy));
    assert.deepEqual([envelope?.traceId, envelope?.spanId], [regroup(spanOf(1), how('session', copy))[0]?.traceId, regroup(spanOf(1), how('session', copy))[0]?.parentSpanId]);
  });

  test('stays in the trace that it was started in, and leads to what is not ours as before', () => {
    const theirs = { traceId: 'd'.repeat(32), spanId: 'd'.repeat(16) };
    const [root] = regroup(spanOf(1, { kind: 'agent', links: [theirs] }), how('turn', { ...copy, context: { remoteParent: REMOTE } }));
    assert.deepEqual([root?.traceId, root?.parentSpanId, root?.links], [REMOTE.traceId, REMOTE.spanId, [theirs]]);
    assert.notEqual(root?.spanId, '0000000000000001');
  });

  test('has the request to an MCP server below its own call', () => {
    const [request, call] = regroup(mcpCall(), how('turn', { ...copy, mcpSpan: 'child' }));
    assert.deepEqual([request?.parentSpanId, request?.traceId], [call?.spanId, call?.traceId]);
    assert.notEqual(request?.spanId, regroup(mcpCall(), how('turn', { mcpSpan: 'child' }))[0]?.spanId);
  });
});
