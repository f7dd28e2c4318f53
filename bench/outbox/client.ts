/** Sends the spans that `queue.ts` queues to a relay, encoded beforehand, as fast as it answers. Argument: `{url, spans}` as JSON. Prints how many spans went, in how many requests. */
import { toTraceBatch } from '#spoor/otlp/to-trace-batch.ts';
import { toProtobuf } from '#spoor/otlp/to-protobuf.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { findDialect } from '#spoor/semconv/index.ts';
import { buildBenchTurn } from '../store-turns.ts';

const BODIES = 40;
const TURNS_A_BODY = 25;

const { url, spans } = JSON.parse(process.argv[2] ?? '{}') as { url: string; spans: number };
const dialect = findDialect('gen-ai');
if (!dialect) throw new Error('There is no dialect gen-ai.');
const bodies = Array.from({ length: BODIES }, (_, body) => {
  const turns = Array.from({ length: TURNS_A_BODY }, (_unused, turn) => buildBenchTurn(body * TURNS_A_BODY + turn));
  const items = turns.flatMap(({ turn, spans: own }) => {
    const context = { session: { agent: 'kiro', sessionId: turn.sessionId }, serviceName: 'kiro', sharing: { content: toContentPolicy('preview') }, version: '0' };
    return own.map((span) => ({ span, context }));
  });
  return { bytes: toProtobuf(toTraceBatch(items, dialect)), spans: items.length };
});
console.log('ready');
let sent = 0;
let requests = 0;
for (let index = 0; sent < spans; index += 1) {
  const body = bodies[index % BODIES] as (typeof bodies)[number];
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/x-protobuf' }, body: body.bytes });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`The relay answered ${answer.status}.`);
  sent += body.spans;
  requests += 1;
}
console.log(JSON.stringify({ sent, requests }));
