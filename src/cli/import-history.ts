/** What `import` and `start` have in common: run an import with a progress line, and tell what came of it. */
import { findAgent } from '../agents/index.ts';
import type { ImportReport, ProblemCount } from '../collector/reports.ts';
import type { CliContext, ImportRequest } from './context.ts';
import { toPlainLine } from './terminal/clean-text.ts';
import { toCountText } from './terminal/number-text.ts';
import { createProgress } from './terminal/progress.ts';

/** Imports, with the progress on stderr. */
export async function importWithProgress(request: Omit<ImportRequest, 'onProgress'>, context: CliContext): Promise<ImportReport> {
  const progress = createProgress(context.stderr, () => context.nowMillis());
  try {
    return await context.collector.importHistory({
      ...request,
      onProgress: ({ agent, sessions, sessionsTotal, bytes, bytesTotal }) =>
        progress.update({ label: `importing ${toTitle(agent)}`, done: sessions, total: sessionsTotal, bytes, bytesTotal }),
    });
  } finally {
    progress.close();
  }
}

/** One sentence an agent: what was found, and what of it was new. */
export function toImportLines(report: ImportReport): string[] {
  return report.agents.map(({ agent, roots, found, read, turns, spansWritten }) => {
    const title = toTitle(agent);
    if (found === 0) return `${title}: no sessions found in ${roots.join(', ') || 'its history (there is no home folder)'}.`;
    if (read === 0) return `${title}: ${toCountText(found, 'session')}, nothing new.`;
    return `${title}: ${toCountText(found, 'session')}, ${read === found ? 'all' : read} read: ${toCountText(turns, 'turn')}, ${toCountText(spansWritten, 'span')} new or changed.`;
  });
}

/** What was not understood, one line a kind. Nothing of it stopped the import. */
export function toProblemLines(problems: readonly ProblemCount[]): string[] {
  return problems.map(({ agent, code, detail, count }) => `${count}× ${agent} ${code}: ${toPlainLine(detail)}`);
}

function toTitle(agent: string): string {
  return findAgent(agent)?.title ?? agent;
}
