/** A session's messages → its turns. Each answer names the user's message that it answers; what OpenCode says in the user's name is told apart. */
import type { Attributes } from '../../core/attributes.ts';
import type { ContextChange } from '../../core/fact.ts';
import type { Problem } from '../../core/problem.ts';
import { asNumber, asRecord, asText } from '../untrusted.ts';
import { PREFIX, toName } from './names.ts';
import { toSteps } from './steps.ts';
import type { StoredMessage, StoredSession, Values } from './stored.ts';

export interface ChangeReading {
  id: string;
  order: number;
  change: ContextChange;
  atMillis?: number;
  attributes: Attributes;
}

export interface AnswerReading {
  /** The message's own, but for the second request of a message and those after it. */
  id: string;
  message: StoredMessage;
  order: number;
}

export interface TurnReading {
  /** The user's message; absent where an answer names none that is there. */
  prompt?: StoredMessage;
  order: number;
  extra: Attributes;
  answers: AnswerReading[];
  changes: ChangeReading[];
}

/** Groups the messages. A fork repeats what was said before it began, under new ids: that is its origin's, and left out. */
export function readTurns(messages: readonly StoredMessage[], session: StoredSession, problems: Problem[]): TurnReading[] {
  const turns: TurnReading[] = [];
  const turnOf = new Map<string, TurnReading>();
  const open = (order: number, prompt?: StoredMessage): TurnReading => {
    const turn: TurnReading = { order, extra: {}, answers: [], changes: [], ...(prompt ? { prompt } : {}) };
    turns.push(turn);
    return turn;
  };
  messages.forEach((message, order) => {
    if (isCopy(message, session)) return;
    const { role, parentID } = message.values;
    if (role === 'user') turnOf.set(message.id, addUserMessage(message, { order, open, current: turns.at(-1) }));
    else if (role === 'assistant') {
      const turn = turnOf.get(asText(parentID) ?? '') ?? turns.at(-1) ?? open(order);
      toSteps(message).forEach((step, index) => turn.answers.push({ id: index === 0 ? message.id : `${message.id}#${index + 1}`, message: step, order }));
      for (const part of message.parts) if (part.values.type === 'retry') turn.changes.push(toRetry(part.id, part.values, order));
    } else problems.push({ code: 'unknown-record', detail: `message role ${toName(role)}` });
  });
  return turns;
}

/** Nobody speaks in a session before it begins. */
function isCopy({ values }: StoredMessage, { createdMillis }: StoredSession): boolean {
  const created = asNumber(asRecord(values.time)?.created);
  return created !== undefined && createdMillis !== undefined && created < createdMillis;
}

interface UserPlace {
  order: number;
  open(order: number, prompt?: StoredMessage): TurnReading;
  current: TurnReading | undefined;
}

/** The request to compact is a message, too: OpenCode's own in the midst of a turn, or a person's command. */
function addUserMessage(message: StoredMessage, { order, open, current }: UserPlace): TurnReading {
  const compaction = message.parts.find(({ values }) => values.type === 'compaction')?.values;
  const isOwn = compaction !== undefined && compaction.auto !== false && current !== undefined;
  const turn = isOwn ? current : open(order, message);
  if (compaction) {
    const attributes: Attributes = { [`${PREFIX}compaction.trigger`]: compaction.auto === false ? 'manual' : 'auto' };
    if (compaction.overflow === true) attributes[`${PREFIX}compaction.overflow`] = true;
    turn.changes.push({ id: message.id, order, change: 'compaction', atMillis: asNumber(asRecord(message.values.time)?.created), attributes });
    if (!isOwn) turn.extra[`${PREFIX}slash_command`] = 'compact';
  }
  if (!isOwn) addExtra(turn, message);
  return turn;
}

function addExtra(turn: TurnReading, { values, parts }: StoredMessage): void {
  const agent = asText(values.agent) ?? asText(values.mode);
  if (agent !== undefined) turn.extra[`${PREFIX}agent`] = agent;
  const variant = asText(asRecord(values.model)?.variant) ?? asText(values.variant);
  if (variant !== undefined) turn.extra[`${PREFIX}variant`] = variant;
  const command = parts.map((part) => (part.values.type === 'subtask' ? asText(part.values.command) : undefined)).find((name) => name !== undefined);
  if (command !== undefined) turn.extra[`${PREFIX}slash_command`] = command;
}

/** What the server said is content, and left out. */
function toRetry(id: string, values: Values, order: number): ChangeReading {
  const error = asRecord(values.error);
  const [attempt, status] = [asNumber(values.attempt), asNumber(asRecord(error?.data)?.statusCode)];
  const attributes: Attributes = {};
  if (attempt !== undefined && Number.isSafeInteger(attempt)) attributes[`${PREFIX}retry.attempt`] = BigInt(attempt);
  if (status !== undefined && Number.isSafeInteger(status)) attributes[`${PREFIX}retry.status`] = BigInt(status);
  const name = asText(error?.name);
  if (name !== undefined) attributes[`${PREFIX}retry.error_type`] = name;
  return { id, order, change: 'api-retry', atMillis: asNumber(asRecord(values.time)?.created), attributes };
}

/** The words of a user's message: a person's, else those that OpenCode put in their place. */
export function toPrompt({ parts }: StoredMessage): string | undefined {
  const texts = parts.filter(({ values }) => values.type === 'text' && values.ignored !== true);
  const said = texts.filter(({ values }) => values.synthetic !== true);
  const subtasks = parts.filter(({ values }) => values.type === 'subtask').map(({ values }) => asText(values.prompt));
  const words = (said.length > 0 ? said.map(({ values }) => asText(values.text)) : subtasks.length > 0 ? subtasks : texts.map(({ values }) => asText(values.text))).filter((text) => text !== undefined);
  return words.length > 0 ? words.join('\n') : undefined;
}
