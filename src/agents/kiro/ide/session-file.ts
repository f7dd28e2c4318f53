/** The IDE's file of one session: what was said, and which execution did what a prompt asked for. It tells no times. */
import { isTooDeep } from '../../../core/json.ts';
import type { Parsed, Problem } from '../../../core/problem.ts';
import { asList, asNumber, asRecord, asText, asTitle } from '../../untrusted.ts';

/** What stands for an answer until the execution tells it. */
const PLACEHOLDER = /^On it\.$/;

export interface Entry {
  role: 'user' | 'assistant';
  id?: string;
  text?: string;
  /** Kiro wrote it itself: the summary with which a conversation goes on. */
  isHidden: boolean;
  executionId?: string;
}

export interface SessionFile {
  title?: string;
  cwd?: string;
  /** Of the newest turn; `auto` is a router. */
  model?: string;
  /** `vibe` or `spec`. */
  agentName?: string;
  entries: Entry[];
}

/** What the list of a workspace's sessions says of one. */
export interface RosterEntry {
  title?: string;
  cwd?: string;
  createdMillis?: number;
}

/** Text of a session's file → what stands in it. Never throws. */
export function parseSessionFile(text: string): Parsed<SessionFile> {
  const root = parseJson(text);
  if (!root) return { problems: [{ code: 'bad-session-file', detail: `a session's file is no JSON object (${text.length} characters)` }] };
  if (isTooDeep(root)) return { problems: [{ code: 'too-deep', detail: "a session's file nests deeper than 200 levels" }] };
  const problems: Problem[] = [];
  if (!Array.isArray(root.history)) problems.push({ code: 'unknown-record', detail: 'a session without its history' });
  return {
    value: {
      title: asTitle(root.title),
      cwd: asText(root.workspaceDirectory) ?? asText(root.workspacePath),
      model: asText(root.selectedModel),
      agentName: asText(root.sessionType),
      entries: asList(root.history).flatMap((entry) => parseEntry(entry, problems)),
    },
    problems,
  };
}

function parseEntry(value: unknown, problems: Problem[]): Entry[] {
  const entry = asRecord(value);
  const message = asRecord(entry?.message);
  const role = message?.role;
  if (!entry || !message || (role !== 'user' && role !== 'assistant')) {
    problems.push({ code: 'unknown-record', detail: `an entry of the history whose role is ${JSON.stringify(role ?? null).slice(0, 60)}` });
    return [];
  }
  const text = toText(message.content);
  const isPlaceholder = role === 'assistant' && PLACEHOLDER.test(text ?? '');
  return [{ role, id: asText(message.id), text: isPlaceholder ? undefined : text, isHidden: message.isHidden === true, executionId: asText(entry.executionId) }];
}

/** A text, or blocks of which those of text count: others name files and images. */
export function toText(content: unknown): string | undefined {
  const texts = Array.isArray(content) ? content.flatMap((block) => (typeof block === 'string' ? block : isTextBlock(block) ? asText(asRecord(block)?.text) : undefined) ?? []) : asText(content);
  return Array.isArray(texts) ? asText(texts.join('\n')) : texts;
}

function isTextBlock(block: unknown): boolean {
  const type = asRecord(block)?.type;
  return type === 'text' || type === undefined;
}

/** Text of `sessions.json` → what it says of this session; undefined where it says nothing. */
export function parseRoster(text: string, sessionId: string): RosterEntry | undefined {
  let list: unknown[];
  try {
    list = asList(JSON.parse(text));
  } catch {
    return undefined;
  }
  const entry = list.map(asRecord).find((one) => one?.sessionId === sessionId);
  if (!entry) return undefined;
  // Milliseconds, as a text.
  const created = asText(entry.dateCreated);
  const createdMillis = asNumber(created === undefined ? entry.dateCreated : Number(created));
  return { title: asTitle(entry.title), cwd: asText(entry.workspaceDirectory), createdMillis };
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    return asRecord(JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text));
  } catch {
    return undefined;
  }
}

/** The workspace's path out of its folder's name: base64, its padding written `_`. Undefined where no path comes out. */
export function decodeWorkspace(name: string): string | undefined {
  const path = Buffer.from(name.replace(/_{1,2}$/, ''), 'base64').toString('utf8');
  return /^(?:\/|[A-Za-z]:[\\/])[^\0-\x1f\ufffd]*$/.test(path) ? path : undefined;
}
