/** Kiro V3's `session.json`: what the session is. It is rewritten as the session goes on. */
import type { Fact } from '../../../core/fact.ts';
import type { Parsed } from '../../../core/problem.ts';
import { parseRfc3339 } from '../../../core/time.ts';
import { asList, asRecord, asText, asTitle } from '../../untrusted.ts';

export interface SessionFile {
  title?: string;
  cwd?: string;
  agentName?: string;
  /** Of the newest turn; `auto` is a router. */
  model?: string;
  startedAt?: bigint;
  modifiedAt?: bigint;
}

/** Text of a session file → what stands in it. A half-written or foreign file is a problem. */
export function parseSessionFile(text: string): Parsed<SessionFile> {
  let root: Record<string, unknown> | undefined;
  try {
    root = asRecord(JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text));
  } catch {
    return { problems: [{ code: 'bad-session-file', detail: `session.json is no JSON (${text.length} characters)` }] };
  }
  if (!root) return { problems: [{ code: 'bad-session-file', detail: 'session.json is no JSON object' }] };
  return {
    value: {
      title: asTitle(root.title),
      cwd: asText(asList(root.workspacePaths)[0]) ?? asText(asList(root.rootPaths)[0]),
      agentName: asText(root.agentMode),
      model: asText(root.modelId),
      startedAt: parseRfc3339(root.createdAt),
      modifiedAt: parseRfc3339(root.lastModifiedAt),
    },
    problems: [],
  };
}

/** Which model the newest turn had, seen now: a later turn may have another, and the file then forgets this one. */
export function toModelSeen(file: SessionFile, sessionId: string, newestMessageId: string | undefined): Fact[] {
  const { model, modifiedAt } = file;
  if (model === undefined || newestMessageId === undefined) return [];
  return [{
    agent: 'kiro', sessionId, source: 'history', order: 0, type: 'model.seen', key: `model:${newestMessageId}:${model}`, messageId: newestMessageId, model,
    at: modifiedAt === undefined ? undefined : { unixNano: modifiedAt, source: 'transcript' },
  }];
}
