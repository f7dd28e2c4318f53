/**
 * Subagents as hooks tell them: beginning and end in the parent's name, by the call that started it, and what it does in the name of a
 * session that names nobody. So the first are kept under a session made up of parent and call, until the history says which session
 * that call started: the IDE's database by the call, a transcript by its prompt.
 */
import type { Fact } from '../../core/fact.ts';
import { hashOf } from '../../core/ids.ts';

const MADE_UP = 'cursor-subagent-';

/** The session under which a subagent's beginning and end are kept. */
export function toMadeUpId(parentId: string, callId: string): string {
  return `${MADE_UP}${hashOf(parentId, callId).slice(0, 32)}`;
}

/** Whether a session is one that was made up here. */
export function isMadeUp(sessionId: string): boolean {
  return /^cursor-subagent-[0-9a-f]{32}$/.test(sessionId);
}

/** Where sessions are found that a session started. */
export interface Children {
  /** Those whose call is told. */
  listByCall(parentId: string): readonly { sessionId: string; callId?: string }[];
  /** Those of which only the first prompt is told. */
  listByPrompt(parentId: string): readonly { sessionId: string; prompt: string; modifiedMillis: number }[];
}

/** Facts of a made-up session → the session of each, where it is known. */
export function placeSubagent(facts: readonly Fact[], { listByCall, listByPrompt }: Children): ReadonlyMap<string, string> {
  const parent = facts.map((fact) => (fact.type === 'session.seen' ? fact.parent : undefined)).find((found) => found?.callId !== undefined);
  if (!parent) return new Map();
  const child = listByCall(parent.sessionId).find(({ callId }) => callId === parent.callId) ?? findByPrompt(facts, () => listByPrompt(parent.sessionId));
  return new Map(child ? facts.map(({ key }) => [key, child.sessionId]) : []);
}

/** Once it is over its history is there, too: the only one with its prompt, written since it began. Of two nobody knows which is which. */
function findByPrompt(facts: readonly Fact[], list: () => ReturnType<Children['listByPrompt']>): { sessionId: string } | undefined {
  const start = facts.find((fact) => fact.type === 'turn.started');
  const [prompt, begin] = [start?.prompt?.trim(), start?.at?.unixNano];
  if (begin === undefined || prompt === undefined || !facts.some(({ type }) => type === 'turn.ended')) return undefined;
  const found = list().filter((child) => child.prompt === prompt && BigInt(Math.ceil(child.modifiedMillis)) * 1_000_000n >= begin);
  return found.length === 1 ? found[0] : undefined;
}
