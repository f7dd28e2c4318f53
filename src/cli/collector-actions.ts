/** Ties the commands' wishes to the collector. */
import { findAgent, agents } from '../agents/index.ts';
import type { CliContext, CollectorActions, ImportRequest } from './context.ts';
import type { ImportReport } from '../collector/reports.ts';

/** `getContext` because the context holds these actions and the actions need it. */
export function createCollectorActions(getContext: () => CliContext): CollectorActions {
  const notYet = (): never => {
    throw new Error('not wired yet');
  };
  return {
    collectOnce: async () => notYet(),
    runCollector: async () => notYet(),
    readStatus: async () => notYet(),
    importHistory: (request) => runImport(request, getContext()),
  };
}

async function runImport(request: ImportRequest, context: CliContext): Promise<ImportReport> {
  const { importHistory } = await import('../collector/import-history.ts');
  const { scrubFact } = await import('../collector/scrub-fact.ts');
  const store = await context.openStore(request.home, { create: true });
  if (!store) throw new Error('openStore({create: true}) gave no store');
  try {
    const chosen = request.agents.length > 0 ? request.agents.flatMap((id) => findAgent(id) ?? []) : agents;
    const { environment, sinceMillis, from, onProgress } = request;
    return await importHistory({ store, environment, agents: chosen, sinceMillis, from, onProgress, scrub: scrubFact, nowMillis: () => context.nowMillis() });
  } finally {
    store.close();
  }
}
