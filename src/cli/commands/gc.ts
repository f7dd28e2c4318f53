/** `spoor gc` */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { KeepSettings } from '../../config/parse-store.ts';
import type { DroppedTelemetry } from '../../receiver/drop-old-telemetry.ts';
import type { GarbageReport } from '../../collector/retention/collect-garbage.ts';
import type { CliContext } from '../context.ts';
import { Failure } from '../failure.ts';
import { toJsonText } from '../json-text.ts';
import { toBytesText, toCountText } from '../terminal/number-text.ts';

interface Options {
  dryRun?: boolean;
  json?: boolean;
}

const EXAMPLES = `
The collector does this by itself once a day, in small steps. How long what is kept stands in config.yaml:

  store:
    keep:
      content: 90d     texts of turns: prompts, answers, arguments, results (as if not said; forever: always)
      spans: forever   all of a turn but its line in lists
      size: 5GB        the oldest texts go first, then the oldest spans (as if not said: no limit)

Telemetry that added nothing to a session goes after 7 days, traces of other services with the texts.
What waits for a destination stays, and so does a turn that is not over. Lists keep their sums. Reading the agent's
history again brings nothing back. Writing the file anew, where that is needed, holds others up: seconds a gigabyte.

Examples:
  spoor gc --dry-run      what would go by its age
  spoor gc

--json: {contentTurns, spanTurns, spans, bytesBefore, bytesAfter, isOverSize}`;

/** Of a home without a store. */
const NOTHING: GarbageReport = { contentTurns: 0, spanTurns: 0, spans: 0, bytesBefore: 0, bytesAfter: 0, isOverSize: false };

/** Adds the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .option('--dry-run', 'only say what would go')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => collect(options, context));
}

async function collect({ dryRun = false, json }: Options, context: CliContext): Promise<void> {
  const store = await context.openStore(context.home, { create: false });
  if (!store && json) return await context.stdout.write(toJsonText(NOTHING));
  if (!store) throw new Failure('There is nothing to drop: no session was stored yet.');
  try {
    const { collectGarbage } = await import('../../collector/retention/collect-garbage.ts');
    const { removeFromSearch } = await import('../../query/search/remove-from-search.ts');
    const { loadConfig } = await import('../../config/config.ts');
    const { value, problems } = loadConfig(context.home, context.environment);
    const wrong = problems.find(({ code, detail }) => code === 'config-syntax' || code === 'config-unreadable' || detail.includes('store'));
    if (wrong) throw new Failure(`Nothing was dropped: ${wrong.detail}.`, 'Mend config.yaml and try again.');
    const report = await collectGarbage(store, value.keep, { nowMillis: context.nowMillis(), dryRun });
    if (!dryRun) await removeFromSearch(context.home);
    const telemetry = dryRun ? undefined : await dropTelemetry(context, value.keep);
    if (telemetry && telemetry.records + telemetry.traces > 0 && !json) await context.stderr.write(`Dropped ${toCountText(telemetry.records, 'record')} of telemetry and ${toCountText(telemetry.traces, 'trace')} of others.\n`);
    if (json) await context.stdout.write(toJsonText(report));
    else await context.stderr.write(`${toSentences(report, dryRun).join('\n')}\n`);
  } finally {
    store.close();
  }
}

/** What came in over OTLP is kept in a file of its own. Undefined: nothing ever came. */
async function dropTelemetry({ home, nowMillis }: CliContext, keep: KeepSettings): Promise<DroppedTelemetry | undefined> {
  if (!existsSync(home.telemetryDatabase)) return undefined;
  const { openTelemetryDatabase } = await import('../../receiver/telemetry-database.ts');
  const { dropOldTelemetry } = await import('../../receiver/drop-old-telemetry.ts');
  const db = openTelemetryDatabase(home.telemetryDatabase);
  try {
    return await dropOldTelemetry(db, keep, nowMillis());
  } finally {
    db.close();
  }
}

function toSentences({ contentTurns, spanTurns, spans, bytesBefore, bytesAfter, isOverSize }: GarbageReport, dryRun: boolean): string[] {
  const what = [contentTurns > 0 ? `the texts of ${toCountText(contentTurns, 'turn')}` : '', spanTurns > 0 ? `${toCountText(spans, 'span')} of ${toCountText(spanTurns, 'turn')}` : ''].filter(Boolean).join(' and ');
  const lines = [what === '' ? `Nothing is older than it is to be kept.` : dryRun ? `Would drop ${what}.` : `Dropped ${what}.`];
  lines.push(dryRun || bytesBefore === bytesAfter ? `The store is ${toBytesText(bytesBefore)}.` : `The store was ${toBytesText(bytesBefore)} and is ${toBytesText(bytesAfter)}.`);
  if (isOverSize) lines.push(dryRun ? 'It holds more than store.keep.size says: the oldest would go.' : 'It still holds more than store.keep.size says: what is left is not over, or waits for a destination.');
  return lines;
}
