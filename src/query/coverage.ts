/**
 * What is known of a session, turn by turn: which hooks were seen of those that should run, what its history told, which numbers are
 * there, and why one is missing. A pure function of what the store holds.
 */
import type { Agent, CoveredNumber, ExpectedHooks, MissingFrom } from '../agents/agent.ts';
import type { AgentId } from '../core/agent-id.ts';
import { toReasonText } from '../core/cost.ts';
import type { Fact } from '../core/fact.ts';
import { compare } from '../core/order.ts';
import type { Outcome, Span } from '../core/span.ts';
import type { StoredTurn } from '../store/store.ts';

/** `expected` absent: nobody can tell how many there should be. */
export interface SeenCount {
  seen: number;
  expected?: number;
}

export interface CoveredValue {
  /** On how many spans (turns, requests or all) it stands. */
  known: number;
  of: number;
  /** Some of it is a guess. */
  isEstimated?: boolean;
  /** Why it is missing where it is. */
  why?: string;
}

/** A call that only one of two sides told of. */
export interface OneSidedCall {
  spanId: string;
  toolName?: string;
  /** history: no hook told of it · hook: the history does not know it */
  toldBy: 'history' | 'hook';
}

export interface TurnCoverage {
  turnIndex: number;
  rootSpanId: string;
  outcome: Outcome;
  /** It is still open, or its history is waited for. */
  isOpen: boolean;
  /** Hooks told of it. */
  isLive: boolean;
  hooks: { prompt: SeenCount; toolStart: SeenCount; toolEnd: SeenCount; stop: SeenCount };
  history: { records: boolean; end: boolean };
  model: CoveredValue & { name?: string };
  tokens: CoveredValue;
  /** Credits, dollars, premium requests: whatever the agent charges in. */
  cost: CoveredValue;
  times: CoveredValue;
  oneSided: OneSidedCall[];
  /** Sentences without their periods: what is missing of hooks and history, and why. */
  gaps: string[];
}

export interface SessionCoverage {
  agent: AgentId;
  sessionId: string;
  /** Hook calls that the store keeps of this session. */
  hookCalls: number;
  turns: TurnCoverage[];
}

export interface CoverageInput {
  agent: Pick<Agent, 'id' | 'title' | 'traits' | 'expectedHooks' | 'whyMissing'>;
  sessionId: string;
  /** What the store keeps of this session; only those that hooks told count. */
  facts: readonly Fact[];
  /** Of this session. */
  turns: readonly StoredTurn[];
  /** Of this session; those of subagents are passed over. */
  spans: readonly Span[];
}

/** The coverage of one session's own turns, in their order. A subagent's session has its own. */
export function toCoverage(input: CoverageInput): SessionCoverage {
  const { agent, sessionId } = input;
  const hooks = input.facts.filter((fact) => fact.source === 'hook' && fact.sessionId === sessionId && fact.type !== 'session.seen');
  const turns = input.turns.filter((turn) => turn.sessionId === sessionId).sort((a, b) => compare(a.turnIndex, b.turnIndex));
  const byTurn = Map.groupBy(input.spans.filter((span) => span.sessionId === sessionId), ({ turnIndex }) => turnIndex);
  return {
    agent: agent.id,
    sessionId,
    hookCalls: hooks.length,
    turns: turns.flatMap((turn, index): TurnCoverage[] => {
      const spans = byTurn.get(turn.turnIndex) ?? [];
      const root = spans.find(({ spanId }) => spanId === turn.rootSpanId);
      const window = { from: turn.startUnixNano, to: turns[index + 1]?.startUnixNano };
      return root ? [coverTurn({ agent, turn, root, spans, hooks, window })] : [];
    }),
  };
}

interface TurnParts {
  agent: CoverageInput['agent'];
  turn: StoredTurn;
  root: Span;
  spans: readonly Span[];
  /** All hooks of the session. */
  hooks: readonly Fact[];
  /** From the turn's start to the start of the next. */
  window: { from: bigint; to?: bigint };
}

function coverTurn(parts: TurnParts): TurnCoverage {
  const { turn, root, spans } = parts;
  const tools = spans.filter(({ kind }) => kind === 'tool');
  const expected = parts.agent.expectedHooks?.(turn.sessionId);
  const hooks = countHooks(parts, tools, expected);
  const history = { records: turn.hasRecords === true, end: turn.hasEnd === true };
  const told = { ...parts, history };
  return {
    turnIndex: turn.turnIndex,
    rootSpanId: turn.rootSpanId,
    outcome: root.outcome,
    isOpen: !turn.settled,
    isLive: turn.live,
    hooks,
    history,
    model: coverModel(told),
    tokens: coverNumber(told, 'tokens', (span) => span.values.usage !== undefined),
    cost: coverCost(told),
    times: coverTimes(told),
    // A subagent's profile may have no hooks at all: then none of its calls lost one.
    oneSided: isHooked(hooks) && turn.hasHistory ? findOneSided(tools) : [],
    gaps: toGaps(told, hooks),
  };
}

/** A call's hooks stand among the keys of its span; a stop has none and is placed by its time. */
function countHooks({ turn, root, hooks, window }: TurnParts, tools: readonly Span[], expected: ExpectedHooks | undefined): TurnCoverage['hooks'] {
  const byKey = new Map(hooks.map((fact) => [`hook:${fact.key}`, fact.type]));
  const has = (span: Span, type: Fact['type']): boolean => span.keys.some((key) => byKey.get(key) === type);
  const count = (type: Fact['type']): number => tools.filter((span) => has(span, type)).length;
  const isIn = (at: bigint | undefined): boolean => at !== undefined && at >= window.from && (window.to === undefined || at < window.to);
  const stops = hooks.filter((fact) => fact.type === 'turn.ended' && isIn(fact.at?.unixNano)).length;
  const isCut = root.outcome === 'cancelled' || root.outcome === 'error';
  const ended = expected?.toolEnd === 'always' ? tools : tools.filter(({ outcome }) => outcome === 'ok' || outcome === 'unknown');
  const seen = (number: number, should: number | undefined): SeenCount => ({ seen: number, ...(should === undefined ? {} : { expected: Math.max(number, should) }) });
  return {
    prompt: seen(Number(has(root, 'turn.started')), expected && Number(expected.prompt)),
    toolStart: seen(count('tool.started'), expected && (expected.toolStart ? tools.length : 0)),
    toolEnd: seen(count('tool.ended'), expected && ended.length),
    stop: seen(Math.min(1, stops), expected && Number(turn.closed && (expected.stop === 'always' || !isCut))),
  };
}

interface Told extends TurnParts {
  history: TurnCoverage['history'];
}

function coverModel(told: Told): TurnCoverage['model'] {
  const chats = requestsOf(told);
  const bearers = chats.length > 0 ? chats : [told.root];
  const name = bearers.map(({ values }) => values.responseModel ?? values.requestModel).find((model) => model !== undefined);
  const isEstimated = bearers.some(({ provenance }) => provenance.model === 'session');
  const covered = toCovered(bearers, ({ values }) => (values.responseModel ?? values.requestModel) !== undefined);
  return { ...covered, ...(name === undefined ? {} : { name }), ...(isEstimated ? { isEstimated } : {}), ...whyOf(told, 'model', covered) };
}

function coverNumber(told: Told, number: CoveredNumber, has: (span: Span) => boolean): CoveredValue {
  const chats = requestsOf(told);
  const covered = toCovered(chats.length > 0 ? chats : [told.root], has);
  return { ...covered, ...whyOf(told, number, covered) };
}

/** Credits and premium requests may be told for a whole turn only. */
function coverCost(told: Told): CoveredValue {
  const { values } = told.root;
  if ([values.turnCredits, values.credits, values.turnPremiumRequests].some((number) => number !== undefined)) return { known: 1, of: 1 };
  const covered = coverNumber(told, 'cost', hasCost);
  const unpriced = requestsOf(told).find((span) => !hasCost(span) && span.values.unpriced !== undefined)?.values;
  return unpriced?.unpriced ? { ...covered, why: toReasonText(unpriced.unpriced, unpriced.responseModel ?? unpriced.requestModel) } : covered;
}

function hasCost({ values }: Span): boolean {
  return values.credits !== undefined || values.cost !== undefined || values.equivalentCost !== undefined || values.premiumRequests !== undefined;
}

/** What the agent itself put in place of an answer was no request. */
function requestsOf({ spans }: TurnParts): Span[] {
  return spans.filter((span) => span.kind === 'chat' && span.values.unpriced !== 'no-request' && (span.values.requestModel !== undefined || span.content.answer !== undefined || span.outcome === 'ok'));
}

function coverTimes(told: Told): CoveredValue {
  const covered = toCovered(told.spans.filter(({ kind }) => kind !== 'permission'), ({ provenance }) => provenance.times !== 'estimated');
  if (covered.known === covered.of) return covered;
  const own = told.agent.whyMissing?.('times', toMissing(told));
  return { ...covered, isEstimated: true, why: own ?? (told.turn.live ? 'what begins between two hooks is spread evenly between them' : 'no hook told of this turn, and the history does not tell when each part began') };
}

function toCovered(spans: readonly Span[], has: (span: Span) => boolean): CoveredValue {
  return { known: spans.filter(has).length, of: spans.length };
}

function whyOf(told: Told, number: CoveredNumber, { known, of }: CoveredValue): { why?: string } {
  if (known === of) return {};
  const { agent, turn, history, root } = told;
  const own = agent.whyMissing?.(number, toMissing(told));
  if (own !== undefined) return { why: own };
  if (!turn.hasHistory) return { why: turn.settled ? `the history never told of this turn (waited ${agent.traits.historyWaitMillis / 1000} s for it)` : 'the history has not told of this turn yet' };
  if (!history.end) return { why: turn.settled ? "the history never told this turn's end, where its metadata stands" : "the history has not told this turn's end yet" };
  if (root.outcome === 'cancelled' || root.outcome === 'error') return { why: `the history tells none for a turn that was ${root.outcome === 'cancelled' ? 'cancelled' : 'broken off by an error'}` };
  return { why: `${agent.title}'s history tells this turn without it` };
}

function toMissing({ turn, root, history }: Told): MissingFrom {
  return { sessionId: turn.sessionId, outcome: root.outcome, hasEnd: history.end };
}

function findOneSided(tools: readonly Span[]): OneSidedCall[] {
  return tools.flatMap((span): OneSidedCall[] => {
    const [isHooked, isRecorded] = [span.keys.some((key) => key.startsWith('hook:')), span.keys.some((key) => key.startsWith('call:'))];
    if (isHooked === isRecorded) return [];
    return [{ spanId: span.spanId, ...(span.values.toolName === undefined ? {} : { toolName: span.values.toolName }), toldBy: isHooked ? 'hook' : 'history' }];
  });
}

function isHooked({ prompt, toolStart, toolEnd, stop }: TurnCoverage['hooks']): boolean {
  return prompt.seen + toolStart.seen + toolEnd.seen + stop.seen > 0;
}

function toGaps({ turn, history, agent }: Told, hooks: TurnCoverage['hooks']): string[] {
  const gaps: string[] = [];
  const lacks = ({ seen, expected }: SeenCount): boolean => expected !== undefined && seen < expected;
  if (!turn.live) gaps.push('no hook of spoor told of this turn: it is known from the history alone');
  else if (!isHooked(hooks)) gaps.push('no hook of spoor ran in this turn: it is followed through the one that it belongs to');
  else {
    const lost = [
      lacks(hooks.prompt) ? 'at the prompt' : undefined,
      lacks(hooks.toolStart) ? `before ${toShare(hooks.toolStart)} calls` : undefined,
      lacks(hooks.toolEnd) ? `after ${toShare(hooks.toolEnd)} calls` : undefined,
      lacks(hooks.stop) ? 'at the stop' : undefined,
    ].filter((text) => text !== undefined);
    if (lost.length > 0) gaps.push(`hooks not seen: ${lost.join(', ')}`);
  }
  if (!turn.hasHistory) gaps.push(`${agent.title}'s history ${turn.settled ? 'never told' : 'has not told'} of this turn`);
  else if (!history.records && !turn.settled) gaps.push(`${agent.title}'s history has no records of this turn yet`);
  return gaps;
}

function toShare({ seen, expected = 0 }: SeenCount): string {
  return `${expected - seen} of ${expected}`;
}
