/** What was answered with 200 outlives the process, whenever that is killed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { toProtobuf } from '#spoor/otlp/to-protobuf.ts';
import { openTelemetryReader } from '#spoor/receiver/read-telemetry.ts';
import { sampleBatch } from '../otlp/sample-batch.ts';
import { sendTo } from '../support/receiving.ts';
import { removeFolder } from '../support/remove-folder.ts';

const SENDERS = 4;

test('kill -9 while four send: all that was answered is there, and nothing twice', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-kill-'));
  const path = join(folder, 'telemetry.db');
  t.after(() => removeFolder(folder));
  const [group] = sampleBatch.resourceSpans;
  const [span] = group?.spans ?? [];
  assert.ok(group && span);
  const taken: string[] = [];
  let next = 1;
  for (let round = 1; round <= 3; round += 1) {
    const child = spawn(process.execPath, [...process.execArgv.filter((arg) => arg.startsWith('--conditions')), join(import.meta.dirname, 'receiving-process.ts'), path], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => child.kill('SIGKILL'));
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    const until = taken.length + 15 * round;
    const send = async (): Promise<void> => {
      for (;;) {
        const traceId = (next++).toString(16).padStart(32, '0');
        const answer = await sendTo(Number(String(port)), '/v1/traces', toProtobuf({ resourceSpans: [{ ...group, spans: [{ ...span, traceId }] }] })).catch(() => undefined);
        if (answer?.status !== 200) return;
        taken.push(traceId);
        if (taken.length === until) child.kill('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, send));
    assert.ok(taken.length >= until);
  }
  const reader = openTelemetryReader(path) ?? assert.fail();
  t.after(() => reader.close());
  const kept = reader.readTraces({ limit: 10_000 });
  const ids = new Set(kept.map(({ traceId }) => traceId));
  assert.deepEqual(taken.filter((id) => !ids.has(id)), []);
  assert.equal(ids.size, kept.length);
  assert.ok(kept.every(({ spans }) => spans === 1));
});
