/**
 * What builds of the IDE up to early 2026 kept in place of executions: `<32 hex>/<name>.chat`, the conversation as it stood at one step,
 * `{executionId, chat: [{role: human|bot|tool, content}], metadata: {modelId, startTime, endTime}}`. An execution has several; the last
 * holds them all.
 */
import { isTooDeep } from '../../../core/json.ts';
import type { Parsed } from '../../../core/problem.ts';
import { asList, asRecord, asText } from '../../untrusted.ts';
import { toMillis, type Execution } from './execution.ts';

/** Text of a `.chat` file → as much of an execution as it tells. Never throws. Whether the turn was over, and how, it does not tell. */
export function parseChatFile(text: string): Parsed<Execution> {
  let root: Record<string, unknown> | undefined;
  try {
    root = asRecord(JSON.parse(text));
  } catch {
    return { problems: [{ code: 'bad-json', detail: `a .chat file is no JSON (${text.length} characters)` }] };
  }
  const id = asText(root?.executionId);
  if (!root || id === undefined) return { problems: [{ code: 'unknown-record', detail: 'a .chat file without executionId' }] };
  if (isTooDeep(root)) return { problems: [{ code: 'too-deep', detail: 'a .chat file nests deeper than 200 levels' }] };
  const metadata = asRecord(root.metadata);
  const messages = asList(root.chat).map(asRecord);
  const said = messages.findLast((message) => message?.role === 'human' || (message?.role === 'bot' && asText(message.content) !== undefined));
  return {
    value: {
      id,
      isSnapshot: true,
      model: asText(metadata?.modelId),
      answer: said?.role === 'bot' ? asText(said.content) : undefined,
      startMillis: toMillis(metadata?.startTime),
      endMillis: toMillis(metadata?.endTime),
      actions: [],
    },
    problems: [],
  };
}

/** Two tellings of one execution: a file of its own tells all, of two snapshots the later one tells more. */
export function mergeExecutions(a: Execution, b: Execution): Execution {
  if (!a.isSnapshot || !b.isSnapshot) return a.isSnapshot ? b : a;
  const [earlier, later] = (a.endMillis ?? 0) <= (b.endMillis ?? 0) ? [a, b] : [b, a];
  const starts = [a, b].flatMap(({ startMillis }) => startMillis ?? []);
  return { ...later, model: later.model ?? earlier.model, answer: later.answer ?? earlier.answer, startMillis: starts.length === 0 ? undefined : Math.min(...starts) };
}
