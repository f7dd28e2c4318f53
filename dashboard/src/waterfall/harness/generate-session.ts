/** A session as the server would tell it, made up from a seed: the same seed is the same session. For the harness and for tests. */
import type { Outcome } from '../../../../src/core/span.ts';
import type { SessionAnswer, SpanColumnsJson, SpanDetails, TurnRow } from '../../../../src/query/api/session.ts';
import type { TimeShares } from '../../../../src/query/api/sessions.ts';

export interface GeneratorOptions {
  seed?: number;
  /** Turns are added until there are this many spans. */
  spans: number;
  /** The last turn and its last call are open at this moment (Unix ms). */
  liveAtMillis?: number;
}

/** 2026-09-01T09:00:00Z: any moment would do. */
const START_MILLIS = Date.UTC(2026, 8, 1, 9);
const COMMANDS = ['npm test -- --run store', 'git diff --stat HEAD~2', 'npx tsc --noEmit', 'ls -la src', 'cargo build --release', 'docker compose logs web --tail 50', 'python -m pytest -q tests/test_reader.py'];
const FILES = ['src/store/sqlite/open.ts', 'src/agents/index.ts', 'test/store/prune.test.ts', 'README.md', 'src/cli/main.ts', 'src/otlp/json.ts', 'docs/retention.md'];
const PROMPTS = [
  'The import stops at a torn file. Find out why and mend it.', 'Add a flag that leaves out subagents', 'Why is the second run slower than the first?', 'Write the test first, then make it green',
  'Rename the column and migrate', 'Explain what reconcile does and draw the path of one event', 'Release notes for this week, short',
];
const SUBAGENTS = ['Explore', 'Plan', 'code-reviewer'];
const MODELS = ['claude-opus-4-5', 'claude-haiku-4-5'];

interface Draft {
  random: () => number;
  columns: SpanColumnsJson;
  details: Record<number, SpanDetails>;
  turn: number;
  context: number;
}

/** One session with turns of every shape: waits, refusals, errors tried again, compactions, parallel and serial reads, subagents, long breaks. */
export function generateSession({ seed = 1, spans, liveAtMillis }: GeneratorOptions): SessionAnswer {
  const columns: SpanColumnsJson = { id: [], parent: [], kind: [], name: [], start: [], duration: [], outcome: [], turn: [] };
  const draft: Draft = { random: createRandom(seed), columns, details: {}, turn: 0, context: 12 };
  const turns: TurnRow[] = [];
  let clock = 0;
  while (columns.id.length < spans) {
    turns.push(addTurn(draft, clock, spans, false));
    clock = (turns.at(-1)?.endMillis ?? START_MILLIS + clock) - START_MILLIS;
    clock += draft.random() < 0.35 ? 40_000 + draft.random() * 1_500_000 : 2000 + draft.random() * 20_000;
    draft.turn++;
  }
  if (liveAtMillis === undefined) return toAnswer(draft, turns);
  const live = addTurn(draft, clock, spans, true);
  const answer = toAnswer(draft, [...turns, live]);
  return startingAt(answer, liveAtMillis - (columns.start.at(-1) ?? 0) - 2000);
}

function addTurn(draft: Draft, start: number, spans: number, isOpen: boolean): TurnRow {
  const { columns, random } = draft;
  const row = addSpan(draft, { parent: -1, kind: 'agent', name: 'claude-code', start });
  const steps = Math.min(4 + Math.floor(random() * 24), Math.max(3, spans - columns.id.length));
  let clock = start + 20;
  let failing = 0;
  for (let step = 0; step < steps; step++) {
    clock = addChat(draft, row, { start: clock, model: MODELS[0] ?? '' });
    if (step === steps - 1) break;
    if (random() < 0.12 && failing === 0) failing = 1 + Math.floor(random() * 2);
    clock = addCalls(draft, row, { start: clock, isFailing: failing > 0, mayNest: columns.id.length + 20 < spans });
    failing = Math.max(0, failing - 1);
  }
  const end = clock + 30;
  columns.duration[row] = isOpen ? -1 : end - start;
  const isFailed = random() < 0.06;
  if (isFailed) columns.outcome[row] = 'error';
  if (isOpen) columns.duration[columns.duration.length - 1] = -1;
  return toTurn(draft, row, { start, end: isOpen ? undefined : end });
}

interface NewSpan {
  parent: number;
  kind: string;
  name: string;
  start: number;
  duration?: number;
  outcome?: Outcome;
}

function addSpan({ columns, turn }: Draft, { parent, kind, name, start, duration = 0, outcome = 'ok' }: NewSpan): number {
  const row = columns.id.length;
  columns.id.push((row + 0x10000).toString(16).padStart(16, '0'));
  columns.parent.push(parent);
  columns.kind.push(kind);
  columns.name.push(name);
  columns.start.push(start);
  columns.duration.push(duration);
  columns.outcome.push(outcome);
  columns.turn.push(turn);
  return row;
}

function addChat(draft: Draft, parent: number, { start, model }: { start: number; model: string }): number {
  const { random, details } = draft;
  const duration = 900 + random() ** 3 * 18_000;
  const row = addSpan(draft, { parent, kind: 'chat', name: model, start, duration });
  draft.context += 0.4 + random() * 2.2;
  const input = Math.round(draft.context * 2000);
  const detail: SpanDetails = {
    tokens: { input, output: Math.round(80 + random() * 1400), cacheRead: Math.round(input * 0.9) },
    cost: { usd: Number((input * 6e-7 + random() * 0.02).toFixed(5)), provenance: ['estimated'] },
    contextPercent: Math.round(draft.context * 10) / 10, contextWindowTokens: 200_000,
  };
  if (draft.context > 92) {
    detail.events = [{ name: 'compaction', at: start + duration, label: 'auto' }];
    draft.context = 18;
  }
  details[row] = detail;
  return start + duration + 15;
}

/** One answer's calls: most often one; reads come in threes, side by side. */
function addCalls(draft: Draft, parent: number, { start, isFailing, mayNest }: { start: number; isFailing: boolean; mayNest: boolean }): number {
  const { random } = draft;
  const dice = random();
  if (isFailing) return addShell(draft, parent, { start, outcome: random() < 0.2 ? 'timeout' : 'error' });
  if (dice < 0.05 && mayNest) return addSubagent(draft, parent, start);
  if (dice < 0.2) return Math.max(...[0, 1, 2].map((at) => addPlain(draft, parent, { start: start + at * 3, name: 'Read', summary: pick(draft, FILES), longest: 700 })));
  if (dice < 0.45) return addPlain(draft, parent, { start, name: 'Read', summary: pick(draft, FILES), longest: 500 });
  if (dice < 0.53) return addPlain(draft, parent, { start, name: 'Grep', summary: 'createReader in src', longest: 1200 });
  if (dice < 0.6) return addWaiting(draft, parent, start);
  if (dice < 0.75) return addPlain(draft, parent, { start, name: 'Edit', summary: pick(draft, FILES), longest: 300 });
  if (dice < 0.79) return addPlain(draft, parent, { start, name: 'mcp__github__search_issues', summary: 'torn file', longest: 2500, detail: { mcpServer: 'github' } });
  if (dice < 0.81) return addPlain(draft, parent, { start, name: 'Skill', summary: 'release-notes', longest: 90, detail: { skill: 'release-notes' } });
  return addShell(draft, parent, { start, outcome: 'ok' });
}

function addPlain(draft: Draft, parent: number, { start, name, summary, longest, detail }: { start: number; name: string; summary: string; longest: number; detail?: SpanDetails }): number {
  const duration = 8 + draft.random() ** 2 * longest;
  draft.details[addSpan(draft, { parent, kind: 'tool', name, start, duration })] = { summary, ...detail };
  return start + duration + 12;
}

function addShell(draft: Draft, parent: number, { start, outcome }: { start: number; outcome: Outcome }): number {
  const duration = 60 + draft.random() ** 4 * 60_000;
  const summary = pick(draft, COMMANDS);
  const row = addSpan(draft, { parent, kind: 'tool', name: 'Bash', start, duration, outcome });
  draft.details[row] = { summary, shellFamily: summary.split(' ')[0], ...(outcome === 'ok' ? {} : { errorType: outcome === 'timeout' ? 'timeout' : 'exit_1' }) };
  return start + duration + 12;
}

/** A person is asked: mostly they say yes. */
function addWaiting(draft: Draft, parent: number, start: number): number {
  const wait = 800 + draft.random() ** 2 * 50_000;
  const isDenied = draft.random() < 0.3;
  const run = isDenied ? 0 : 40 + draft.random() * 4000;
  const summary = pick(draft, COMMANDS);
  const row = addSpan(draft, { parent, kind: 'tool', name: 'Bash', start, duration: wait + run, outcome: isDenied ? 'denied' : 'ok' });
  draft.details[row] = { summary, shellFamily: summary.split(' ')[0], waits: [[start, start + wait]] };
  addSpan(draft, { parent: row, kind: 'permission', name: 'Bash', start, duration: wait, outcome: isDenied ? 'denied' : 'ok' });
  return start + wait + run + 12;
}

function addSubagent(draft: Draft, parent: number, start: number): number {
  const name = pick(draft, SUBAGENTS);
  const call = addSpan(draft, { parent, kind: 'tool', name: 'Agent', start });
  draft.details[call] = { summary: `${name}: look for every caller` };
  const agent = addSpan(draft, { parent: call, kind: 'agent', name, start: start + 10 });
  draft.details[agent] = { sessionId: `sub-${agent}` };
  const outer = draft.context;
  draft.context = 5;
  let clock = start + 20;
  const steps = 3 + Math.floor(draft.random() * 9);
  for (let step = 0; step < steps; step++) {
    clock = addChat(draft, agent, { start: clock, model: MODELS[1] ?? '' });
    if (step < steps - 1) clock = addCalls(draft, agent, { start: clock, isFailing: draft.random() < 0.08, mayNest: false });
  }
  draft.context = outer;
  draft.columns.duration[agent] = clock - start;
  draft.columns.duration[call] = clock - start + 20;
  return clock + 40;
}

function pick<T>({ random }: Draft, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

function toTurn({ columns, details, turn }: Draft, row: number, { start, end }: { start: number; end: number | undefined }): TurnRow {
  const rows = Array.from({ length: columns.id.length - row }, (_, at) => row + at);
  const of = (kind: string): number[] => rows.filter((at) => columns.kind[at] === kind);
  const sum = (values: number[]): number => values.reduce((all, one) => all + one, 0);
  const tools = of('tool');
  return {
    spanId: columns.id[row] ?? '', index: turn, prompt: PROMPTS[turn % PROMPTS.length], startMillis: START_MILLIS + start,
    ...(end === undefined ? {} : { endMillis: START_MILLIS + end }), outcome: columns.outcome[row] ?? 'ok', toolCalls: tools.length, modelCalls: of('chat').length,
    errors: tools.filter((at) => columns.outcome[at] === 'error' || columns.outcome[at] === 'timeout').length, denied: tools.filter((at) => columns.outcome[at] === 'denied').length,
    tokens: { input: sum(rows.map((at) => details[at]?.tokens?.input ?? 0)), output: sum(rows.map((at) => details[at]?.tokens?.output ?? 0)) },
    cost: { usd: sum(rows.map((at) => details[at]?.cost?.usd ?? 0)), provenance: ['estimated'] }, shares: noTime(), model: MODELS[0],
  };
}

/** The same, at another time, and going on. */
function startingAt(answer: SessionAnswer, startMillis: number): SessionAnswer {
  const by = startMillis - answer.startMillis;
  const turns = answer.turns.map((turn) => ({ ...turn, startMillis: turn.startMillis + by, ...(turn.endMillis === undefined ? {} : { endMillis: turn.endMillis + by }) }));
  const session = { ...answer.session, state: 'running' as const, startMillis, lastMillis: answer.session.lastMillis + by };
  return { ...answer, session, turns, startMillis, endMillis: answer.endMillis + by };
}

function noTime(): TimeShares {
  return { model: 0, tool: 0, wait: 0, gate: 0, idle: 0, other: 0 };
}

function toAnswer({ columns, details }: Draft, turns: TurnRow[]): SessionAnswer {
  const endMillis = turns.reduce((last, turn) => Math.max(last, turn.endMillis ?? turn.startMillis), START_MILLIS);
  const sum = (read: (turn: TurnRow) => number): number => turns.reduce((all, turn) => all + read(turn), 0);
  return {
    queryMillis: 1, startMillis: START_MILLIS, endMillis, turns, spans: columns, details, coverage: [], links: [], revision: 1,
    session: {
      agent: 'claude-code', sessionId: 'made-up', state: 'done', title: PROMPTS[0], project: 'spoor', models: MODELS, startMillis: START_MILLIS, lastMillis: endMillis,
      activeMillis: sum((turn) => (turn.endMillis ?? endMillis) - turn.startMillis), wallMillis: endMillis - (turns[0]?.startMillis ?? endMillis), shares: noTime(), turns: turns.length, toolCalls: sum((turn) => turn.toolCalls),
      modelCalls: sum((turn) => turn.modelCalls), errors: sum((turn) => turn.errors), denied: sum((turn) => turn.denied), subagents: 0, tokens: {}, cost: {}, skills: [],
    },
  };
}

/** Mulberry32: small, and good enough to look random. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
