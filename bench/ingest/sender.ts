/** Sends spans of 1 kB in batches, each when the one before was taken, over one connection. Argument: `{url, batches, seed}` as JSON. Prints how long it took. */
import { Agent, request } from 'node:http';
import { newBatches } from './batches.ts';

const { url, batches: count, seed } = JSON.parse(process.argv[2] ?? '{}') as { url: string; batches: number; seed: number };
const batches = newBatches(seed);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

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

async function run(): Promise<void> {
  const start = performance.now();
  for (let index = 0; index < count; index += 1) {
    const status = await send(batches.next());
    if (status !== 200) throw new Error(`The receiver answered ${status}.`);
  }
  console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, lastTraceId: batches.lastTraceId() }));
  process.exit(0);
}
