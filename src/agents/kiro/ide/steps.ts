/**
 * The steps of an execution → facts. `model` is one request; the words and calls behind it are its answer's. Builds that do not tell
 * their requests leave only the words: each is an answer then, and no call is known to be anybody's.
 */
import type { Fact, FactOf } from '../../../core/fact.ts';
import type { Problem } from '../../../core/problem.ts';
import type { Outcome } from '../../../core/span.ts';
import { millisToNano, type Instant } from '../../../core/time.ts';
import { asText } from '../../untrusted.ts';
import { toName } from '../names.ts';
import { isCall, toRequest, toResult } from './calls.ts';
import type { Action } from './execution.ts';

/** Steps that are the IDE's own: which kind of agent to take, questions to the person, a spec's workflow, the end of a subagent. */
const SILENT = new Set(['intentClassification', 'userInput', 'specAgent', 'subagent_response', 'subagentResponse', 'analyzeRequirements']);

/** Collects the facts of one session, in order. */
export interface Writer {
  sessionId: string;
  facts: Fact[];
  problems: Problem[];
}

/** What the steps of a turn came to. */
export interface Steps {
  answers: FactOf<'model.answered'>[];
  intent?: string;
  errorMessage?: string;
}

export type Base = Pick<Fact, 'agent' | 'sessionId' | 'order' | 'turnKey'> & { source: 'history' };

/** The part that all facts share; each comes after the ones before it. */
export function baseOf({ sessionId, facts }: Writer, turnKey?: string): Base {
  return { agent: 'kiro', sessionId, source: 'history', order: facts.length, ...(turnKey === undefined ? {} : { turnKey }) };
}

/** A moment of the IDE's clock. */
export function toInstant(millis: number | undefined): Instant | undefined {
  return millis === undefined ? undefined : { unixNano: millisToNano(millis), source: 'transcript', resolutionNano: 1e6 };
}

/** Adds the facts of these steps, which are those of one agent. `outcome`: the execution's, undefined while it runs. */
export function addSteps(writer: Writer, actions: readonly Action[], execution: { id: string; outcome?: Outcome }): Steps {
  const steps: Steps = { answers: [] };
  const tellsRequests = actions.some(({ type }) => type === 'model');
  let hasCalls = false;
  const base = (): Base => baseOf(writer, execution.id);
  const answerOf = (action: Action): FactOf<'model.answered'> => {
    const last = steps.answers.at(-1);
    return last && (tellsRequests || !hasCalls) ? last : open(action);
  };
  const open = (action: Action): FactOf<'model.answered'> => {
    const answer: FactOf<'model.answered'> = { ...base(), type: 'model.answered', key: `msg:${action.id}`, messageId: action.id, outcome: 'ok', callIds: [] };
    steps.answers.push(answer);
    writer.facts.push(answer);
    hasCalls = false;
    return answer;
  };
  for (const action of actions) {
    if (action.type === 'model') setRequest(open(action), action, execution.outcome);
    else if (action.type === 'say' || action.type === 'reasoning') addWords(answerOf(action), action);
    else if (isCall(action)) {
      hasCalls = true;
      addCall(writer, action, { base, isOver: execution.outcome !== undefined, answer: tellsRequests ? steps.answers.at(-1) : undefined });
    } else addOther(writer, steps, action, base());
  }
  return steps;
}

/** A request that was under way when its execution was broken off shares its fate. */
function setRequest(answer: FactOf<'model.answered'>, { state, emittedMillis, endMillis }: Action, outcome: Outcome | undefined): void {
  if (state === 'Error' || state === 'Failed') answer.outcome = 'error';
  else if (outcome === 'cancelled' && state !== 'Success' && state !== 'Accepted') answer.outcome = 'cancelled';
  if (endMillis === undefined) return;
  answer.endedAt = millisToNano(endMillis);
  // Told at its end, a step's moment says nothing of its beginning.
  if (emittedMillis !== undefined && emittedMillis < endMillis) answer.startedAt = millisToNano(emittedMillis);
}

function addWords(answer: FactOf<'model.answered'>, { type, output }: Action): void {
  const text = asText(output?.message) ?? asText(output?.text);
  if (text === undefined) return;
  const kind = type === 'reasoning' ? 'reasoning' : 'text';
  answer[kind] = answer[kind] === undefined ? text : `${answer[kind]}\n${text}`;
}

interface CallContext {
  base(): Base;
  isOver: boolean;
  answer?: FactOf<'model.answered'>;
}

/** Of a step told once, the moment is that of its telling: when it began is known only if it was told again, or tells its end. */
function addCall(writer: Writer, action: Action, { base, isOver, answer }: CallContext): void {
  const tool = toRequest(action);
  const { result, problems } = toResult(action, isOver);
  writer.problems.push(...problems);
  answer?.callIds.push(action.id);
  const { emittedMillis, endMillis } = action;
  const isBegun = emittedMillis !== undefined && (endMillis === undefined || emittedMillis < endMillis);
  const at = isBegun ? toInstant(emittedMillis) : undefined;
  writer.facts.push({ ...base(), type: 'tool.called', key: `call:${action.id}`, tool, ...(answer ? { messageId: answer.messageId } : {}), ...(at ? { at } : {}) });
  if (!result) return;
  const endedAt = toInstant(endMillis);
  writer.facts.push({ ...base(), type: 'tool.ended', key: `result:${action.id}`, callId: action.id, result, ...(endedAt ? { at: endedAt } : {}) });
}

function addOther(writer: Writer, steps: Steps, action: Action, base: Base): void {
  const { type, output, errorMessage, intent } = action;
  if (type === 'summarization') {
    const at = toInstant(action.endMillis ?? action.emittedMillis);
    writer.facts.push({ ...base, type: 'context.changed', change: 'compaction', key: `summary:${action.id}`, text: asText(output?.content) ?? asText(output?.message), ...(at ? { at } : {}) });
  } else if (type === 'displayError') steps.errorMessage = errorMessage ?? asText(output?.message) ?? steps.errorMessage;
  else if (SILENT.has(type)) steps.intent ??= intent;
  else writer.problems.push({ code: 'unknown-action', detail: `actionType ${toName(type)}` });
}
