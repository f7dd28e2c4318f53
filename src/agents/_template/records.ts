/**
 * Lines of Template's history → facts. Write here where the format is told (the source file, the version). What is not known is a
 * problem and counted, never guessed; what is known and tells nothing is listed as such.
 */
import type { Fact } from '../../core/fact.ts';
import { isTooDeep } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import { parseRfc3339 } from '../../core/time.ts';
import type { Usage } from '../../core/usage.ts';
import { toPlainName } from '../hook-payload.ts';
import { hasManyBrackets } from '../jsonl.ts';
import { asCount, asList, asRecord, asText, asTitle } from '../untrusted.ts';
import { toToolRequest, toToolResult } from './tools.ts';

/** Known, and nothing of it stands in a trace. */
const SILENT = new Set(['note']);

export interface RecordReader {
  /** One line and its zero-based number. Never throws. */
  add(text: string, line: number): Problem[];
  /** All facts, in the order of the lines. */
  finish(): Fact[];
}

/** A reader of one session's lines. */
export function createRecordReader(sessionId: string): RecordReader {
  const facts: Fact[] = [{ agent: 'template', sessionId, source: 'history', type: 'session.seen', key: `session:${sessionId}`, order: 0 }];
  const seenIds = new Set<string>();
  return {
    add(text, line) {
      const values = parseLine(text);
      if (!values) return [{ code: 'bad-json', detail: `line ${line + 1}: no JSON object` }];
      const id = asText(values.id) ?? `line:${line}`;
      // The same record again says nothing new.
      if (seenIds.has(id)) return [];
      seenIds.add(id);
      const told = toFacts(values, { sessionId, id, line });
      if (told) facts.push(...told);
      else if (!SILENT.has(String(values.type))) return [{ code: 'unknown-record', detail: `line ${line + 1}: type ${toPlainName(values.type)}` }];
      return [];
    },
    finish: () => facts,
  };
}

function parseLine(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return hasManyBrackets(text) && isTooDeep(parsed) ? undefined : asRecord(parsed);
  } catch {
    return undefined;
  }
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'source' | 'order' | 'at'>;

/** Undefined: the record is of a type that this does not know. */
function toFacts(values: Record<string, unknown>, { sessionId, id, line }: { sessionId: string; id: string; line: number }): Fact[] | undefined {
  const unixNano = parseRfc3339(values.timestamp);
  const base: Base = { agent: 'template', sessionId, source: 'history', order: line, ...(unixNano === undefined ? {} : { at: { unixNano, source: 'transcript', resolutionNano: 1_000_000 } }) };
  switch (values.type) {
    case 'session':
      return [{ ...base, type: 'session.seen', key: `about:${id}`, cwd: asText(values.cwd), agentVersion: asText(values.version), title: asTitle(values.title) }];
    case 'user':
      return [{ ...base, type: 'turn.started', key: `prompt:${id}`, messageId: id, prompt: asText(values.text) }];
    case 'assistant': {
      const calls = asList(values.calls).map(asRecord).filter((call) => call !== undefined);
      const callIds = calls.flatMap((call) => asText(call.id) ?? []);
      const answer: Fact = { ...base, type: 'model.answered', key: `answer:${id}`, messageId: id, outcome: 'ok', callIds, text: asText(values.text), requestModel: asText(values.model), usage: toUsage(values.usage), endedAt: unixNano };
      return [answer, ...calls.map((call, index): Fact => ({ ...base, type: 'tool.called', key: `call:${asText(call.id) ?? `${id}:${index}`}`, messageId: id, tool: toToolRequest(call) }))];
    }
    case 'result':
      return [{ ...base, type: 'tool.ended', key: `result:${id}`, callId: asText(values.call), result: toToolResult(values) }];
    case 'end':
      return [{ ...base, type: 'turn.ended', key: `end:${id}`, reason: values.stopped === true ? 'cancelled' : 'ok', endedAt: unixNano }];
    default:
      return undefined;
  }
}

/** Input includes both cache figures, output includes reasoning: add them here where the agent keeps them apart. Absent stays absent. */
function toUsage(value: unknown): Usage | undefined {
  const usage = asRecord(value);
  if (!usage) return undefined;
  return { inputTokens: asCount(usage.input), outputTokens: asCount(usage.output), cacheReadTokens: asCount(usage.cached) };
}
