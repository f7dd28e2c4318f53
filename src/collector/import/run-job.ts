/** One step of an import: a family's spans, its long texts, or both, from its history into the store. */
import type { Agent, AgentEnvironment } from '../../agents/agent.ts';
import { isPendingDigest } from '../../core/ids.ts';
import type { Fact } from '../../core/fact.ts';
import type { PackKind } from '../../store/sqlite/pack-turn.ts';
import type { Store } from '../../store/store.ts';
import type { ProblemCounter } from '../count-problems.ts';
import { toPlainId } from '../foreign-failure.ts';
import { createHistoryReader } from '../history-cache.ts';
import type { ReconcileContext, ReconcileResult } from '../reconcile.ts';
import type { AgentImport } from '../reports.ts';
import type { Crew } from './crew.ts';
import type { ImportFamily } from './find-families.ts';
import type { PreparedFamily, TurnSink } from './prepare-family.ts';
import type { Room } from './room.ts';
import { writeFresh, writeKnown, writeTexts, type WriteQueue } from './write-family.ts';

export interface ImportJob {
  family: ImportFamily;
  /** known: the store has something of it, by which it is to be read · whole, outline, texts: see `PackKind` */
  kind: PackKind | 'known';
  /** The texts behind an outline of the same import. */
  isSecond?: boolean;
  /** What counts as now for it (Unix ms). */
  nowMillis: number;
}

export interface ImportRun {
  options: { store: Store; environment: AgentEnvironment; scrub(fact: Fact): Fact; nowMillis(): number };
  crew: Crew;
  /** How many families this thread works out itself at once, beside the crew. */
  own: number;
  room: Room;
  queue: WriteQueue;
  reports: ReadonlyMap<Agent, AgentImport>;
  problems: ProblemCounter;
  /** Called when a job is done. */
  note(job: ImportJob): void;
}

/** What the store has of a family says how it is to be imported: all of it, by what is there, or only the texts (an import was cut off). */
export function chooseKind({ agent, sources }: ImportFamily, store: Store): ImportJob['kind'] {
  const ids = sources.map(({ sessionId }) => sessionId);
  if (store.isUntouched(agent.id, ids)) return 'whole';
  const turns = store.readTurns(agent.id, ids);
  const isOutline = turns.length > 0 && turns.every(({ digest }) => isPendingDigest(digest)) && store.readFacts(agent.id, ids).length === 0;
  return isOutline ? 'texts' : 'known';
}

/** Does one job; another on the same store waits for its turn to write. Throws on a broken disk only. */
export async function runJob(job: ImportJob, run: ImportRun): Promise<void> {
  const { family, kind } = job;
  const { queue, options: { store } } = run;
  // In the meantime hooks may have told of it.
  const isStill = kind === 'texts' || (kind !== 'known' && chooseKind(family, store) === 'whole');
  let isFilled = Promise.resolve(true);
  const fill: TurnSink = (turns) => {
    isFilled = isFilled.then((isGood) => isGood && writeTexts(turns, { store, queue }));
    // Told below, when it is waited for.
    isFilled.catch(() => undefined);
  };
  const order = { sessionId: family.sessionId, sources: family.sources, nowMillis: job.nowMillis };
  const prepared = isStill ? await run.crew.prepare(family.agent, { ...order, kind }, fill) : undefined;
  const isGood = await isFilled;
  const result = isStill && !prepared ? toTooLarge(family) : await write(job, isGood ? prepared : undefined, run);
  tell(job, result, run);
  if (kind === 'outline') return;
  store.transaction(() => {
    // What is still open may be over at the next import though its file did not change.
    if (result.settled) for (const [path, stamp] of family.stamps) store.saveFileStamp(family.agent.id, path, stamp);
    store.addProblems(family.agent.id, result.problems);
  });
}

async function write({ family, kind }: ImportJob, prepared: PreparedFamily | undefined, { options, queue, room }: ImportRun): Promise<ReconcileResult> {
  const { store } = options;
  const where = { store, queue };
  const isWritten = prepared && (kind === 'texts' ? await writeTexts(prepared.turns, where) : await writeFresh(family.agent, prepared, where));
  return isWritten ? prepared.result : room.alone(() => writeKnown(family, toContext(options), store));
}

/** Its spans are counted when they come, its problems when it is through. */
function tell({ family, kind, isSecond }: ImportJob, result: ReconcileResult, { reports, problems }: ImportRun): void {
  const report = reports.get(family.agent);
  if (kind !== 'outline') problems.add(family.agent.id, result.problems);
  if (!report || isSecond) return;
  report.read += family.wanted;
  report.bytes += family.bytes;
  report.turns += result.turns;
  report.spansWritten += result.written;
}

function toTooLarge({ sessionId }: ImportFamily): ReconcileResult {
  const problem = { code: 'session-too-large', detail: `session ${toPlainId(sessionId)} does not fit into memory` };
  return { sessionIds: [sessionId], turns: 0, written: 0, finalised: 0, settled: false, problems: [problem], watchPaths: [] };
}

function toContext({ store, environment, scrub, nowMillis }: ImportRun['options']): ReconcileContext {
  return { store, environment, readHistory: createHistoryReader({ scrub, keep: false, nowMillis }), nowMillis, leavesLive: true, enqueue: () => undefined };
}
