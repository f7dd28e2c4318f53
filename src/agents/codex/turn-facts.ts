/** A turn that was read → its facts. */
import type { Attributes } from '../../core/attributes.ts';
import type { Fact, FactOf } from '../../core/fact.ts';
import type { Repository } from '../../core/repository.ts';
import { asDurationMillis } from '../untrusted.ts';
import { toUniqueId } from './call-id.ts';
import { baseOf, type CallReading, type RequestReading, type RolloutReading, type TurnReading } from './reading.ts';
import { mergeRun } from './results.ts';
import type { SessionMeta } from './session-meta.ts';

/** None for a turn in which nothing was said, asked or done. */
export function toTurnFacts(reading: RolloutReading, turn: TurnReading, meta: SessionMeta): Fact[] {
  if (!turn.hasPrompt && turn.requests.length === 0 && turn.changes.length === 0) return [];
  const base = baseOf(reading, turn, turn);
  const facts: Fact[] = [{ ...base, key: `turn:${turn.messageId}`, type: 'turn.started', messageId: turn.messageId, prompt: turn.prompt, repository: repositoryOf(reading, turn, meta), ...(turn.isTask ? { isEndTold: true } : {}) }];
  const ids = new Set<string>();
  turn.requests.forEach((request, index) => facts.push(toAnswer(reading, turn, { request, index, ids, meta })));
  for (const call of turn.calls.values()) facts.push(...toCallFacts(reading, turn, call));
  facts.push(...turn.changes);
  const model = turn.model ?? turn.requests.at(-1)?.model;
  if (model !== undefined) facts.push({ ...base, key: `model:${turn.messageId}`, type: 'model.seen', messageId: turn.messageId, model, contextWindowTokens: turn.contextWindowTokens });
  if (turn.end) facts.push(toEnd(reading, turn, meta));
  return facts;
}

/** Told once, when the thread began: by the second turn another commit may be checked out. */
function repositoryOf({ turns }: RolloutReading, turn: TurnReading, { repository }: SessionMeta): Repository | undefined {
  if (!repository || turn === turns[0]) return repository;
  const { commit: _, ...rest } = repository;
  return rest;
}

interface Answer {
  request: RequestReading;
  index: number;
  ids: Set<string>;
  meta: SessionMeta;
}

function toAnswer(reading: RolloutReading, turn: TurnReading, { request, index, ids, meta }: Answer): FactOf<'model.answered'> {
  const named = request.responseId === undefined || ids.has(request.responseId) ? `request-${index}` : request.responseId;
  ids.add(named);
  const messageId = toUniqueId(turn.messageId, named);
  const isBroken = turn.end?.reason === 'cancelled' && request === turn.open;
  const fact: FactOf<'model.answered'> = {
    ...baseOf(reading, turn, request), key: `msg:${messageId}`, type: 'model.answered', messageId, responseId: request.responseId ?? null,
    outcome: isBroken ? 'cancelled' : 'ok', callIds: request.callIds,
    text: request.texts.join('\n') || undefined, reasoning: request.reasonings.join('\n') || undefined,
    requestModel: request.model, provider: meta.provider, startedAt: request.startedAt, endedAt: request.endedAt,
  };
  if (request.usage) fact.usage = request.usage.usage;
  if (isOfPlan(turn, meta)) fact.billing = 'subscription';
  return fact;
}

/** A ChatGPT account has a plan, an API key has none. Other providers know neither. */
function isOfPlan({ extra }: TurnReading, { provider = 'openai' }: SessionMeta): boolean {
  const plan = extra.get('plan_type');
  return provider === 'openai' && plan !== undefined && plan !== 'unknown';
}

function toCallFacts(reading: RolloutReading, turn: TurnReading, call: CallReading): Fact[] {
  const { tool } = call;
  const callId = tool.callId ?? call.nativeId;
  const facts: Fact[] = [{ ...baseOf(reading, turn, call), key: `call:${callId}`, type: 'tool.called', tool }];
  if (!call.result && !call.run) return facts;
  const base = baseOf(reading, turn, { order: call.resultOrder ?? call.order, at: call.resultAt });
  facts.push({ ...base, key: `result:${callId}`, type: 'tool.ended', callId, result: mergeRun(call.result, call.run) });
  return facts;
}

function toEnd(reading: RolloutReading, turn: TurnReading, meta: SessionMeta): FactOf<'turn.ended'> {
  const { end, error } = turn;
  const isFailed = error !== undefined && end?.answer === undefined && end?.reason === 'ok';
  const duration = asDurationMillis(end?.durationMillis);
  return {
    ...baseOf(reading, turn, { order: end?.order ?? turn.order, at: end?.at }), key: `end:${turn.messageId}`, type: 'turn.ended',
    reason: isFailed ? 'error' : (end?.reason ?? 'unknown'), answer: end?.answer, messageIds: [turn.messageId], endedAt: end?.at?.unixNano,
    ...(duration === undefined ? {} : { durationNano: duration }),
    ...(isFailed ? { errorType: error.type, errorMessage: error.message } : {}),
    extra: toExtra(turn, meta),
  };
}

function toExtra(turn: TurnReading, { originator }: SessionMeta): Attributes {
  const extra: Attributes = {};
  const add = (name: string, value: Attributes[string] | undefined): void => {
    if (value !== undefined) extra[`codex.${name}`] = value;
  };
  add('originator', originator);
  add('turn_id', turn.turnKey);
  const isCompaction = !turn.hasPrompt && turn.changes.some(({ change }) => change === 'compaction');
  if (isCompaction) add('slash_command', 'compact');
  for (const [name, value] of turn.extra) add(name, value);
  for (const [name, count] of turn.counts) add(name, BigInt(count));
  if (turn.skills.size > 0) add('skills', [...turn.skills]);
  return extra;
}
