/** `spoor export` */
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { RenderSettings } from '../../collector/delivery/render-contexts.ts';
import { toWireAttributes } from '../../collector/delivery/settings-for.ts';
import { loadConfig } from '../../config/config.ts';
import type { ContentLevel } from '../../core/sharing.ts';
import { toContentPolicy } from '../../semconv/content.ts';
import { dialects, findDialect } from '../../semconv/index.ts';
import type { Session } from '../../core/session.ts';
import type { Store } from '../../store/store.ts';
import type { CliContext } from '../context.ts';
import { findRootSession, toExportLine, type RenderOptions } from '../export-session.ts';
import { Failure } from '../failure.ts';
import { findSession } from '../find-session.ts';
import { parseMomentOption } from '../options.ts';
import { createPrivateFile } from '../private-file.ts';
import { toCountText } from '../terminal/number-text.ts';

interface Options {
  session?: string;
  since?: number;
  format: 'otlp-json';
  dialect: string;
  content: ContentLevel;
  trace?: 'turn' | 'session';
  mcpSpan: 'merged' | 'child';
  out?: string;
}

const EXAMPLES = `
One OTLP ExportTraceServiceRequest a line, one line a session with its subagents. Turns that are still open are
included: their open spans end at the latest moment known and carry spoor.pending=true.
--content says how much of prompts, answers, arguments and results goes along: preview is 200 characters of each.

Examples:
  spoor export --since 7d --out traces.jsonl
  spoor export --session 3f2a --content full
  spoor export --session 3f2a --trace session --mcp-span child
  spoor export --since 1d --dialect openinference --content full
  spoor export --session 3f2a --content none | curl -H 'content-type: application/json' --data-binary @- http://localhost:4318/v1/traces`;

/** Adds the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .option('--session <id>', 'only the session (or trace) whose id begins so')
    .addOption(new Option('--since <time>', 'only sessions active since then: 7d, 2026-11-20').argParser((text) => parseMomentOption(text, context.nowMillis())).conflicts('session'))
    .addOption(new Option('--format <format>', 'form of the output').choices(['otlp-json']).default('otlp-json'))
    .addOption(new Option('--dialect <dialect>', 'names of the attributes').choices(dialects.map(({ name }) => name)).default('gen-ai'))
    .addOption(new Option('--content <level>', 'how much text goes along').choices(['none', 'preview', 'full']).default('preview'))
    .addOption(new Option('--trace <shape>', 'one trace a turn, or one a session below a span of its own (default: turn; cloudwatch: session)').choices(['turn', 'session']))
    .addOption(new Option('--mcp-span <shape>', 'an MCP call as one span, or with its request to the server below it').choices(['merged', 'child']).default('merged'))
    .option('--out <file>', 'write this file (readable by you alone) instead of stdout')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => runExport(options, context));
}

async function runExport(options: Options, context: CliContext): Promise<void> {
  const dialect = findDialect(options.dialect);
  if (!dialect) throw new Failure(`There is no dialect ${options.dialect}.`);
  const store = await context.openStore(context.home, { create: false });
  const file = options.out === undefined || options.out === '-' ? undefined : await createPrivateFile(resolve(options.out));
  try {
    const sessions = store ? chooseSessions(store, options) : [];
    const write = (text: string): Promise<void> => (file ?? context.stdout).write(text);
    const settings = toSettings(options, context);
    const pending = sessions.filter(({ agent, sessionId }) => store?.isTextPending(agent, sessionId)).length;
    const spans = store ? await writeSessions(store, sessions, { dialect, settings, trace: options.trace ?? (dialect.isFlat ? 'session' : 'turn'), mcpSpan: options.mcpSpan, write, isClosed: () => !file && context.stdout.isClosed() }) : 0;
    await file?.commit();
    if (pending > 0 && options.content !== 'none') await context.stderr.write(`Without the long texts of ${toCountText(pending, 'session')}, which are still to come: the import that reads them runs, or was ended (spoor import goes on).\n`);
    if (sessions.length === 0) await context.stderr.write(store ? 'No session fits: nothing was exported.\n' : 'No sessions yet: nothing was exported. Read the past ones with: spoor import\n');
    else if (file) await context.stderr.write(`Wrote ${toCountText(sessions.length, 'session')} with ${toCountText(spans, 'span')} to ${options.out}.\n`);
  } finally {
    await file?.close();
    store?.close();
  }
}

/** As a destination of the configuration would get them. */
function toSettings({ content }: Options, { home, environment }: CliContext): RenderSettings {
  const { value: config } = loadConfig(home, environment);
  return { sharing: { content: toContentPolicy(content) }, project: config.project, userId: config.userId, attributes: toWireAttributes(config.attributes) };
}

function chooseSessions(store: Store, options: Options): Session[] {
  if (options.session !== undefined) return [findRootSession(store, findSession(store, options.session))];
  return store.listSessions({ sinceMillis: options.since });
}

/** One session at a time: memory holds the largest of them, not the store. Gives the number of spans. */
async function writeSessions(
  store: Store,
  sessions: readonly Session[],
  options: RenderOptions & { write(text: string): Promise<void>; isClosed(): boolean },
): Promise<number> {
  let spans = 0;
  for (const session of sessions) {
    if (options.isClosed()) break;
    const exported = toExportLine(store, session, options);
    if (!exported) continue;
    spans += exported.spans;
    await options.write(exported.line);
  }
  return spans;
}
