/** `spoor` alone: what is traced now, what needs attention, what to type next. */
import type { Command } from 'commander';
import type { Status } from '../../collector/reports.ts';
import { readServerFile } from '../../collector/lifecycle/server-file.ts';
import type { SessionSummary } from '../../store/store.ts';
import type { CliContext } from '../context.ts';
import { toJsonText } from '../json-text.ts';
import { createPalette, toLine, type Piece } from '../terminal/palette.ts';
import { toAttention, toStatusLine, type Attention } from '../terminal/status-text.ts';
import { textWidth } from '../terminal/text-width.ts';
import { createShortIds } from '../short-ids.ts';
import { toSessionLines } from './sessions.ts';

/** Enough to recognise what one did last. */
const SESSIONS_SHOWN = 3;

/** Adds the options and the action to the program itself. */
export function define(program: Command, context: CliContext): void {
  program.option('--json', 'print JSON (as `spoor status --json`)').action((options: { json?: boolean }) => printOverview(options, context));
}

async function printOverview({ json }: { json?: boolean }, context: CliContext): Promise<void> {
  const status = await context.collector.readStatus();
  if (json) return await context.stdout.write(toJsonText(status));
  const store = await context.openStore(context.home, { create: false });
  const sessions = store?.listSessions({ limit: SESSIONS_SHOWN }) ?? [];
  const table = store && sessions.length > 0 ? ['', ...toSessionLines(sessions, { context, shortIdOf: createShortIds(store) })] : [];
  store?.close();
  const palette = createPalette(context.stdout.color);
  const lines = [toTracedLine(status), ...toAttentionLines(status, context)].map((pieces) => toLine(pieces, palette));
  lines.push(...table, '', ...toNextSteps(status, sessions).map((pieces) => toLine(pieces, palette)));
  await context.stdout.write(`${lines.join('\n')}\n`);
}

function toTracedLine(status: Status): Piece[] {
  const traced = status.agents.filter(({ installedIn }) => installedIn.length > 0).map(({ title }) => title);
  if (traced.length === 0) return toStatusLine('traced', 'no agent yet');
  return toStatusLine('traced', `${traced.join(', ')}${status.collector.running ? ', collecting now' : ''}`, 'ok');
}

function toAttentionLines(status: Status, context: CliContext): Piece[][] {
  return toAttentionPieces(toAttention(status, context.nowMillis(), readServerFile(context.home)?.url));
}

/** Nothing where all is well. */
export function toAttentionPieces(attention: readonly Attention[]): Piece[][] {
  return attention.map(({ text, next }, i) => [
    ...toStatusLine(i === 0 ? 'attention' : '', text, 'waiting'),
    { text: next ? `  → ${next}` : '', tone: 'agent' },
  ]);
}

function toNextSteps(status: Status, sessions: readonly SessionSummary[]): Piece[][] {
  const steps: [string, string][] = [];
  const untraced = status.agents.every(({ installedIn }) => installedIn.length === 0);
  if (sessions.length > 0) steps.push(['spoor show', 'the newest session as a waterfall'], ['spoor sessions', 'all of them']);
  else steps.push(['spoor import', "read past sessions from the agents' own history"]);
  if (untraced) steps.push(['spoor install', 'trace the next ones live']);
  steps.push(['spoor --help', 'everything else']);
  const cells = Math.max(...steps.map(([command]) => textWidth(command)));
  return steps.map(([command, meaning], i) => [
    ...toStatusLine(i === 0 ? 'next' : '', ''),
    { text: command.padEnd(cells + 2), tone: 'agent' },
    { text: meaning, tone: 'dim' },
  ]);
}
