/** Which answer of the script a request wants. Nothing is remembered between requests: the conversation tells how far it is. */
import type { Part, ScriptedAnswer } from './script.ts';
import type { ConversationItem, ModelRequest } from './wire.ts';

export interface Planned {
  /** Undefined: the agent asks for something of its own (a title, a summary), and no part is meant. */
  phrase?: string;
  /** The position of the answer in its part; behind the last one where the script has ended. */
  step: number;
  answer: ScriptedAnswer;
}

/** Every call id of ours begins so: `live<ordinal of the answer>x<position>`. */
const CALL_ID = /live(\d+)x\d+/;

/** The answer to this request. */
export function planAnswer({ tools, items }: ModelRequest, parts: readonly Part[]): Planned {
  const asked = tools.length === 0 ? undefined : findLastAsked(items, parts);
  if (!asked) return { step: 0, answer: { text: 'A title of three words' } };
  const step = countAnswers(items.slice(asked.index));
  return { phrase: asked.part.phrase, step, answer: asked.part.answers[step] ?? { text: 'There is nothing left to say.' } };
}

/** The id of a call, from which `planAnswer` sees what was answered before. */
export function toCallId(ordinal: number, index: number): string {
  return `live${ordinal}x${index}`;
}

function findLastAsked(items: readonly ConversationItem[], parts: readonly Part[]): { part: Part; index: number } | undefined {
  const index = items.findLastIndex((item) => item.kind === 'user' && parts.some(({ phrase }) => item.text.includes(phrase)));
  const item = items[index];
  if (item?.kind !== 'user') return undefined;
  const named = parts.toSorted((a, b) => item.text.lastIndexOf(b.phrase) - item.text.lastIndexOf(a.phrase));
  return named[0] && { part: named[0], index };
}

/** An answer of several calls is one. */
function countAnswers(items: readonly ConversationItem[]): number {
  return new Set(items.flatMap((item) => (item.kind === 'call' ? (CALL_ID.exec(item.id)?.[1] ?? []) : []))).size;
}
