/** `spoor export --preview <destination>` */
import { listProjectHeaders } from '../../collector/delivery/project-header.ts';
import { toWireAttributes } from '../../collector/delivery/settings-for.ts';
import { findConfigProblem, loadConfig } from '../../config/config.ts';
import { listShellDestinations, loadShellDestination } from '../../config/shell-destinations.ts';
import type { Session } from '../../core/session.ts';
import type { Destination } from '../../exporters/exporter.ts';
import type { RenderItem } from '../../otlp/to-trace-batch.ts';
import { addDefaults } from '../../semconv/combine-sharing.ts';
import { findDialect } from '../../semconv/index.ts';
import type { Store } from '../../store/store.ts';
import type { CliContext } from '../context.ts';
import { Failure } from '../failure.ts';
import { toJsonText } from '../json-text.ts';
import { toCountText } from '../terminal/number-text.ts';
import { previewSession, type PreviewOptions } from './preview-session.ts';
import { toWithheldLines } from './withheld-text.ts';

export interface PreviewRequest {
  options: PreviewOptions;
  /** Indented, for people; else one request a line, byte for byte as the exporter encodes it for `http/json`. */
  isReadable: boolean;
  store: Store;
  sessions: readonly Session[];
  write(text: string): Promise<void>;
  isClosed(): boolean;
}

/** Writes what the destination would get of these sessions, and on stderr what it would not. Changes and sends nothing. */
export async function runPreview({ options, isReadable, store, sessions, write, isClosed }: PreviewRequest, context: CliContext): Promise<void> {
  const items: RenderItem[] = [];
  const kept = new Map<string, number>();
  let [spans, open, sent] = [0, 0, 0];
  for (const session of sessions) {
    if (isClosed()) break;
    const preview = previewSession(store, session, options);
    for (const request of preview.requests) await write(isReadable ? toJsonText(JSON.parse(request)) : `${request}\n`);
    if (preview.requests.length > 0) sent++;
    spans += preview.spans;
    open += preview.open;
    for (const [reason, count] of preview.kept) kept.set(reason, (kept.get(reason) ?? 0) + count);
    items.push(...preview.items);
  }
  const lines = [
    `${options.destination.name} would get ${toCountText(spans, 'span')} of ${toCountText(sent, 'session')}.`,
    ...listProjectHeaders(items.map((item) => item.context), options.destination).map((header) => `  with the header ${header}`),
    ...toWithheldLines(items).map((line) => `  ${line}`),
    ...[...kept].map(([reason, count]) => `  ${toCountText(count, 'span')} kept here: ${reason}`),
    ...(open > 0 ? [`  ${toCountText(open, 'span')} not over yet`] : []),
  ];
  await context.stderr.write(`${lines.join('\n')}\n`);
}

/** The destination of this name and what is rendered for it. Throws, with the names that there are. */
export function findPreviewed(name: string, { home, environment, nowMillis }: CliContext): PreviewOptions {
  const { value: config, problems } = loadConfig(home, environment);
  const destination = config.destinations.find((one) => one.name === name) ?? loadShells(home, name, config.sharing ?? {});
  if (!destination) {
    const problem = findConfigProblem(problems, name);
    if (problem) throw new Failure(`${problem.detail}.`, 'Mend it and try again.');
    const known = [...config.destinations.map((one) => one.name), ...listShellDestinations(home)];
    throw new Failure(`There is no destination "${name}". ${known.length === 0 ? 'None is configured; add one with: spoor destination add' : `Known are ${known.join(', ')}.`}`);
  }
  const dialect = findDialect(destination.dialect);
  if (!dialect) throw new Failure(`There is no dialect ${destination.dialect}.`);
  return { destination, dialect, nowMillis, userId: config.userId, exclude: config.exclude, attributes: toWireAttributes(config.attributes) };
}

function loadShells(home: CliContext['home'], name: string, defaults: Parameters<typeof addDefaults>[1]): Destination | undefined {
  const destination = loadShellDestination(home, name);
  return destination && { ...destination, sharing: addDefaults(destination.sharing, defaults) };
}
