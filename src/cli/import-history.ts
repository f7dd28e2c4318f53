/** What `import` and `start` have in common: run an import with a progress line, and tell what came of it. */
import { findAgent } from '../agents/index.ts';
import type { AgentImport, ImportReport, ProblemCount } from '../collector/reports.ts';
import { millisToNano } from '../core/time.ts';
import type { CliContext, ImportRequest } from './context.ts';
import { toAdvice } from '../collector/problem-advice.ts';
import { toPlainLine } from './terminal/clean-text.ts';
import { toBytesText, toCountText, toGroupedText } from './terminal/number-text.ts';
import { createProgress } from './terminal/progress.ts';
import { toDurationText } from './terminal/time-text.ts';

/** Imports, with the progress on stderr. */
export async function importWithProgress(request: Omit<ImportRequest, 'onProgress'>, context: CliContext): Promise<ImportReport> {
  const progress = createProgress(context.stderr, () => context.nowMillis());
  try {
    return await context.collector.importHistory({
      ...request,
      onProgress: ({ agent, isText, sessions, sessionsTotal, bytes, bytesTotal }) =>
        progress.update({ label: isText ? 'adding long texts' : `importing ${toTitle(agent)}`, done: sessions, total: sessionsTotal, bytes, bytesTotal }),
    });
  } finally {
    progress.close();
  }
}

/** One sentence an agent: what was found, and what of it was new. Where any has sessions, those without share a sentence. */
export function toImportLines(report: ImportReport): string[] {
  const empty = report.agents.filter(({ found }) => found === 0);
  const isPart = empty.length > 1 && empty.length < report.agents.length;
  const lines = (isPart ? report.agents.filter(({ found }) => found > 0) : report.agents).map(toImportLine);
  return isPart ? [...lines, `No sessions found: ${empty.map(({ agent }) => toTitle(agent)).join(', ')}.`] : lines;
}

function toImportLine({ agent, roots, found, read, turns, spansWritten }: AgentImport): string {
  const title = toTitle(agent);
  if (found === 0) return `${title}: no sessions found in ${roots.join(', ') || 'its history (there is no home folder)'}.`;
  if (read === 0) return `${title}: ${toCountText(found, 'session')}, nothing new.`;
  return `${title}: ${toCountText(found, 'session')}, ${read === found ? 'all' : read} read: ${toCountText(turns, 'turn')}, ${toCountText(spansWritten, 'span')} new or changed.`;
}

/** What was not understood, one line a kind, and behind kinds that share it what to do. Nothing of it stopped the import. */
export function toProblemLines(problems: readonly ProblemCount[]): string[] {
  const groups = Map.groupBy(problems, ({ code }) => toAdvice(code));
  return [...groups].flatMap(([advice, group]) => [
    ...group.map(({ agent, code, detail, count }) => `${toGroupedText(count)}× ${agent} ${code}: ${toPlainLine(detail)}`),
    ...(advice === undefined ? [] : [`  ${advice}`]),
  ]);
}

/** `395 MB in 5.2s, 76 MB/s.`; undefined when nothing was read. */
export function toSpeedLine({ agents }: ImportReport, elapsedMillis: number): string | undefined {
  const bytes = agents.reduce((sum, agent) => sum + agent.bytes, 0);
  if (bytes === 0) return undefined;
  const rate = elapsedMillis < 1 ? '' : `, ${toBytesText(Math.round((bytes / elapsedMillis) * 1000))}/s`;
  return `${toBytesText(bytes)} of history in ${toDurationText(millisToNano(elapsedMillis))}${rate}.`;
}

function toTitle(agent: string): string {
  return findAgent(agent)?.title ?? agent;
}
