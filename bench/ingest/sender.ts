/** Sends spans of 1 kB in batches, each when the one before was taken, over one connection. Argument: `{url, batches, seed}` as JSON. Prints when a quarter and when half of them are taken, then how long it took. */
import { Agent, request } from 'node:http';
import { newBatches } from './batches.ts';

const { url, batches: count, seed } = JSON.parse(process.argv[2] ?? '{}') as { url: string; batches: number; seed: number };
const batches = newBatches(seed);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** One that is asked to wait waits this long. */
const RETRY_MILLIS = 20;
/** So much patience has the bench. */
const RETRY_DEADLINE_MILLIS = 120_000;

function send(body: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/x-protobuf', 'content-length': body.length } }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

console.log('ready');
process.stdin.once('data', () => void run());

async function deliver(body: Uint8Array): Promise<void> {
  const deadline = Date.now() + RETRY_DEADLINE_MILLIS;
  let status = await send(body);
  while ((status === 429 || status === 503) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
    status = await send(body);
  }
  if (status !== 200) throw new Error(`The receiver answered ${status}.`);
}

async function run(): Promise<void> {
  const start = performance.now();
  for (let index = 0; index < count; index += 1) {
    await deliver(batches.next());
    const part = (index + 1) / count;
    if (part === 0.25 || part === 0.5) console.log(JSON.stringify({ part }));
  }
  console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, lastTraceId: batches.lastTraceId() }));
  process.exit(0);
}
