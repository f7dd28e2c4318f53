/** A session as either store holds it: the same values, once in rows and once in files. */
import { isTooDeep } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import { hasManyBrackets } from '../jsonl.ts';

export type Values = Record<string, unknown>;

export interface StoredSession {
  sessionId: string;
  /** Of a subagent. */
  parentId?: string;
  title?: string;
  cwd?: string;
  version?: string;
  createdMillis?: number;
}

export interface StoredPart {
  id: string;
  values: Values;
}

export interface StoredMessage {
  id: string;
  values: Values;
  /** In the order of their ids. */
  parts: StoredPart[];
}

/** One session, read. `messages` are in the order in which they came. */
export interface StoredConversation {
  session: StoredSession;
  messages: StoredMessage[];
  problems: Problem[];
  /** False: something of it could not be read now. */
  isComplete: boolean;
}

/** Puts messages in the order in which they came: by their time, those of one moment by their ids, which grow with time. */
export function sortMessages(messages: StoredMessage[]): StoredMessage[] {
  const timeOf = ({ values }: StoredMessage): number => {
    const created = (values.time as Values | undefined)?.created;
    return typeof created === 'number' ? created : 0;
  };
  return messages.sort((a, b) => timeOf(a) - timeOf(b) || (a.id < b.id ? -1 : 1));
}

/** The JSON object that stands here; undefined, with a problem, where there is none or it nests too deep. */
export function parseValues(text: unknown, place: string, problems: Problem[]): Values | undefined {
  try {
    const value: unknown = typeof text === 'string' ? JSON.parse(text) : undefined;
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      if (!hasManyBrackets(String(text)) || !isTooDeep(value)) return value as Values;
      problems.push({ code: 'too-deep', detail: `${place}: nests deeper than 200 levels` });
      return undefined;
    }
  } catch {
    // Told below.
  }
  problems.push({ code: 'bad-json', detail: `${place}: no JSON object` });
  return undefined;
}
