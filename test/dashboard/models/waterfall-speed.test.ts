/** A session of 100,000 spans stays handy: the figures are told, not asserted; a pass that grew to the square of the spans would never end here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateSession } from '../../../dashboard/src/waterfall/harness/generate-session.ts';
import { toContextFill } from '../../../dashboard/src/models/waterfall/context-fill.ts';
import { parseFilter } from '../../../dashboard/src/models/waterfall/filter-language.ts';
import { toMatches } from '../../../dashboard/src/models/waterfall/filter-match.ts';
import { findFailureChains } from '../../../dashboard/src/models/waterfall/failure-chains.ts';
import { toOverview } from '../../../dashboard/src/models/waterfall/overview.ts';
import { findSerialGroups } from '../../../dashboard/src/models/waterfall/parallel.ts';
import { toSegments } from '../../../dashboard/src/models/waterfall/segments.ts';
import { toSpanTree } from '../../../dashboard/src/models/waterfall/span-tree.ts';
import { toSums } from '../../../dashboard/src/models/waterfall/sums.ts';
import { toTimeFold } from '../../../dashboard/src/models/waterfall/time-fold.ts';
import { fitAll, toTimeScale, toX } from '../../../dashboard/src/models/waterfall/time-scale.ts';
import { toTicks } from '../../../dashboard/src/models/waterfall/ticks.ts';
import { toVisibleRows } from '../../../dashboard/src/models/waterfall/visible-rows.ts';

test('layout of 100,000 spans, and one frame of it', (context) => {
  const answer = generateSession({ seed: 3, spans: 100_000 });
  const told: string[] = [];
  const timed = <T>(name: string, work: () => T): T => {
    const from = performance.now();
    const value = work();
    told.push(`${name} ${(performance.now() - from).toFixed(1)} ms`);
    return value;
  };
  const from = performance.now();
  const tree = timed('tree', () => toSpanTree(answer.spans, answer.details));
  const visible = timed('rows', () => toVisibleRows(tree, { level: 'none', toggled: [] }));
  const fold = timed('fold', () => toTimeFold(tree));
  const scale = timed('scale', () => toTimeScale(fold, fitAll(fold), 1000));
  const layoutMillis = performance.now() - from;
  timed('sums', () => toSums(tree));
  timed('fill', () => toContextFill(tree));
  timed('overview', () => toOverview(tree, scale));
  timed('serial', () => findSerialGroups(tree));
  timed('chains', () => findFailureChains(tree));
  timed('filter', () => toMatches(tree, parseFilter('text:"no such" -tool:Bash >5s').value));
  const frame = (): void => {
    toTicks(scale);
    for (let at = 50_000; at < 50_060; at++) for (const segment of toSegments(tree, visible.rows[at] ?? 0)) toX(scale, segment.start);
  };
  timed('first frame', frame);
  timed('frame', frame);
  context.diagnostic(`layout ${layoutMillis.toFixed(1)} ms; ${told.join(', ')}`);
  assert.ok(tree.count >= 100_000);
});
