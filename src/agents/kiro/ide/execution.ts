/**
 * What the IDE's agent did for one prompt: `{executionId, chatSessionId, status, startTime, endTime, usageSummary[], actions[], …}`, one
 * file each. The prompt and the whole conversation before it stand in it as well.
 */
import { isTooDeep } from '../../../core/json.ts';
import type { Parsed, Problem } from '../../../core/problem.ts';
import type { Outcome } from '../../../core/span.ts';
import { asList, asNumber, asRecord, asText } from '../../untrusted.ts';
import { toName } from '../names.ts';
import { toText } from './session-file.ts';

type Values = Record<string, unknown>;

/** One step: a request to a model, words, a tool call. */
export interface Action {
  /** Of its own where it is one that no other session can have, else made with the execution's. */
  id: string;
  type: string;
  state?: string;
  /** Of a subagent's steps: the subagent. */
  childId?: string;
  emittedMillis?: number;
  endMillis?: number;
  input: Values;
  /** As the model wrote it. */
  rawInput?: Values;
  output?: Values;
  errorMessage?: string;
  intent?: string;
}

export interface Execution {
  id: string;
  sessionId?: string;
  /** `chat-agent`, `spec-generation`, … */
  workflow?: string;
  /** undefined: it runs, or was running when the IDE was closed. */
  outcome?: Outcome;
  startMillis?: number;
  endMillis?: number;
  /** Of the whole execution: one figure a request, but not of which. */
  credits?: number;
  contextUsagePercent?: number;
  prompt?: string;
  actions: Action[];
  /** Only the conversation as it stood is known (see `chat-file.ts`): the model, and its last words. */
  isSnapshot?: boolean;
  model?: string;
  answer?: string;
}

const STATUSES: Readonly<Record<string, Outcome>> = {
  succeed: 'ok', succeeded: 'ok', success: 'ok', completed: 'ok',
  failed: 'error', failure: 'error', error: 'error',
  aborted: 'cancelled', cancelled: 'cancelled', canceled: 'cancelled', interrupted: 'cancelled',
};
const RUNNING = new Set(['running', 'pending', 'queued']);

/** An id that stands alone: a UUID, or one of the model's service. */
const UNIQUE_ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|tooluse_[A-Za-z0-9_-]{10}/;
/** The last moment (Unix ms) that fits into 64 bits of nanoseconds. */
const LAST_MILLIS = 9_223_372_036_854;

/** Text of an execution's file → what stands in it. Never throws. `value` is absent where it is none. */
export function parseExecution(text: string): Parsed<Execution> {
  let root: Values | undefined;
  try {
    root = asRecord(JSON.parse(text));
  } catch {
    return { problems: [{ code: 'bad-json', detail: `an execution is no JSON (${text.length} characters)` }] };
  }
  if (isTooDeep(root)) return { problems: [{ code: 'too-deep', detail: 'an execution nests deeper than 200 levels' }] };
  const id = asText(root?.executionId);
  if (!root || id === undefined) return { problems: [{ code: 'unknown-record', detail: 'an execution without executionId' }] };
  const problems: Problem[] = [];
  const endMillis = toMillis(root.endTime);
  return {
    value: {
      id,
      sessionId: asText(root.chatSessionId),
      workflow: asText(root.workflowType),
      outcome: toOutcome(root.status, endMillis, problems),
      startMillis: toMillis(root.startTime),
      endMillis,
      credits: toCredits(root.usageSummary),
      contextUsagePercent: asNumber(root.contextUsagePercentage),
      prompt: toPrompt(root.input),
      actions: toActions(root.actions, id, problems),
    },
    problems,
  };
}

function toOutcome(status: unknown, endMillis: number | undefined, problems: Problem[]): Outcome | undefined {
  const word = asText(status) ?? '';
  if (Object.hasOwn(STATUSES, word)) return STATUSES[word];
  if (RUNNING.has(word)) return undefined;
  problems.push({ code: 'unknown-status', detail: `status ${toName(status)} of an execution` });
  return endMillis === undefined ? undefined : 'unknown';
}

function toCredits(summary: unknown): number | undefined {
  const figures = asList(summary).flatMap((value) => {
    const entry = asRecord(value);
    const usage = asNumber(entry?.usage);
    return usage !== undefined && (entry?.unit === undefined || entry.unit === 'credit') ? [usage] : [];
  });
  return figures.length > 0 ? figures.reduce((sum, value) => sum + value, 0) : undefined;
}

/** The newest word of the person in the conversation that the execution was given. */
function toPrompt(input: unknown): string | undefined {
  const messages = asList(asRecord(asRecord(input)?.data)?.messages).map(asRecord);
  return toText(messages.findLast((message) => message?.role === 'user')?.content);
}

/** A step that was written again as it went on counts once: its newest state, and when it was first told of. */
function toActions(list: unknown, executionId: string, problems: Problem[]): Action[] {
  const actions = new Map<string, Action>();
  for (const [index, value] of asList(list).entries()) {
    const action = toAction(value, executionId, index);
    if (!action) {
      problems.push({ code: 'unknown-action', detail: `action ${index} has no actionType` });
      continue;
    }
    const key = `${action.type} ${action.id}`;
    const known = actions.get(key);
    if (known) Object.assign(known, withoutAbsent(action), { emittedMillis: known.emittedMillis ?? action.emittedMillis, endMillis: action.endMillis ?? action.emittedMillis ?? known.endMillis });
    else actions.set(key, action);
  }
  return [...actions.values()];
}

function toAction(value: unknown, executionId: string, index: number): Action | undefined {
  const action = asRecord(value);
  const type = asText(action?.actionType);
  if (!action || type === undefined) return undefined;
  const own = asText(action.actionId);
  const output = asRecord(action.output);
  return {
    id: own !== undefined && isUniqueId(own) ? own : `${executionId}:${own ?? index}`,
    type,
    state: asText(action.actionState),
    childId: asText(action.subExecutionId),
    emittedMillis: toMillis(action.emittedAt),
    endMillis: toMillis(action.endTime),
    input: asRecord(action.input) ?? {},
    rawInput: asRecord(action.rawInput),
    output: output && Object.keys(output).length > 0 ? output : undefined,
    errorMessage: asText(action.errorMessage),
    intent: asText(asRecord(action.intentResult)?.classification),
  };
}

/** Whether no other session can have this id. */
export function isUniqueId(id: string): boolean {
  return UNIQUE_ID.test(id);
}

function withoutAbsent<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Unix ms; 0 is none. */
export function toMillis(value: unknown): number | undefined {
  const millis = asNumber(value);
  return millis !== undefined && millis > 0 && millis < LAST_MILLIS ? millis : undefined;
}
