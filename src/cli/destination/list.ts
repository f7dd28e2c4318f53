/** `spoor destination list` */
import type { Command } from 'commander';
import { toFingerprint } from '../../collector/destinations.ts';
import type { DestinationReport } from '../../collector/reports.ts';
import { findConfigProblem, loadConfig } from '../../config/config.ts';
import type { DestinationSetting } from '../../config/destination/destination-setting.ts';
import type { ContentPolicy } from '../../core/sharing.ts';
import type { CliContext } from '../context.ts';
import { Failure } from '../failure.ts';
import { toJsonText } from '../json-text.ts';
import { toPlainLine } from '../terminal/clean-text.ts';
import { createPalette, toLine } from '../terminal/palette.ts';
import { say } from '../terminal/say.ts';
import { toTable, type Column } from '../terminal/table.ts';

/** As `--json` prints it. Secrets are nowhere in it. */
interface Row extends Pick<DestinationReport, 'name' | 'configured' | 'waiting' | 'sent' | 'setAside' | 'missingSecrets' | 'lastError' | 'lastDeliveredMillis'> {
  preset?: string;
  address?: string;
  dialect?: string;
  content?: string | ContentPolicy;
  trace?: string;
  project?: string;
}

const HELP = `
--json: {"destinations": [{name, configured, preset, address, dialect, content, trace, project,
waiting, sent, setAside, missingSecrets, lastError, lastDeliveredMillis}]}`;

/** Adds the options and the action. */
export function defineList(command: Command, context: CliContext): void {
  command
    .summary('what is configured, what waits, what went wrong')
    .description('What is configured, what waits for it, and what went wrong last.')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((options: { json?: boolean }) => listDestinations(options, context));
}

const COLUMNS: readonly Column<Row>[] = [
  { header: 'name', text: ({ name }) => name, tone: () => 'strong', shrinkTo: 12 },
  { header: 'preset', text: ({ preset }) => preset ?? '', dropOrder: 3 },
  { header: 'address', text: ({ address, configured }) => (configured ? (address ?? '') : 'in config.yaml no more'), tone: ({ configured }) => (configured ? 'plain' : 'dim'), shrinkTo: 16 },
  { header: 'dialect', text: ({ dialect }) => dialect ?? '', dropOrder: 2 },
  { header: 'content', text: ({ content }) => (typeof content === 'object' ? 'per kind' : (content ?? '')), dropOrder: 1 },
  { header: 'waiting', text: ({ waiting }) => String(waiting), align: 'right' },
  { header: 'sent', text: ({ sent }) => String(sent), align: 'right' },
  { header: 'trouble', text: toTrouble, tone: () => 'error', shrinkTo: 20 },
];

function toTrouble({ missingSecrets, setAside, lastError }: Row): string {
  if (missingSecrets.length > 0) return `${missingSecrets.join(', ')} is not there`;
  return toPlainLine([setAside > 0 ? `${setAside} refused for good` : '', lastError ?? ''].filter((text) => text !== '').join(': '));
}

/** Prints them, as a table or as JSON. */
export async function listDestinations({ json }: { json?: boolean }, context: CliContext): Promise<void> {
  const { value, problems } = loadConfig(context.home, context.environment);
  const status = await context.collector.readStatus();
  const rows = toRows(value.destinations, status.destinations.filter(({ shellAddress }) => shellAddress === undefined));
  // What is not there may have been meant: that none is there is then not said.
  const problem = rows.length === 0 ? findConfigProblem(problems) : undefined;
  if (json) await context.stdout.write(toJsonText({ destinations: rows }));
  if (problem) throw new Failure(`${problem.detail}.`, 'Mend it and try again.');
  if (json) return;
  for (const { detail } of problems) await say(context.stderr, detail);
  if (rows.length === 0) return await say(context.stderr, 'No destination: traces stay on this machine. Add one with: spoor destination add');
  const paint = createPalette(context.stdout.color);
  const lines = toTable(COLUMNS, rows, context.stdout.columns).map((pieces) => toLine(pieces, paint));
  await context.stdout.write(`${lines.join('\n')}\n`);
}

function toRows(settings: readonly DestinationSetting[], reports: readonly DestinationReport[]): Row[] {
  const known = settings.map((setting): Row => {
    const report = reports.find(({ name }) => name === setting.name);
    const { preset, dialect, trace = 'turn', project } = setting;
    return { ...toCounts(setting.name, report), configured: true, address: toFingerprint(setting), dialect, content: toContent(setting.sharing.content), trace, ...(preset ? { preset } : {}), ...(project ? { project } : {}) };
  });
  // One that is broken in config.yaml is configured all the same: what is wrong with it is told beside.
  const gone = reports.filter(({ name }) => !settings.some((setting) => setting.name === name)).map((report): Row => ({ ...toCounts(report.name, report), configured: report.configured }));
  return [...known, ...gone];
}

function toCounts(name: string, report: DestinationReport | undefined): Omit<Row, 'configured'> {
  const { waiting = 0, sent = 0, setAside = 0, missingSecrets = [], lastError, lastDeliveredMillis } = report ?? {};
  return { name, waiting, sent, setAside, missingSecrets, ...(lastError === undefined ? {} : { lastError }), ...(lastDeliveredMillis === undefined ? {} : { lastDeliveredMillis }) };
}

/** One word where one level holds for all. */
function toContent(content: ContentPolicy): string | ContentPolicy {
  const { toolName: _name, ...texts } = content;
  const [level, ...others] = new Set(Object.values(texts));
  return level !== undefined && others.length === 0 ? level : content;
}
