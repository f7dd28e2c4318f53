/** `spoor export` */
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { RenderSettings } from '../../collector/delivery/render-contexts.ts';
import { toWireAttributes } from '../../collector/delivery/settings-for.ts';
import { loadConfig } from '../../config/config.ts';
import type { ContentPolicy } from '../../core/sharing.ts';
import { addRule } from '../../semconv/combine-sharing.ts';
import { toContentPolicy } from '../../semconv/content.ts';
import { dialects, findDialect } from '../../semconv/index.ts';
import type { Session } from '../../core/session.ts';
import type { Store } from '../../store/store.ts';
import { parseContentOption } from '../content-option.ts';
import { countWireSpans } from '../../otlp/count-wire-spans.ts';
import type { CliContext } from '../context.ts';
import { EXPORT_FORMATS, toExported, type ExportFormat, type SpanFormat } from '../export-format.ts';
import { findRootSession, toExportBatch, type RenderOptions } from '../export-session.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { findSession } from '../find-session.ts';
import { parseMomentOption } from '../options.ts';
import { findPreviewed, runPreview } from '../preview/run-preview.ts';
import { createPrivateFile } from '../private-file.ts';
import { toCountText } from '../terminal/number-text.ts';

interface Options {
  session?: string;
  since?: number;
  /** Absent with `--preview`: readable JSON. */
  format?: ExportFormat;
  preview?: string;
  dialect: string;
  content: ContentPolicy;
  trace?: 'turn' | 'session';
  mcpSpan: 'merged' | 'child';
  out?: string;
}

const EXAMPLES = `
One OTLP ExportTraceServiceRequest a line, one line a session with its subagents. otlp-proto has each behind its
length (4 bytes, big-endian), as the Collector's file exporter writes them; jsonl has a span a line, attributes as
plain maps; html is one session as a page in one file, to be opened in a browser without spoor. Turns that are still open are included: their open spans end at the latest moment known and carry
spoor.pending=true.
--content says how much of prompts, answers, arguments and results goes along: preview is 200 characters of each.
--preview shows what a configured destination would get: its dialect, content, rules and trace shape. It sends nothing.

Examples:
  spoor export --since 7d --out traces.jsonl
  spoor export --session 3f2a --content full
  spoor export --since 7d --format jsonl | jq -r .name | sort | uniq -c
  spoor export --session 3f2a --trace session --mcp-span child
  spoor export --since 1d --dialect openinference --content full
  spoor export --session 3f2a --content prompt=full,toolResult=none
  spoor export --session 3f2a --preview phoenix
  spoor export --session 3f2a --format html --out session.html
  spoor export --session 3f2a --content none | curl -H 'content-type: application/json' --data-binary @- http://localhost:4318/v1/traces`;

/** Adds the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .option('--session <id>', 'only the session (or trace) whose id begins so')
    .addOption(new Option('--since <time>', 'only sessions active since then: 7d, 2026-11-20').argParser((text) => parseMomentOption(text, context.nowMillis())).conflicts('session'))
    .addOption(new Option('--format <format>', 'form of the output').choices(EXPORT_FORMATS).default(undefined, 'otlp-json'))
    .addOption(new Option('--dialect <dialect>', 'names of the attributes').choices(dialects.map(({ name }) => name)).default('gen-ai'))
    .addOption(new Option('--content <levels>', 'how much text goes along: none, preview, full, or kind=level,…').argParser(parseContentOption).default(toContentPolicy('preview'), 'preview'))
    .addOption(new Option('--trace <shape>', 'one trace a turn, or one a session below a span of its own (default: turn; cloudwatch: session)').choices(['turn', 'session']))
    .addOption(new Option('--mcp-span <shape>', 'an MCP call as one span, or with its request to the server below it').choices(['merged', 'child']).default('merged'))
    .addOption(new Option('--preview <destination>', 'what this destination would get').conflicts(['dialect', 'content', 'trace', 'mcpSpan']))
    .option('--out <file>', 'write this file (readable by you alone) instead of stdout')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => runExport(options, context));
}

async function runExport(options: Options, context: CliContext): Promise<void> {
  const dialect = findDialect(options.dialect);
  if (!dialect) throw new Failure(`There is no dialect ${options.dialect}.`);
  if (options.preview !== undefined && options.format !== undefined && options.format !== 'otlp-json') throw new UsageFailure(`--preview has no --format ${options.format}.`, 'Leave it out, or write --format otlp-json.');
  if (options.format === 'otlp-proto' && options.out === undefined && context.stdout.isTerminal) throw new Failure('otlp-proto is binary.', 'Write it into a file with --out, or pipe it.');
  checkHtml(options, context);
  const previewed = options.preview === undefined ? undefined : findPreviewed(options.preview, context);
  const store = await context.openStore(context.home, { create: false });
  const file = options.out === undefined || options.out === '-' ? undefined : await createPrivateFile(resolve(options.out));
  try {
    const sessions = store ? chooseSessions(store, options) : [];
    const write = (data: string | Uint8Array): Promise<void> => (file ?? context.stdout).write(data);
    const isClosed = (): boolean => !file && context.stdout.isClosed();
    if (previewed && store) {
      await runPreview({ options: previewed, isReadable: options.format === undefined, store, sessions, write, isClosed }, context);
      await file?.commit();
      return;
    }
    const settings = toSettings(options, context);
    const pending = sessions.filter(({ agent, sessionId }) => store?.isTextPending(agent, sessionId)).length;
    const { format = 'otlp-json' } = options;
    const spans = !store ? 0 : format === 'html'
      ? await (await import('../share/write-shared.ts')).writeShared(store, sessions, { sharing: settings.sharing, write, context })
      : await writeSessions(store, sessions, { dialect, settings, trace: options.trace ?? (dialect.isFlat ? 'session' : 'turn'), mcpSpan: options.mcpSpan, format, write, isClosed });
    await file?.commit();
    if (pending > 0 && Object.entries(options.content).some(([kind, level]) => kind !== 'toolName' && level !== 'none')) await context.stderr.write(`Without the long texts of ${toCountText(pending, 'session')}, which are still to come: the import that reads them runs, or was ended (spoor import goes on).\n`);
    if (sessions.length === 0) await context.stderr.write(store ? 'No session fits: nothing was exported.\n' : 'No sessions yet: nothing was exported. Read the past ones with: spoor import\n');
    else if (file) await context.stderr.write(`Wrote ${toCountText(sessions.length, 'session')} with ${toCountText(spans, 'span')} to ${options.out}.\n`);
  } finally {
    await file?.close();
    store?.close();
  }
}

/** A page is of one session, has no dialect and no shape of traces, and is nothing to read on a terminal. */
function checkHtml(options: Options, { stdout }: CliContext): void {
  if (options.format !== 'html') return;
  if (options.session === undefined) throw new UsageFailure('--format html is a page of one session.', 'Name it: --session ID (ids: spoor sessions).');
  if (options.trace !== undefined || options.mcpSpan !== 'merged' || options.dialect !== 'gen-ai') throw new UsageFailure('--format html has no --trace, --mcp-span and --dialect.', 'Leave them out.');
  if ((options.out === undefined || options.out === '-') && stdout.isTerminal) throw new Failure('A page is nothing to read on a terminal.', 'Write it into a file: --out session.html');
}

/** With the names of the configuration, and without what it takes out everywhere. */
function toSettings({ content }: Options, { home, environment }: CliContext): RenderSettings {
  const { value: config } = loadConfig(home, environment);
  return { sharing: addRule({ content }, { ...config.sharing, content: undefined }), project: config.project, userId: config.userId, attributes: toWireAttributes(config.attributes) };
}

function chooseSessions(store: Store, options: Options): Session[] {
  if (options.session !== undefined) return [findRootSession(store, findSession(store, options.session))];
  return store.listSessions({ sinceMillis: options.since });
}

/** One session at a time: memory holds the largest of them, not the store. Gives the number of spans. */
async function writeSessions(
  store: Store,
  sessions: readonly Session[],
  options: RenderOptions & { format: SpanFormat; write(data: string | Uint8Array): Promise<void>; isClosed(): boolean },
): Promise<number> {
  let spans = 0;
  for (const session of sessions) {
    if (options.isClosed()) break;
    const batch = toExportBatch(store, session, options);
    if (!batch) continue;
    spans += countWireSpans(batch);
    await options.write(toExported(batch, options.format));
  }
  return spans;
}
