/** A small world of sessions out of a seed: agents, projects, subagents, waits, failures, skills, costs. */
import type { Outcome, Span } from '#spoor/core/span.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import type { StoredTurn } from '#spoor/store/store.ts';
import { plainSpan } from '../support/plain-span.ts';

export const WORLD_START = 1_767_225_600_000;
const DAY = 86_400_000;

/** Pseudo-random whole numbers below a limit (an LCG: the same in every run). */
export function createDraw(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const nano = (millis: number): bigint => BigInt(millis) * 1_000_000n;
const idOf = (number: number): string => number.toString(16).padStart(16, '0');
const OUTCOMES: readonly Outcome[] = ['ok', 'ok', 'ok', 'ok', 'error', 'timeout', 'denied', 'cancelled', 'unknown'];
const TOOLS = ['read', 'write', 'shell', 'search', 'skill'];
const MODELS = ['oak-1', 'oak-2', 'elm-mini'];
const AGENTS = ['kiro', 'codex', 'claude-code'];

export interface WorldTurn {
  turn: StoredTurn;
  spans: Span[];
}

interface Where {
  agent: string;
  sessionId: string;
  index: number;
  startMillis: number;
  base: number;
  parentSpanId?: string;
}

/** One turn of some seconds with up to a dozen calls and requests. */
export function buildWorldTurn(draw: (below: number) => number, { agent, sessionId, index, startMillis, base, parentSpanId }: Where): WorldTurn {
  const root = idOf(base);
  let next = base + 1;
  let at = startMillis;
  const spans: Span[] = [];
  const add = (some: Partial<Span>, length: number | undefined): Span => {
    const { endUnixNano: _none, ...span } = plainSpan({ spanId: idOf(next++), traceId: root.padStart(32, '7'), agent, sessionId, turnIndex: index, parentSpanId: root, startUnixNano: nano(at), final: false, ...some });
    const whole = length === undefined ? span : { ...span, endUnixNano: nano(at + length) };
    spans.push(whole);
    return whole;
  };
  for (let step = draw(6); step >= 0; step--) {
    const chat = 200 + draw(3000);
    const model = MODELS[draw(3)] ?? '';
    const cost = draw(3) === 0 ? { cost: { usd: draw(1000) / 1000 } } : draw(2) === 0 ? { unpriced: 'unknown-model' as const } : { credits: draw(100) / 64 };
    const usage = draw(4) === 0 ? {} : { usage: { inputTokens: draw(9000), outputTokens: draw(500), ...(draw(2) === 0 ? { cacheReadTokens: draw(900) } : {}) } };
    add({ kind: 'chat', outcome: draw(9) === 0 ? 'error' : 'ok', values: { requestModel: model, provider: model === 'oak-1' && draw(4) === 0 ? 'meadow' : 'forest', ...usage, ...cost }, provenance: { times: 'hook', ...('cost' in cost ? { cost: 'estimated' } : {}), ...('credits' in cost ? { credits: 'transcript' } : {}) } }, chat);
    at += chat;
    if (draw(5) === 0) continue;
    const run = draw(5000);
    const tool = TOOLS[draw(5)] ?? '';
    const outcome = OUTCOMES[draw(OUTCOMES.length)] ?? 'ok';
    const extra = tool === 'shell' ? { shellFamily: draw(2) === 0 ? 'npm' : 'git' } : tool === 'skill' ? { skillName: draw(2) === 0 ? 'otter' : 'heron' } : tool === 'search' ? { mcpServer: 'wood' } : {};
    const call = add({ outcome, values: { toolName: tool, ...extra } }, draw(20) === 0 ? undefined : run);
    if (draw(4) === 0 && call.endUnixNano !== undefined) add({ kind: 'permission', parentSpanId: call.spanId, outcome: 'ok', values: {} }, Math.floor(run / 2));
    at += run;
  }
  const told = { requestModel: MODELS[draw(3)] ?? '', ...(draw(2) === 0 ? { repository: { url: `https://example.org/fox/${draw(2) === 0 ? 'den' : 'hole'}`, branch: draw(2) === 0 ? 'main' : 'next' } } : {}) };
  const usd = spans.flatMap(({ values }) => values.cost?.usd ?? []);
  const turnCost = usd.length > 0 ? { turnCost: { usd: usd.reduce((a, b) => a + b, 0) } } : {};
  const turn: StoredTurn = {
    agent, sessionId, turnIndex: index, rootSpanId: root, digest: `${base}:${draw(1e9)}`, live: false, hasHistory: true, closed: true, settled: true, startUnixNano: nano(startMillis), endUnixNano: nano(at + 100),
  };
  const top = plainSpan({ spanId: root, traceId: root.padStart(32, '7'), agent, sessionId, turnIndex: index, kind: 'agent', startUnixNano: nano(startMillis), endUnixNano: nano(at + 100), final: false, outcome: draw(8) === 0 ? 'error' : 'ok', values: { ...told, ...turnCost }, content: { prompt: 'Look' } });
  return { turn, spans: [parentSpanId === undefined ? top : { ...top, parentSpanId }, ...spans] };
}

/** So many spans a turn has at most. */
const SPAN_ROOM = 64;

export interface World {
  draw(below: number): number;
  sessions: { agent: string; sessionId: string; startMillis: number; turns: number; nextBase: number }[];
}

/** Fills a store with so many sessions of one to four turns over thirty days; some have subagents. */
export function buildWorld(store: SqliteStore, { seed = 1, sessions: count = 40 }: { seed?: number; sessions?: number } = {}): World {
  const world: World = { draw: createDraw(seed), sessions: [] };
  for (let index = 0; index < count; index++) addSession(store, world, index);
  return world;
}

export function addSession(store: SqliteStore, world: World, index: number): void {
  const { draw } = world;
  const agent = AGENTS[draw(3)] ?? '';
  const sessionId = `session-${index}`;
  const startMillis = WORLD_START + draw(30 * DAY);
  const session = { agent, sessionId, startMillis, turns: 0, nextBase: 1 + index * 100_000 };
  world.sessions.push(session);
  store.saveSession({ agent, sessionId, cwd: draw(3) === 0 ? '/home/fox/burrow' : '/home/fox/wood/', startUnixNano: nano(startMillis) });
  for (let turns = 1 + draw(4); turns > 0; turns--) addTurn(store, world, session);
}

/** One more turn of a session, and perhaps a subagent's. */
export function addTurn(store: SqliteStore, { draw }: World, session: World['sessions'][number]): void {
  const { agent, sessionId } = session;
  const base = session.nextBase;
  const startMillis = session.startMillis + session.turns * 600_000;
  const built = buildWorldTurn(draw, { agent, sessionId, index: session.turns, startMillis, base });
  session.turns += 1;
  session.nextBase += SPAN_ROOM * 2;
  store.saveTurn(built.turn, built.spans);
  const host = built.spans.find(({ kind }) => kind === 'tool');
  if (!host || draw(3) > 0) return;
  const child = `${sessionId}-child-${base}`;
  store.saveSession({ agent, sessionId: child, parent: { sessionId, relation: 'subagent' } });
  const below = buildWorldTurn(draw, { agent, sessionId: child, index: 0, startMillis: startMillis + 500, base: base + SPAN_ROOM, parentSpanId: host.spanId });
  store.saveTurn(below.turn, below.spans);
}
