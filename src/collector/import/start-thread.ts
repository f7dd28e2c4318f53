/** A thread for the crew. To start one takes longer than to find out what there is to be read: who expects much to do starts it first. */
import { Worker, type ResourceLimits } from 'node:worker_threads';
import type { AgentEnvironment } from '../../agents/agent.ts';
import type { CrewSetting } from './crew-worker.ts';

/**
 * A thread with more room takes it, though it needs less: so it holds less and is no slower. A session of a gigabyte (140,000
 * facts) takes 500 MB; one that does not fit is a problem, not the end.
 */
const LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 800, maxYoungGenerationSizeMb: 64 };

/** It loads what it needs and waits for orders, until the caller ends it. `limits`: how much memory it may take. */
export function startThread(environment: AgentEnvironment, limits: ResourceLimits = LIMITS): Worker {
  const setting: CrewSetting = { environment };
  const worker = new Worker(workerFile(), { workerData: setting, resourceLimits: limits });
  // Whoever gives it orders listens, too; before that it is only found to be gone.
  worker.on('error', () => undefined);
  return worker;
}

/** Whether it can be given orders. */
export function isRunning(worker: Worker): boolean {
  return worker.threadId !== -1;
}

/** Beside this file, in the sources and in dist/. */
function workerFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? 'crew-worker.ts' : 'crew-worker.js', import.meta.url);
}
