/** Makes families and packs their turns away from the thread that writes them, as an import does. */
import { parentPort, workerData } from 'node:worker_threads';
import { packTurn } from '#spoor/store/sqlite/pack-turn.ts';
import type { PackedTurn } from '#spoor/store/store.ts';
import type { Session } from '#spoor/core/session.ts';
import { createWorkbench, generateFamily, type FamilyPlan } from './generate-family.ts';
import type { Family } from './scene.ts';

/** What the writer gets: families, one behind the other. */
export interface PackedBatch {
  sessions: Session[];
  turns: PackedTurn[];
  configs: Family['configs'];
}

const bench = createWorkbench((workerData as { seed: number }).seed);
parentPort?.on('message', (plans: FamilyPlan[]) => {
  const families = plans.map((plan) => generateFamily(bench, plan));
  const batch: PackedBatch = {
    sessions: families.flatMap(({ sessions }) => sessions),
    turns: families.flatMap(({ turns }) => turns.map(({ turn, spans }) => packTurn(turn, spans, 'whole'))),
    configs: families.flatMap(({ configs }) => configs),
  };
  parentPort?.postMessage(batch, batch.turns.map(({ bytes }) => bytes.buffer as ArrayBuffer));
});
