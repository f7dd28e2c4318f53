import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Span } from '#spoor/core/span.ts';
import { isTimeTold, toRunNano, toWaitNano } from '#spoor/core/run-time.ts';

type Times = Pick<Span, 'startUnixNano' | 'values' | 'provenance'> & { endUnixNano: bigint };

const timed = (times: Span['provenance']['times'], values: Span['values'] = {}): Times => ({ startUnixNano: 10n, endUnixNano: 30n, values, provenance: { times } });
const wait = (from: number, to: number): { fromNano: bigint; toNano: bigint } => ({ fromNano: BigInt(from), toNano: BigInt(to) });

describe('the run time of a span', () => {
  it('goes from start to end, without the waiting inside', () => {
    const waits = [wait(12, 15), wait(14, 18), wait(25, 40), wait(0, 5)];
    assert.deepEqual([toRunNano(timed('hook')), toRunNano(timed('transcript'), waits), toWaitNano(timed('hook'), waits)], [20n, 9n, 11n]);
    assert.deepEqual([toRunNano(timed('hook'), [wait(10, 30)]), toWaitNano({ startUnixNano: 10n }, [wait(5, 50)])], [0n, 40n]);
  });

  it("is the agent's own measure where it tells one, even where nobody tells when that was", () => {
    assert.deepEqual([toRunNano(timed('hook', { ownDurationNano: 7n }), [wait(12, 15)]), toRunNano(timed('estimated', { ownDurationNano: 7n }))], [7n, 7n]);
  });

  it('is not known of what is open, or only estimated', () => {
    const { endUnixNano: _none, ...open } = timed('hook', { ownDurationNano: 7n });
    assert.deepEqual([toRunNano(open), toRunNano(timed('estimated')), isTimeTold(timed('estimated')), isTimeTold(timed('native'))], [undefined, undefined, false, true]);
  });
});
