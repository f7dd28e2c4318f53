/** `spoor status` */
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { readServerFile } from '../../collector/lifecycle/server-file.ts';
import { toJsonText } from '../json-text.ts';
import { createPalette, toLine } from '../terminal/palette.ts';
import { toAttention, toStatusLines } from '../terminal/status-text.ts';
import { toAttentionPieces } from './overview.ts';

const EXAMPLES = `
Looks only: nothing is started, read in or sent.

Examples:
  spoor status
  spoor status --json | jq .spool

--json: {home, version, collector: {running, pid?, version?, startedMillis?},
         spool: {waiting, bytes, oldestMillis?, setAside}, store: {bytes?, sessions, pending, newestMillis?},
         agents: [{agent, title, present, installedIn, nativeTo?, sessions, newestMillis?}],
         destinations: [{name, configured, missingSecrets, waiting, setAside, held?: {spans, sinceMillis},
                        sampledOut?, lastError?, lastDeliveredMillis?}],
         configProblems: [{code, detail}], deliveryProblems: [{code, detail, count}],
         problems: [{agent, code, detail, count}], lastError?: {atMillis, log, message}}

Something does not work? spoor doctor`;

/** Adds the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((options: { json?: boolean }) => printStatus(options, context));
}

async function printStatus({ json }: { json?: boolean }, context: CliContext): Promise<void> {
  const status = await context.collector.readStatus();
  if (json) return await context.stdout.write(toJsonText(status));
  const palette = createPalette(context.stdout.color);
  const now = context.nowMillis();
  // Here they are shown already.
  const attention = toAttention(status, now, readServerFile(context.home)?.url).filter(({ next }) => next !== 'spoor status');
  const lines = [...toStatusLines(status, now), ...toAttentionPieces(attention)];
  await context.stdout.write(`${lines.map((pieces) => toLine(pieces, palette)).join('\n')}\n`);
}
