/** One turn: answers and calls by turns until its spans are used up. A subagent's turn is made by the same. */
import { toSpanId } from '#spoor/core/ids.ts';
import { millisToNano, nanoToMillis } from '#spoor/core/time.ts';
import { roundUsd, type CostSum } from '#spoor/core/cost.ts';
import { roundCredits } from '#spoor/core/credits.ts';
import type { Outcome, Span } from '#spoor/core/span.ts';
import { addUsage } from '#spoor/core/usage.ts';
import type { StoredTurn } from '#spoor/store/store.ts';
import { generateChat } from './generate-chat.ts';
import { generateCall } from './generate-call.ts';
import { MODELS } from './people-and-tools.ts';
import { toSession, toSpan, toUuid, type Scene, type TurnPlan, type TurnState } from './scene.ts';

/** Puts the turn, and those of its subagents, into the family. Returns when it was over and how much stands in the context then. */
export function generateTurn(scene: Scene, plan: TurnPlan): { endMillis: number; contextTokens: number } {
  const { dice } = scene.bench;
  const state: TurnState = { plan, spans: [], left: plan.spans - 1, atMillis: plan.startMillis + 20 + dice.below(300), contextTokens: plan.contextTokens, made: 0, events: [] };
  while (state.left > 0) {
    compactContext(scene, state);
    const calls = state.left > 2 ? 1 + (dice.percent(22) ? 1 + dice.below(3) : 0) : 0;
    generateChat(scene, state, { calls });
    generateCalls(scene, state, Math.min(calls, state.left - 1));
  }
  const root = toRoot(scene, state);
  const spans = [root, ...state.spans];
  if (plan.open) openEnd(spans, plan.open);
  scene.family.turns.push({ turn: toStoredTurn(scene, root, plan), spans });
  return { endMillis: state.atMillis, contextTokens: state.contextTokens };
}

/** Calls of one answer begin together, and the next answer when the slowest is done. */
function generateCalls(scene: Scene, state: TurnState, count: number): void {
  const startMillis = state.atMillis;
  let slowest = startMillis;
  for (let place = 0; place < count && state.left > 1; place += 1) {
    const { call, callId, startsSubagent } = generateCall(scene, state, { startMillis: startMillis + place * 3, batchSize: count });
    if (startsSubagent) addSubagent(scene, state, { call, callId });
    slowest = Math.max(slowest, nanoToMillis(call.endUnixNano ?? 0n));
  }
  state.atMillis = slowest + (count > 0 ? 15 : 0);
}

/** Its spans are of the parent's number; the call lasts as long as it does. */
function addSubagent(scene: Scene, state: TurnState, { call, callId }: { call: Span; callId: string }): void {
  const spans = Math.min(state.left - 1, 5 + scene.bench.dice.below(25));
  if (spans < 2) return;
  const endMillis = generateSubagent(scene, state, { callId, spanId: call.spanId, spans });
  call.endUnixNano = millisToNano(endMillis + 20);
  state.left -= spans;
}

/** The turn of a subagent in a session of its own. Returns when it ended. */
function generateSubagent(scene: Scene, state: TurnState, { callId, spanId, spans }: { callId: string; spanId: string; spans: number }): number {
  const key = `${state.plan.key}:${state.made}:sub`;
  const sessionId = toUuid(key);
  const startMillis = state.atMillis + 30;
  const turn: TurnPlan = { sessionId, turnIndex: 0, spans, startMillis, contextTokens: 9000, key, traceId: state.plan.traceId, spanId: toSpanId(`${key}:turn`), parentSpanId: spanId, searchWords: '' };
  const { endMillis } = generateTurn(scene, turn);
  scene.family.sessions.push(toSession(scene, { sessionId, startMillis, endMillis, parent: { sessionId: state.plan.sessionId, relation: 'subagent', callId } }));
  return endMillis;
}

function compactContext(scene: Scene, state: TurnState): void {
  const windowTokens = MODELS[scene.model]?.windowTokens ?? 200_000;
  if (state.contextTokens < windowTokens * 0.85) return;
  state.events.push({ name: 'compaction', unixNano: millisToNano(state.atMillis), attributes: { trigger: 'auto' } });
  state.contextTokens = 21_000;
}

function toRoot(scene: Scene, state: TurnState): Span {
  const { dice, words } = scene.bench;
  const { plan } = state;
  const chats = state.spans.filter(({ kind }) => kind === 'chat');
  const outcome: Outcome = dice.percent(92) ? 'ok' : dice.percent(50) ? 'cancelled' : dice.percent(80) ? 'error' : 'unknown';
  const values: Span['values'] = {
    provider: scene.kind.provider,
    repository: { url: `https://git.example/dev/${scene.project}`, branch: scene.branch },
    requestModel: scene.model,
    chatCount: chats.length,
    turnUsage: addUsage(chats.flatMap(({ values: { usage } }) => usage ?? [])),
    turnCost: toTurnCost(chats),
    contextUsagePercent: chats.at(-1)?.values.contextUsagePercent,
    contextWindowTokens: MODELS[scene.model]?.windowTokens,
    ...(plan.parentSpanId === undefined ? {} : { agentName: dice.pick(['explorer', 'reviewer', 'planner']) }),
    ...(outcome === 'error' ? { errorType: 'agent_error' } : {}),
  };
  if (scene.kind.billing === 'credits') values.turnCredits = roundCredits(chats.reduce((sum, chat) => sum + (chat.values.credits ?? 0), 0));
  const content = { prompt: plan.searchWords + words.prose(dice.scaled(40, 900)), answer: words.prose(dice.scaled(60, 1500)) };
  const root = toSpan(scene, state, { kind: 'agent', parentSpanId: '', startMillis: plan.startMillis, endMillis: state.atMillis, outcome, values, content });
  root.spanId = plan.spanId;
  if (plan.parentSpanId === undefined) delete root.parentSpanId;
  else root.parentSpanId = plan.parentSpanId;
  root.events = state.events;
  return root;
}

function toTurnCost(chats: readonly Span[]): CostSum | undefined {
  const sum: CostSum = {};
  let unpriced = 0;
  for (const { values } of chats) {
    if (values.cost) sum.usd = roundUsd((sum.usd ?? 0) + values.cost.usd);
    if (values.equivalentCost) sum.equivalentUsd = roundUsd((sum.equivalentUsd ?? 0) + values.equivalentCost.usd);
    if (values.unpriced) unpriced += 1;
  }
  if (unpriced > 0) sum.unpriced = [{ model: chats[0]?.values.responseModel, reason: 'unknown-provider', chats: unpriced }];
  return Object.keys(sum).length > 0 ? sum : undefined;
}

function toStoredTurn(scene: Scene, root: Span, { sessionId, turnIndex, open }: TurnPlan): StoredTurn {
  const turn: StoredTurn = {
    agent: scene.kind.agent,
    sessionId,
    turnIndex,
    rootSpanId: root.spanId,
    digest: `generated:${root.spanId}`,
    // What is live and unsettled a collector would assemble anew, from facts that are not there.
    live: scene.isLive && !open,
    hasHistory: true,
    hasRecords: true,
    closed: !open,
    settled: !open,
    startUnixNano: root.startUnixNano,
  };
  if (root.endUnixNano !== undefined) turn.endUnixNano = root.endUnixNano;
  if (!open) turn.hasEnd = true;
  return turn;
}

/** The turn goes on: its root and its last call are open; a person who is waited for has not answered. */
function openEnd(spans: Span[], open: 'running' | 'waiting'): void {
  const last = spans.findLast(({ kind, parentSpanId }) => kind === 'tool' && parentSpanId === spans[0]?.spanId);
  const ask = last && spans.find(({ kind, parentSpanId }) => kind === 'permission' && parentSpanId === last.spanId);
  for (const span of [spans[0], last, open === 'waiting' ? ask : undefined]) {
    if (!span) continue;
    delete span.endUnixNano;
    delete span.values.decision;
    span.outcome = 'unknown';
    span.final = false;
  }
}
