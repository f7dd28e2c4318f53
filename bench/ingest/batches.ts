/** Batches of spans as a web shop's services send them, encoded beforehand; each time one is sent, its ids are new. */
import { toProtobuf } from '#spoor/otlp/to-protobuf.ts';
import type { WireSpan } from '#spoor/otlp/trace.ts';
import { createDice, createWords, type Dice, type Words } from '../words.ts';

/** As many as the batch processor of an SDK sends at once: https://opentelemetry.io/docs/specs/otel/trace/sdk/#batching-processor */
export const SPANS_A_BATCH = 512;
export const SPANS_A_TRACE = 8;
/** Different batches; more would be other random words. */
const POOL = 40;

export interface Batches {
  /** The bytes of the next one: valid until it is called again. */
  next(): Uint8Array;
  /** The id of a trace in the last one, of eight spans. */
  lastTraceId(): string;
}

/** `seed`: two senders must not send the same ids. */
export function newBatches(seed: number): Batches {
  const dice = createDice(seed);
  const words = createWords(dice);
  const pool = Array.from({ length: POOL }, () => newBatch(dice, words));
  let turn = 0;
  return {
    next() {
      const { bytes, idPlaces } = pool[turn % POOL] as (typeof pool)[number];
      turn += 1;
      // Four bytes of each trace id: `seed` and `turn` make all of them new, and equal ones stay equal.
      for (const place of idPlaces) {
        bytes[place] = seed;
        bytes[place + 1] = turn >>> 16;
        bytes[place + 2] = turn >>> 8;
        bytes[place + 3] = turn;
      }
      return bytes;
    },
    lastTraceId() {
      const { bytes, idPlaces } = pool[(turn - 1) % POOL] as (typeof pool)[number];
      const end = (idPlaces[0] ?? 0) + 4;
      return Buffer.from(bytes.subarray(end - 16, end)).toString('hex');
    },
  };
}

function newBatch(dice: Dice, words: Words): { bytes: Uint8Array; idPlaces: number[] } {
  const traces = Array.from({ length: SPANS_A_BATCH / SPANS_A_TRACE }, () => dice.hex(32));
  const spans = traces.flatMap((traceId) => newTrace(traceId, dice, words));
  const bytes = toProtobuf({ resourceSpans: [{ resource: { 'service.name': 'shop-checkout', 'service.version': '4.2.0', 'host.name': 'ip-10-0-3-17' }, scope: { name: 'shop.http', version: '1.9.0' }, spans }] });
  return { bytes, idPlaces: [...new Set(traces)].flatMap((traceId) => placesOf(bytes, Buffer.from(traceId, 'hex'))) };
}

function placesOf(bytes: Uint8Array, id: Buffer): number[] {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const places: number[] = [];
  // The last four bytes of the id.
  for (let at = whole.indexOf(id); at >= 0; at = whole.indexOf(id, at + 16)) places.push(at + 12);
  return places;
}

function newTrace(traceId: string, dice: Dice, words: Words): WireSpan[] {
  const start = 1_790_000_000_000_000_000n + BigInt(dice.below(86_400_000)) * 1_000_000n;
  const root = dice.hex(16);
  return Array.from({ length: SPANS_A_TRACE }, (_, index) => ({
    traceId,
    spanId: index === 0 ? root : dice.hex(16),
    ...(index === 0 ? {} : { parentSpanId: root }),
    name: index === 0 ? 'POST /checkout/:cart' : dice.pick(['SELECT shop.orders', 'GET /stock/:sku', 'redis GET', 'render receipt']),
    kind: index === 0 ? 2 : 3,
    startUnixNano: start + BigInt(index) * 1_000_000n,
    endUnixNano: start + BigInt(index + 1 + dice.below(50)) * 1_000_000n,
    attributes: {
      'http.request.method': 'POST', 'http.response.status_code': 200n, 'server.address': 'checkout.shop.internal', 'server.port': 8443n, 'thread.name': `worker-${dice.below(16)}`,
      'url.full': `https://checkout.shop.internal/carts/${dice.hex(12)}/lines?page=${dice.below(40)}`,
      'db.query.text': `SELECT id, sku, amount FROM orders WHERE cart = '${dice.hex(12)}' AND amount > ${dice.below(500)} ORDER BY placed_at DESC`,
      'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)',
      'code.stacktrace': words.code(380).slice(0, 380), 'shop.cart.total': dice.below(90_000) / 100, 'shop.is_member': dice.percent(40),
    },
    events: [], links: [],
    status: dice.percent(3) ? { code: 2, message: 'upstream timed out' } : { code: 0 },
  }));
}
