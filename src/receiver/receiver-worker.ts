/** The receiver's thread: unpacks, decodes, and writes `telemetry.db`, so that neither the collector nor a page waits for it. */
import { parentPort, workerData } from 'node:worker_threads';
import { dropOldTelemetry } from './drop-old-telemetry.ts';
import { createIntake } from './intake.ts';
import type { Order, Question, Report, WorkerSetting } from './messages.ts';
import { openTelemetryDatabase } from './telemetry-database.ts';
import { createTelemetryWriter } from './telemetry-writer.ts';

const { path } = workerData as WorkerSetting;
const post = (report: Report): void => parentPort?.postMessage(report);

const db = openTelemetryDatabase(path);
const asked = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let nextQuestion = 0;

const ask = (question: Question): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const id = nextQuestion++;
    asked.set(id, { resolve, reject });
    post({ type: 'ask', id, question });
  });
const tellTrouble = (error: unknown): void => post({ type: 'trouble', sentence: `telemetry.db: ${error instanceof Error ? error.message : String(error)}` });

const writer = createTelemetryWriter(db);
const intake = createIntake({ writer, ask, tellBegun: (id) => post({ type: 'begun', id }), answer: (id, answer) => post({ type: 'taken', id, ...answer }), tellTrouble, nowMillis: Date.now });

parentPort?.on('message', (order: Order) => {
  if (order.type === 'take') intake.take(order.id, order);
  else if (order.type === 'reply') {
    const question = asked.get(order.id);
    asked.delete(order.id);
    if (order.isFailed) question?.reject(new Error('not told'));
    else question?.resolve(order.value);
  } else if (order.type === 'drop') {
    writer.letGo(() => dropOldTelemetry(db, order.keep, order.nowMillis)).catch(tellTrouble);
  } else {
    db.close();
    parentPort?.close();
  }
});
