/** A world for commands under test: streams that remember, a home of its own, a collector that answers what it is told to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ReplayReport } from '#spoor/collector/replay/replay-report.ts';
import type { CollectReport, ImportReport, Status } from '#spoor/collector/reports.ts';
import { homeAt } from '#spoor/config/home.ts';
import type { CliContext, CollectorActions, Output } from '#spoor/cli/context.ts';
import { openStoreAt } from '#spoor/cli/create-context.ts';
import { runCommandLine } from '#spoor/cli/run.ts';
import type { Session } from '#spoor/core/session.ts';
import type { Span } from '#spoor/core/span.ts';
import { STORY_START } from './story.ts';

/** Two hours after the stories. */
export const NOW_MILLIS = Number(STORY_START / 1_000_000n) + 7_200_000;

export interface Ran {
  code: number;
  out: string;
  err: string;
}

export interface CliWorld {
  context: CliContext;
  root: string;
  /** Addresses that a browser was to open. */
  opened: string[];
  run(...words: string[]): Promise<Ran>;
}

interface WorldOptions {
  columns?: number;
  color?: boolean;
  env?: Record<string, string>;
  answer?: boolean;
  /** What a person at the terminal types, question by question; none: nobody is there. */
  replies?: string[];
  collector?: Partial<CollectorActions>;
}

/** A folder of its own, removed after the test, with a command line that works in it. */
export function createCliWorld(t: TestContext, options: WorldOptions = {}): CliWorld {
  const root = mkdtempSync(join(tmpdir(), 'spoor-cli-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const texts = { out: '', err: '' };
  const opened: string[] = [];
  const toOutput = (name: 'out' | 'err'): Output => ({
    write: async (text) => void (texts[name] += text),
    isTerminal: false,
    columns: options.columns ?? 120,
    color: options.color ?? false,
    isClosed: () => false,
  });
  const context: CliContext = {
    environment: { home: join(root, 'user'), env: options.env ?? {}, platform: 'linux' },
    home: homeAt(join(root, 'spoor')),
    folder: join(root, 'project'),
    packageRoot: root,
    stdout: toOutput('out'),
    stderr: toOutput('err'),
    nowMillis: () => NOW_MILLIS,
    canAsk: options.replies !== undefined,
    ask: async (question) => {
      texts.err += `${question}\n`;
      return options.replies?.shift();
    },
    confirm: async () => options.answer,
    openBrowser: (url) => void opened.push(url),
    openStore: openStoreAt,
    collector: { ...emptyCollector, ...options.collector },
  };
  return {
    context,
    root,
    opened,
    run: async (...words) => {
      texts.out = '';
      texts.err = '';
      const code = await runCommandLine(words, context);
      return { code, out: texts.out, err: texts.err };
    },
  };
}

export const emptyStatus: Status = {
  home: '/home/ada/.spoor',
  version: '0.1.0',
  collector: { running: false },
  spool: { waiting: 0, bytes: 0, setAside: 0 },
  store: { sessions: 0, pending: 0 },
  agents: [{ agent: 'kiro', title: 'Kiro', present: true, installedIn: [], sessions: 0 }],
  destinations: [],
  configProblems: [],
  deliveryProblems: [],
  problems: [],
};

export const emptyCollect: CollectReport = { ran: true, events: 0, sessions: 0, spansWritten: 0, delivered: 0, waiting: 0, problems: [] };

const emptyImport: ImportReport = { agents: [{ agent: 'kiro', roots: ['/home/ada/.kiro/sessions/cli'], found: 0, read: 0, bytes: 0, turns: 0, spansWritten: 0 }], problems: [] };

const emptyReplay: ReplayReport = { destination: '', spans: 0, turns: 0, sessions: 0, openSessions: 0, put: 0, alreadyThere: 0, sent: 0, waiting: 0, setAside: 0, sampledOut: 0, kept: [], textsPending: 0, isResumed: false, isComplete: true };

const emptyCollector: CollectorActions = {
  collectOnce: async () => emptyCollect,
  runCollector: async () => emptyCollect,
  serve: async () => emptyCollect,
  importHistory: async () => emptyImport,
  readStatus: async () => emptyStatus,
  sendPast: async ({ destination }) => ({ ...emptyReplay, destination }),
};

/** Puts a session and its spans into the store of this world: one turn for each root. */
export async function keep(context: CliContext, session: Session, spans: readonly Span[]): Promise<void> {
  const store = await context.openStore(context.home, { create: true });
  try {
    store?.saveSession(session);
    const turnOf = new Map<string, Span>();
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const rootOf = (span: Span): Span => {
      const parent = byId.get(span.parentSpanId ?? '');
      return parent && span.sessionId === parent.sessionId ? rootOf(parent) : span;
    };
    for (const span of spans) turnOf.set(span.spanId, rootOf(span));
    for (const root of new Set(turnOf.values())) {
      const members = spans.filter((span) => turnOf.get(span.spanId) === root);
      const { agent, sessionId, turnIndex, spanId, startUnixNano, endUnixNano } = root;
      const closed = endUnixNano !== undefined;
      store?.saveTurn({ agent, sessionId, turnIndex, rootSpanId: spanId, digest: spanId, live: false, hasHistory: true, closed, settled: closed, startUnixNano, endUnixNano }, members);
    }
  } finally {
    store?.close();
  }
}

/** The story's session and its subagent's. */
export async function keepStory(context: CliContext, session: Session, spans: readonly Span[]): Promise<void> {
  const subagents = new Set(spans.map(({ sessionId }) => sessionId).filter((id) => id !== session.sessionId));
  for (const sessionId of subagents) {
    const child: Session = { agent: session.agent, sessionId, parent: { sessionId: session.sessionId, relation: 'subagent' } };
    await keep(context, child, spans.filter((span) => span.sessionId === sessionId));
  }
  await keep(context, session, spans.filter((span) => span.sessionId === session.sessionId));
}
