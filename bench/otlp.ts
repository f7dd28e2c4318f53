/** Spans a second through the OTLP encoders and decoders, beside JSON.stringify and JSON.parse of the same spans in the same run. */
import { gzipSync, constants } from 'node:zlib';
import type { Span } from '../src/core/span.ts';
import { parseOtlpJson } from '../src/otlp/parse-json.ts';
import { parseProtobuf } from '../src/otlp/parse-protobuf.ts';
import { toOtlpJson } from '../src/otlp/to-json.ts';
import { toProtobuf } from '../src/otlp/to-protobuf.ts';
import { toTraceBatch } from '../src/otlp/to-trace-batch.ts';
import { toContentPolicy } from '../src/semconv/content.ts';
import type { RenderContext } from '../src/semconv/dialect.ts';
import { genAi } from '../src/semconv/gen-ai.ts';

/** As many as a batch of the outbox holds. */
const SPANS = 512;
const WARM_UP_MILLIS = 300;
const MEASURE_MILLIS = 1000;

const context: RenderContext = {
  session: { agent: 'kiro', sessionId: '0b9f6c1e-7f14-4c56-9f0a-1f2b3c4d5e6f', cwd: '/home/ada/project', agentName: 'spoor-traced' },
  serviceName: 'kiro',
  sharing: { content: toContentPolicy('full') },
  version: '0.1.0',
};

/** Prints a line for each direction. */
export async function bench(): Promise<void> {
  const items = Array.from({ length: SPANS }, (_, index) => ({ span: newToolSpan(index), context }));
  const batch = toTraceBatch(items, genAi);
  const protobuf = toProtobuf(batch);
  const json = toOtlpJson(batch);
  const plain = JSON.stringify(batch, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
  const plainBatch: unknown = JSON.parse(plain);
  const stringify = measure(() => JSON.stringify(plainBatch));
  const parse = measure(() => JSON.parse(plain));
  console.log(`otlp: ${SPANS} tool spans of ${Math.round(protobuf.length / SPANS)} bytes in protobuf, ${Math.round(json.length / SPANS)} in JSON`);
  print('JSON.stringify', stringify);
  print('JSON.parse', parse);
  print('render gen-ai', measure(() => toTraceBatch(items, genAi)), { name: 'JSON.stringify', rate: stringify });
  print('encode protobuf', measure(() => toProtobuf(batch)), { name: 'JSON.stringify', rate: stringify });
  print('encode JSON', measure(() => toOtlpJson(batch)), { name: 'JSON.stringify', rate: stringify });
  const sendable = (): Buffer => gzipSync(toProtobuf(toTraceBatch(items, genAi)), { level: constants.Z_BEST_SPEED });
  print('render + encode + gzip', measure(sendable), { name: 'JSON.stringify', rate: stringify });
  print('decode protobuf', measure(() => parseProtobuf(protobuf)), { name: 'JSON.parse', rate: parse });
  print('decode JSON', measure(() => parseOtlpJson(json)), { name: 'JSON.parse', rate: parse });
}

/** Spans a second of work that does all of them once. */
function measure(work: () => unknown): number {
  repeat(work, WARM_UP_MILLIS);
  return repeat(work, MEASURE_MILLIS);
}

function repeat(work: () => unknown, millis: number): number {
  const start = performance.now();
  let rounds = 0;
  do {
    work();
    rounds += 1;
  } while (performance.now() - start < millis);
  return (rounds * SPANS * 1000) / (performance.now() - start);
}

function print(name: string, rate: number, beside?: { name: string; rate: number }): void {
  const ratio = beside ? `   ${(rate / beside.rate).toFixed(2)} × ${beside.name}` : '';
  console.log(`  ${name.padEnd(24)} ${Math.round(rate).toLocaleString('en').padStart(10)} spans/s${ratio}`);
}

/** A file read of about 1 kB on the wire, different in every span. */
function newToolSpan(index: number): Span {
  const id = (index + 1).toString(16);
  const path = `/home/ada/project/src/module-${index}.ts`;
  return {
    spanId: id.padStart(16, 'a'),
    traceId: id.padStart(32, 'b'),
    parentSpanId: id.padStart(16, 'c'),
    kind: 'tool',
    agent: 'kiro',
    sessionId: context.session.sessionId,
    turnIndex: index % 40,
    startUnixNano: 1_763_730_000_000_000_000n + BigInt(index),
    endUnixNano: 1_763_730_000_350_000_000n + BigInt(index),
    outcome: 'ok',
    values: {
      provider: 'kiro',
      toolName: 'fs_read',
      toolCallId: `tooluse_${id.padStart(22, 'x')}`,
      toolPurpose: 'read it before the change',
      files: [{ path, operation: 'read' }],
      batchSize: 2,
    },
    content: {
      toolArguments: JSON.stringify({ operations: [{ mode: 'Line', path }] }),
      toolResult: `import { readFileSync } from 'node:fs'; // grüße ${index}\n`.repeat(3),
    },
    events: [],
    links: [],
    provenance: { times: 'hook' },
    extra: { 'kiro.tool.alias': 'read' },
    keys: [],
    final: true,
  };
}

if (import.meta.main) await bench();
