/**
 * A process that is killed at any moment: writes turns into the store at argv[2] as the collector does, delivers them as delivery
 * does, and says on stdout what was committed. It goes on where an earlier one was killed.
 */
import { writeSync } from 'node:fs';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { crashTurn } from './crash-turns.ts';

const [, , path = ''] = process.argv;
const store = openStore(path);
const outbox = createOutbox(store.database);
outbox.addDestination({ name: 'a', fingerprint: 'http://a' }, 1);
const say = (line: string): void => void writeSync(1, `${line}\n`);

for (let index = store.readTurns('kiro', ['s1']).filter((turn) => turn.settled).length; ; index += 1) {
  const { turn, open, closed } = crashTurn(index);
  store.transaction(() => {
    const saved = store.saveTurn({ ...turn, settled: false, digest: 'open' }, open);
    outbox.enqueue(saved.finalised.map((span) => span.spanId), 'a', 1);
  });
  say(`open ${index}`);
  store.transaction(() => {
    const saved = store.saveTurn(turn, closed);
    outbox.enqueue(saved.finalised.map((span) => span.spanId), 'a', 1);
  });
  say(`stored ${index}`);
  const rows = outbox.take('a', 7, 2);
  if (index % 3 === 0) outbox.markRetry(rows.map((row) => row.id), { atMillis: 2, error: 'busy' });
  outbox.markSent('a', rows, { nowMillis: 3 });
  say(`sent ${rows.map((row) => row.spanId).join(' ')}`);
}
