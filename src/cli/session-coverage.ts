/** `spoor doctor <session>` and `spoor show <session> --coverage`: reads what the coverage of a session needs, and prints it. */
import { findAgent } from '../agents/index.ts';
import { toCoverage, type SessionCoverage } from '../query/coverage.ts';
import type { Session } from '../core/session.ts';
import type { SpanReader } from '../store/store.ts';
import type { CliContext } from './context.ts';
import { Failure } from './failure.ts';
import { toJsonText } from './json-text.ts';
import { toPlainLine } from './terminal/clean-text.ts';
import { toCoverageLines } from './terminal/coverage-text.ts';
import { createPalette, toLine } from './terminal/palette.ts';

/** What is known of this session's own turns. Throws a `Failure` for a session of an agent that this version does not know. */
function readCoverage(store: SpanReader, { agent: id, sessionId }: Session): SessionCoverage {
  const agent = findAgent(id);
  if (!agent) throw new Failure(`This version knows no agent "${id}", and so not what its sessions should have.`, 'Update spoor and try again.');
  return toCoverage({ agent, sessionId, facts: store.readFacts(id, [sessionId]), turns: store.readTurns(id, [sessionId]), spans: store.readSpans(id, sessionId) });
}

/** Prints the matrix, or with `json` the document `{"coverage": …}`. */
export async function printCoverage(store: SpanReader, session: Session, { context, json }: { context: CliContext; json?: boolean }): Promise<void> {
  const coverage = readCoverage(store, session);
  if (json) return await context.stdout.write(toJsonText({ coverage }));
  const palette = createPalette(context.stdout.color);
  const title = [{ text: `${session.agent} ${toPlainLine(session.sessionId)}`, tone: 'agent' as const }];
  const lines = [title, ...toCoverageLines(coverage, context.stdout.columns)];
  await context.stdout.write(`${lines.map((pieces) => toLine(pieces, palette)).join('\n')}\n`);
}
