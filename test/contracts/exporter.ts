/**
 * What every exporter keeps, whatever it writes to. Run over `exporters/index.ts` by exporter.test.ts: a new exporter is tested by
 * being listed, and needs a stage there.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Destination, Exporter } from '#spoor/exporters/exporter.ts';
import { createExporter, type ExporterSurroundings } from '#spoor/exporters/index.ts';
import type { TraceBatch } from '#spoor/otlp/trace.ts';
import { sampleBatch } from '../otlp/sample-batch.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';

/** The other side of an exporter, for one test. */
export interface ExporterStage {
  destination: Destination;
  surroundings?: ExporterSurroundings;
  /** Span ids as the other side has them, in order. */
  received(exporter: Exporter): string[];
  /** Makes the other side take nothing, if it can be broken. */
  breakIt?(): Promise<void>;
  /** Makes it work again. */
  mendIt?(): Promise<void>;
  stop(): Promise<void>;
}

/** A destination with every setting that a test does not care about. */
export function destinationOf(some: Partial<Destination> & Pick<Destination, 'exporter'>): Destination {
  const usual = { name: 'test', protocol: 'http/protobuf', compression: 'none', headers: {}, timeoutMillis: 10_000 } as const;
  return { ...usual, dialect: 'gen-ai', sharing: { content: toContentPolicy('full') }, ...some };
}

/** Declares the tests of one exporter. */
export function testExporter(name: Destination['exporter'], openStage: () => Promise<ExporterStage>): void {
  /** One exporter on a fresh stage, both closed afterwards. */
  async function onStage(play: (exporter: Exporter, stage: ExporterStage) => Promise<void>): Promise<void> {
    const stage = await openStage();
    const exporter = createExporter(stage.destination, stage.surroundings);
    try {
      await play(exporter, stage);
    } finally {
      await exporter.close();
      await stage.stop();
    }
  }

  test(`${name}: what it was given arrives, in order`, () =>
    onStage(async (exporter, stage) => {
      assert.deepEqual(await exporter.export(sampleBatch), { status: 'success' });
      assert.deepEqual(await exporter.export(oneSpanBatch('00000000000000cc')), { status: 'success' });
      assert.deepEqual(stage.received(exporter), ['b7ad6b7169203331', '00f067aa0ba902b7', '00000000000000cc']);
    }));

  test(`${name}: an empty batch is a success`, () =>
    onStage(async (exporter, stage) => {
      assert.equal((await exporter.export({ resourceSpans: [] })).status, 'success');
      assert.deepEqual(stage.received(exporter), []);
    }));

  test(`${name}: values at the edge of what spans can hold do not stop it`, () =>
    onStage(async (exporter, stage) => {
      const numbers = { nan: Number.NaN, infinite: -Infinity, beyond: 2n ** 70n };
      const attributes = { ...numbers, half: '\ud83d', nothing: '', list: [], long: 'x'.repeat(300_000), line: 'a\nb\r\u2028c' };
      assert.equal((await exporter.export(oneSpanBatch('00000000000000dd', attributes))).status, 'success');
      assert.deepEqual(stage.received(exporter), ['00000000000000dd']);
    }));

  test(`${name}: a broken other side is told, not thrown, and what comes after it is mended arrives`, () =>
    onStage(async (exporter, stage) => {
      if (!stage.breakIt || !stage.mendIt) return;
      await stage.breakIt();
      const result = await exporter.export(sampleBatch);
      assert.equal(result.status, 'retryable');
      assert.ok(result.message, 'a person is told why');
      await stage.mendIt();
      assert.equal((await exporter.export(sampleBatch)).status, 'success');
      assert.deepEqual(stage.received(exporter), ['b7ad6b7169203331', '00f067aa0ba902b7']);
    }));

  test(`${name}: closing twice, or without ever having sent, is fine`, () =>
    onStage(async (exporter) => {
      await exporter.close();
      await exporter.close();
    }));
}

function oneSpanBatch(spanId: string, attributes: TraceBatch['resourceSpans'][number]['resource'] = {}): TraceBatch {
  const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId };
  const span = { ...ids, name: 'execute_tool read', kind: 1 as const, startUnixNano: 1n, endUnixNano: 2n, attributes };
  return { resourceSpans: [{ resource: {}, scope: { name: 'spoor' }, spans: [{ ...span, events: [], links: [], status: { code: 0 } }] }] };
}
