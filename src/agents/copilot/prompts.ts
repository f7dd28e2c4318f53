/** `user.message`: what a person, the agent itself or a parent agent says. */
import type { Attributes } from '../../core/attributes.ts';
import { asText } from '../untrusted.ts';
import { PREFIX } from './names.ts';
import { baseOf, openTurn, threadOf, touch, type CopilotEvent, type SessionReading, type ThreadReading, type TurnReading } from './reading.ts';

/** Each interaction is a turn; a word into one that runs steers it. What autopilot goes on with has no words of its own. */
export function addPrompt(reading: SessionReading, event: CopilotEvent): void {
  const thread = threadOf(reading, event);
  const { data } = event;
  const scope = asText(data.interactionId) ?? event.id;
  const last = thread.turns.at(-1);
  const known = thread.turns.findLast((turn) => turn.scope === scope) ?? (data.delivery === 'steering' && last && !last.isOver ? last : undefined);
  thread.requestAt = event.at?.unixNano;
  thread.startedAt ??= event.at?.unixNano;
  if (known?.started) addSteering(thread, known, event);
  else startTurn(reading, thread, { event, turn: known ?? openTurn(thread, event, scope) });
}

function addSteering(thread: ThreadReading, turn: TurnReading, event: CopilotEvent): void {
  const order = touch(thread, turn, event);
  const text = asText(event.data.content);
  turn.facts.push({ ...baseOf(thread, turn, { key: `steering:${event.id}`, order, at: event.at }), type: 'context.changed', change: 'steering', recordId: event.id, ...(text === undefined ? {} : { text }) });
}

function startTurn(reading: SessionReading, thread: ThreadReading, { event, turn }: { event: CopilotEvent; turn: TurnReading }): void {
  const messageId = asText(event.data.messageId) ?? event.id;
  const prompt = asText(asText(event.data.content)?.trim()) === undefined ? undefined : asText(event.data.content);
  turn.started = { ...baseOf(thread, turn, { key: `prompt:${messageId}`, order: event.order, at: event.at }), type: 'turn.started', messageId, prompt, ...(Object.keys(reading.repository).length > 0 ? { repository: reading.repository } : {}), extra: toExtra(reading, thread, event) };
}

/** What the agent writes as the mode of a prompt, and how it came. */
const PROMPT_TEXTS: readonly (readonly [field: string, name: string])[] = [['interactionId', 'interaction_id'], ['agentMode', 'agent_mode'], ['source', 'prompt.source']];

function toExtra(reading: SessionReading, thread: ThreadReading, { data }: CopilotEvent): Attributes {
  const extra: Attributes = thread.isSubagent ? {} : { ...reading.extra };
  for (const [field, name] of PROMPT_TEXTS) {
    const text = asText(data[field]);
    if (text !== undefined && !(thread.isSubagent && field === 'source')) extra[PREFIX + name] = text;
  }
  if (data.isAutopilotContinuation === true) extra[`${PREFIX}prompt.source`] = 'autopilot';
  return extra;
}
