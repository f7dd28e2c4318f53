/** `spoor doctor` */
import type { Command } from 'commander';
import { agents } from '../../agents/index.ts';
import type { DoctorReport } from '../../doctor/report.ts';
import { readServerFile } from '../../collector/lifecycle/server-file.ts';
import { runDoctor } from '../../doctor/run-doctor.ts';
import type { CliContext } from '../context.ts';
import { Failure } from '../failure.ts';
import { findSession } from '../find-session.ts';
import { toJsonText } from '../json-text.ts';
import { printCoverage } from '../session-coverage.ts';
import { toDoctorLines, toVerdict } from '../terminal/doctor-text.ts';
import { createPalette, toLine } from '../terminal/palette.ts';

const EXAMPLES = `
Without a session it tries the chain as a session would use it: the hook command
that stands in the agent's file is run with a marked event, a collector takes
it, its session appears in the store, and each destination gets one marked span
(session spoor-doctor-…). Then it looks at files, settings and newest sessions.
What it made is deleted again; only what destinations took stays with them.
What hangs is named, not waited for.

With a session it tells what is known of each turn: hooks seen of those
expected, what the history told, which numbers are missing, and why.

  ✓ well   ! works, but perhaps not as meant   ✗ needs mending
  ? could not be looked at   → what to do

Examples:
  spoor doctor
  spoor doctor --json | jq '.chain[] | select(.state != "ok")'
  spoor doctor 3f2a             the session whose id begins so

--json: {ok, version, home,
         chain: [{link, subject, state, seen, next?, durationMillis?}],
         findings: [{check, state, seen, next?}]}
  link: hook, spool, collector, store, destination
  state: ok, attention, broken, unknown
  with a session: {"coverage": {agent, sessionId, hookCalls, turns: [
         {turnIndex, rootSpanId, outcome, isOpen, isLive, gaps,
          hooks: {prompt, toolStart, toolEnd, stop: {seen, expected?}},
          history: {records, end}, oneSided: [{spanId, toolName?, toldBy}],
          model, tokens, cost, times: {known, of, isEstimated?, why?}}]}}

Exit codes: 0 nothing needs mending, 1 something does.`;

/** Adds the arguments, the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .argument('[session]', 'beginning of a session or trace id: tell what is known of that session')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((prefix: string | undefined, options: { json?: boolean }) => (prefix === undefined ? examine(options, context) : cover(prefix, options, context)));
}

async function cover(prefix: string, { json }: { json?: boolean }, context: CliContext): Promise<void> {
  const store = await context.openStore(context.home, { create: false });
  try {
    if (!store) throw new Failure(`There is no session yet, so none begins with "${prefix}".`, 'Read the past ones with: spoor import');
    await printCoverage(store, findSession(store, prefix), { context, json });
  } finally {
    store?.close();
  }
}

async function examine({ json }: { json?: boolean }, context: CliContext): Promise<void> {
  const { home, environment, stdout, stderr } = context;
  const servedAt = readServerFile(home)?.url;
  if (stderr.isTerminal && !json) await stderr.write('Trying the chain …\n');
  const report = await withSignals((signal) => runDoctor({ home, environment, agents, signal, ...(servedAt === undefined ? {} : { servedAt }) }));
  if (json) await stdout.write(toJsonText(report));
  else {
    const palette = createPalette(stdout.color);
    const lines = toDoctorLines(report, { width: stdout.columns, ...(environment.home ? { home: environment.home } : {}) });
    await stdout.write(`${lines.map((pieces) => toLine(pieces, palette)).join('\n')}\n`);
  }
  const { sentence } = toVerdict(report);
  if (!report.ok) throw new Failure(sentence, toAdvice(report));
  if (!json) await stderr.write(`${sentence}\n`);
}

/** The steps of what is broken, each once, in the order of the chain. */
function toAdvice({ chain, findings }: DoctorReport): string | undefined {
  const [first] = [...chain, ...findings].filter(({ state, next }) => state === 'broken' && next !== undefined);
  return first?.next === undefined ? undefined : `First: ${first.next}`;
}

/** A doctor that is interrupted still takes away what it made. */
async function withSignals(work: (signal: AbortSignal) => Promise<DoctorReport>): Promise<DoctorReport> {
  const abort = new AbortController();
  const leave = (): void => abort.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.once(name, leave);
  try {
    const report = await work(abort.signal);
    if (abort.signal.aborted) throw new Failure('Interrupted. What the doctor made is deleted again.');
    return report;
  } finally {
    for (const name of signals) process.off(name, leave);
  }
}
