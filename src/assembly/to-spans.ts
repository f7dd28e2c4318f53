/** Step 14: one finished draft of a turn → its spans. */
import { toPermissionSpanId } from '../core/ids.ts';
import { toCommandFamily } from '../core/command-family.ts';
import { compare } from '../core/order.ts';
import { latest } from '../core/time.ts';
import type { Outcome, Span, SpanEvent, SpanKind, SpanValues } from '../core/span.ts';
import { SPOOR } from '../semconv/names.ts';
import { addUsage, type Usage } from '../core/usage.ts';
import type { AgentTraits } from '../agents/agent.ts';
import type { AnswerDraft, AssembledSession, ToolDraft, TurnDraft, WaitDraft, Window } from './drafts.ts';
import { toTurnBilling, type BillingOf } from './find-billing.ts';
import { endsWithHook } from './time-turn.ts';

export interface SpanContext {
  session: AssembledSession;
  traits: AgentTraits;
  billingOf: BillingOf;
  settled: boolean;
  /** Its place in a trace is known: a subagent's turn may still have to find the call that started it. */
  placed: boolean;
  incomplete: boolean;
  /** The turn this one was forked off, if it is known. */
  forkedFrom?: { traceId: string; spanId: string };
}

/** The turn's root first, then its answers and tools by start; a wait stands right behind its tool. */
export function toSpans(turn: TurnDraft, context: SpanContext): Span[] {
  const children = [
    ...turn.answers.map((answer) => [toChat(answer, turn, context)]),
    ...turn.tools.map((tool) => toToolSpans(tool, turn, context)),
  ];
  const position = new Map(children.map((group, index) => [group, index]));
  children.sort((a, b) => compare(a[0]?.startUnixNano ?? 0n, b[0]?.startUnixNano ?? 0n) || (position.get(a) ?? 0) - (position.get(b) ?? 0));
  return [toTurn(turn, context), ...children.flat()];
}

interface SpanFrame {
  kind: SpanKind;
  spanId: string;
  parentSpanId?: string;
  window: Window;
  outcome: Outcome;
  keys: string[];
}

function newSpan(frame: SpanFrame, turn: TurnDraft, context: SpanContext): Span {
  const { window } = frame;
  return {
    spanId: frame.spanId,
    traceId: turn.traceId,
    parentSpanId: frame.parentSpanId,
    kind: frame.kind,
    agent: context.session.agent,
    sessionId: turn.sessionId,
    turnIndex: turn.index,
    startUnixNano: window.start ?? turn.window.start ?? 0n,
    endUnixNano: window.end,
    outcome: frame.outcome,
    values: {},
    content: {},
    events: [],
    links: [],
    provenance: { times: window.source },
    extra: {},
    keys: frame.keys,
    final: context.settled,
  };
}

function toTurn(turn: TurnDraft, context: SpanContext): Span {
  const span = newSpan({ kind: 'agent', spanId: turn.spanId, parentSpanId: turn.parentSpanId, window: turn.window, outcome: turn.outcome, keys: turn.keys }, turn, context);
  const end = turn.historyEnd;
  const told = turn.answers.flatMap((answer) => answer.credits ?? []);
  const credits = end?.turnCredits ?? (turn.requestCredits ?? (told.length > 0 ? told : undefined))?.reduce((sum, value) => sum + value, 0);
  span.values = withoutAbsent({
    agentName: turn.spawnName ?? end?.agentName ?? context.session.agentName,
    repository: turn.repository,
    provider: turn.answers.find(({ fact }) => fact.provider !== undefined)?.fact.provider ?? context.traits.provider,
    turnCredits: credits,
    metered: end?.metered,
    credits: told.length > 0 ? undefined : credits,
    billing: toTurnBilling(turn, context.billingOf, context.traits),
    ...toPremiumRequests(turn),
    ...toTurnUsage(turn),
    contextUsagePercent: end?.contextUsagePercent,
    // The session's window is its newest model's: only a turn of which nothing better is known has it.
    contextWindowTokens: turn.models[0] ? turn.models[0].contextWindowTokens : context.session.contextWindowTokens,
    requestCount: end?.requestCount,
    ownDurationNano: end?.durationNano,
    errorType: turn.outcome === 'error' ? (end?.errorType ?? turn.hookEnd?.errorType ?? 'agent_error') : undefined,
    errorMessage: end?.errorMessage ?? turn.hookEnd?.errorMessage,
  });
  setModel(span, turn, context, undefined);
  if (credits !== undefined) span.provenance.credits = 'transcript';
  if (span.values.usage) span.provenance.usage = toToldSource(turn);
  span.content = withoutAbsent({
    prompt: turn.historyStart?.prompt ?? turn.hookStart?.prompt,
    answer: lastWords(turn),
  });
  span.events = turn.changes.map((fact) => toEvent(fact, turn));
  const links = [context.forkedFrom, turn.startedBy].flatMap((link) => (link ? [{ ...link, attributes: {} }] : []));
  span.links = [...links, ...(turn.historyStart?.links ?? [])];
  span.extra = { ...turn.hookStart?.extra, ...turn.historyStart?.extra, ...turn.hookEnd?.extra, ...end?.extra };
  if (context.incomplete) span.incomplete = true;
  return span;
}

/** Where no request tells its own, the turn's stands as its own number too: like credits. */
function toPremiumRequests({ answers, historyEnd }: TurnDraft): Pick<SpanValues, 'premiumRequests' | 'turnPremiumRequests'> {
  const told = answers.flatMap(({ fact }) => fact.premiumRequests ?? []);
  if (told.length > 0) return { turnPremiumRequests: told.reduce((sum, count) => sum + count, 0) };
  return { premiumRequests: historyEnd?.turnPremiumRequests, turnPremiumRequests: historyEnd?.turnPremiumRequests };
}

/**
 * How many requests there were, and what all of them used: their sum, or what the agent tells of the whole turn where it does not tell
 * each of them. Where no request is known at all, that is the turn's own number.
 */
function toTurnUsage(turn: TurnDraft): Pick<SpanValues, 'chatCount' | 'usage' | 'turnUsage'> {
  const chatCount = turn.answers.length;
  const told = toToldUsage(turn, turn.hookAnswers.at(-1)?.fact.turnUsage);
  if (chatCount === 0) return { chatCount, usage: told };
  const usages = turn.answers.flatMap((answer) => answer.fact.usage ?? onlyUsage(answer, turn) ?? []);
  const isWhole = usages.length >= turn.answers.filter(({ fact }) => !fact.isSynthetic).length;
  return { chatCount, turnUsage: (isWhole ? undefined : told) ?? addUsage(usages) };
}

function toToldUsage({ historyEnd, hookEnd }: TurnDraft, seen: Usage | undefined): Usage | undefined {
  return historyEnd?.turnUsage ?? hookEnd?.turnUsage ?? seen;
}

function toToldSource({ historyEnd }: TurnDraft): 'transcript' | 'hook' {
  return historyEnd?.turnUsage ? 'transcript' : 'hook';
}

/** A stop hook tells them, if it was not the one before the last: it may have sent the agent back to work. */
function lastWords(turn: TurnDraft): string | undefined {
  const last = turn.answers.findLast(({ fact }) => !fact.isSynthetic && fact.callIds.length === 0 && fact.text !== undefined)?.fact;
  const stop = turn.hookEnd?.at?.unixNano;
  const isOutdated = last?.endedAt !== undefined && stop !== undefined && last.endedAt > stop;
  return (endsWithHook(turn) && !isOutdated ? turn.hookEnd?.answer : undefined) ?? last?.text;
}

/** A change has a place among the answers but no clock: it is put where the next answer began. */
function toEvent(fact: TurnDraft['changes'][number], turn: TurnDraft): SpanEvent {
  const next = turn.answers.find((answer) => answer.fact.order > fact.order)?.window.start;
  const unixNano = fact.at?.unixNano ?? next ?? latest(turn.window.end, turn.window.start) ?? 0n;
  return { name: fact.change, unixNano, attributes: fact.attributes ?? {} };
}

function toChat(answer: AnswerDraft, turn: TurnDraft, context: SpanContext): Span {
  const { fact } = answer;
  // What the agent wrote in place of an answer stands for the request that failed or was cut off.
  const outcome = fact.isSynthetic && turn.outcome === 'error' ? 'error' : fact.outcome;
  const span = newSpan({ kind: 'chat', spanId: answer.spanId, parentSpanId: turn.spanId, window: answer.window, outcome, keys: answer.keys }, turn, context);
  span.values = withoutAbsent({
    provider: fact.provider ?? context.traits.provider,
    responseModel: fact.responseModel,
    responseId: fact.responseId === undefined ? fact.messageId : (fact.responseId ?? undefined),
    finishReasons: fact.finishReasons,
    usage: fact.usage ?? onlyUsage(answer, turn),
    credits: answer.credits,
    billing: context.billingOf(fact),
    cost: fact.cost,
    unpriced: fact.isSynthetic && !fact.usage ? 'no-request' : undefined,
    premiumRequests: fact.premiumRequests,
    serviceTier: fact.serviceTier,
    timeToFirstChunkNano: fact.timeToFirstChunkNano,
    contextUsagePercent: fact.contextUsagePercent,
    errorType: outcome === 'error' ? (fact.errorType ?? turn.historyEnd?.errorType ?? 'agent_error') : undefined,
  });
  setModel(span, turn, context, fact.requestModel);
  if (fact.usage) span.provenance.usage = fact.told?.usage ?? (fact.source === 'hook' ? 'hook' : 'transcript');
  else if (span.values.usage) span.provenance.usage = toToldSource(turn);
  if (answer.credits !== undefined) span.provenance.credits = 'transcript';
  if (fact.cost) span.provenance.cost = fact.isProvidersCost ? 'provider' : (fact.told?.cost ?? (fact.source === 'hook' ? 'hook' : 'transcript'));
  if (fact.extra) span.extra = fact.extra;
  if (fact.attempts !== undefined) span.extra = { ...span.extra, [SPOOR.requestAttempts]: BigInt(fact.attempts) };
  span.content = withoutAbsent({ answer: fact.isSynthetic ? undefined : fact.text, reasoning: fact.reasoning });
  return span;
}

/** What the whole turn used is what its request used, where it had one alone: behind a call there is another. */
function onlyUsage({ fact }: AnswerDraft, turn: TurnDraft): AnswerDraft['fact']['usage'] {
  if (fact.isSynthetic || turn.answers.length !== 1 || turn.tools.length > 0) return undefined;
  return toToldUsage(turn, fact.turnUsage ?? turn.hookAnswers.at(-1)?.fact.turnUsage);
}

/** The request's own model, else what was seen while the turn was the newest, else the session's latest: said in the provenance. */
function setModel(span: Span, turn: TurnDraft, context: SpanContext, own: string | undefined): void {
  const seen = turn.models[0]?.model;
  const model = own ?? seen ?? context.session.model;
  if (model === undefined) return;
  span.values.requestModel = model;
  span.provenance.model = own !== undefined || seen !== undefined ? 'transcript' : 'session';
}

function toToolSpans(tool: ToolDraft, turn: TurnDraft, context: SpanContext): Span[] {
  const { request } = tool;
  const result = tool.result?.result ?? tool.ended?.result;
  const span = newSpan({ kind: 'tool', spanId: tool.spanId, parentSpanId: turn.spanId, window: tool.window, outcome: tool.outcome, keys: tool.keys }, turn, context);
  const batch = turn.answers[tool.answerIndex]?.tools.length ?? 1;
  span.values = withoutAbsent({
    toolName: request.name,
    toolCallId: toNativeCallId(tool),
    toolPurpose: request.purpose,
    mcpServer: request.mcpServer ?? result?.mcpServer ?? tool.started?.tool.mcpServer,
    mcpTool: request.mcpTool ?? result?.mcpTool ?? tool.started?.tool.mcpTool,
    skillName: request.skillName,
    skillPath: request.skillPath,
    files: request.files,
    shellCommand: request.shellCommand,
    exitCode: result?.exitCode ?? tool.ended?.result.exitCode,
    shellFamily: request.shellCommand === undefined ? undefined : toCommandFamily(request.shellCommand),
    // 0: too short for the agent to tell.
    ownDurationNano: result?.durationNano || tool.native?.durationNano || undefined,
    batchSize: batch > 1 ? batch : undefined,
    errorType: tool.outcome === 'error' ? (result?.errorType ?? 'tool_error') : undefined,
    errorMessage: tool.outcome === 'error' ? result?.errorMessage : undefined,
  });
  span.content = withoutAbsent({ toolArguments: JSON.stringify(request.input), toolResult: result?.output ?? tool.ended?.result.output });
  if (tool.native) span.extra = { ...tool.native.extra };
  span.final = context.settled || (context.placed && isToolFinal(tool));
  return [span, ...toPermissions(tool, turn, context)];
}

/** The agent's own id of a call: that of its hooks where the history tells none. */
function toNativeCallId({ request, started, ended }: ToolDraft): string | undefined {
  if (request.nativeCallId !== null) return request.nativeCallId ?? request.callId;
  return started?.tool.callId ?? ended?.tool?.callId;
}

/**
 * Before its turn is over a call is final when both sides have told all they ever tell: its id and verdict from the history, both ends
 * from its own hooks. What leans on an estimate may still move.
 */
function isToolFinal(tool: ToolDraft): boolean {
  return tool.result?.source === 'history' && tool.called?.source === 'history' && tool.started !== undefined && tool.ended !== undefined && tool.window.source === 'hook';
}

/**
 * The waits for a person inside a call. Where the agent does not tell them (Kiro V2), only a refused call is known to have waited: it
 * never ran, so all its time was that.
 */
function toPermissions(tool: ToolDraft, turn: TurnDraft, context: SpanContext): Span[] {
  const waits = tool.waits.map((wait) => ({ window: wait.window, decision: decisionOf(wait, tool) }));
  if (waits.length === 0 && tool.outcome === 'denied') waits.push({ window: tool.window, decision: 'denied' });
  return waits.map(({ window, decision }, index) => {
    const outcome = decision === 'approved' ? 'ok' : (decision ?? 'unknown');
    const span = newSpan({ kind: 'permission', spanId: toPermissionSpanId(tool.spanId, index), parentSpanId: tool.spanId, window, outcome, keys: [] }, turn, context);
    span.values = withoutAbsent({ toolName: tool.request.name, toolCallId: toNativeCallId(tool), decision });
    return span;
  });
}

function decisionOf({ answered, window, isAnswerUntold }: WaitDraft, tool: ToolDraft): SpanValues['decision'] {
  if (answered || window.end === undefined) return answered?.decision;
  if (!isAnswerUntold || tool.outcome === 'cancelled') return 'cancelled';
  return tool.outcome === 'denied' ? 'denied' : 'approved';
}

function withoutAbsent<T extends object>(values: T): T {
  const told: Partial<T> = {};
  // Their names are ours: no list of them has to be made for every span.
  for (const name in values) if (values[name] !== undefined) told[name] = values[name];
  return told as T;
}
