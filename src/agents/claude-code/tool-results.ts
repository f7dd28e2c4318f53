/** How a tool call ended, by Claude Code's own words: transcripts and hooks carry the same texts and the same structured results. */
import type { ToolResult } from '../../core/fact.ts';
import type { Outcome } from '../../core/span.ts';
import { asDurationMillis, asList, asRecord, asText } from '../untrusted.ts';

/** What the model is told of a call that nobody let run: by a person, by a rule, by a mode without persons. */
const DENIED = /^(?:The user doesn't want to (?:proceed|take this action)|Permission to use|Permission for this action|Claude requested permissions|[^\n]*(?:requires|needs) approval)/;
const INTERRUPTED = /^\[Request interrupted/;
const TIMED_OUT = /^(?:Error: )?Command timed out/;
/** First line of a failed shell command. */
const EXIT_CODE = /^(?:Error: )?Exit code (\d{1,3})(?:\n|$)/;
/** Around the message of a call that never began: no such tool, or its input is wrong. */
const USE_ERROR = /^<tool_use_error>([\s\S]*?)(?:<\/tool_use_error>)?\s*$/;

/** Fields of structured results that repeat the file or the input: left out of a text made of such a result. */
const BULKY = new Set(['originalFile', 'structuredPatch', 'oldString', 'newString', 'content', 'file', 'gitDiff']);

/** The result of a call that Claude calls an error. `text`: what the model was told. */
export function toFailure(text: string, isDenied = false): ToolResult {
  const outcome = isDenied ? 'denied' : toFailedOutcome(text);
  const result: ToolResult = { outcome, ...(text === '' ? {} : { output: text }) };
  if (outcome === 'timeout') result.errorType = 'timeout';
  if (outcome !== 'error' && outcome !== 'timeout') return result;
  const useError = USE_ERROR.exec(text)?.[1];
  if (useError !== undefined) result.errorType = useError.startsWith('InputValidationError') ? 'invalid_input' : 'tool_use_error';
  const exit = EXIT_CODE.exec(text)?.[1];
  if (exit !== undefined) result.exitCode = Number(exit);
  result.errorMessage = useError ?? text;
  return result;
}

function toFailedOutcome(text: string): Outcome {
  if (DENIED.test(text)) return 'denied';
  if (INTERRUPTED.test(text)) return 'cancelled';
  return TIMED_OUT.test(text) ? 'timeout' : 'error';
}

/** The text of a result as the model sees it: a text, or blocks. undefined: nothing. */
export function toResultText(content: unknown): string | undefined {
  if (typeof content === 'string') return content === '' ? undefined : content;
  const texts = asList(content).flatMap((entry) => {
    const block = asRecord(entry);
    const text = typeof entry === 'string' ? entry : asText(block?.text);
    if (text !== undefined) return [text];
    return block?.type === 'image' || block?.type === 'document' ? [`[${block.type}]`] : [];
  });
  return texts.length > 0 ? texts.join('\n') : undefined;
}

/** The text of a structured result, as hooks have it. */
export function toStructuredText(response: unknown): string | undefined {
  const values = asRecord(response);
  if (!values) return toResultText(response);
  if ('stdout' in values || 'stderr' in values) return [asText(values.stdout), asText(values.stderr)].filter((text) => text !== undefined).join('\n') || undefined;
  const file = asRecord(values.file);
  const text = toResultText(values.content) ?? asText(file?.content) ?? asText(values.result);
  if (text !== undefined && values.type !== 'create' && values.type !== 'update') return text;
  return JSON.stringify(Object.fromEntries(Object.entries(values).filter(([name]) => !BULKY.has(name))));
}

/** What a structured result tells beside the text: how long the tool ran, by its own clock. */
export function toOwnDuration(response: unknown): Pick<ToolResult, 'durationNano'> {
  const values = asRecord(response);
  const durationNano = asDurationMillis(values?.durationMs) ?? asDurationMillis(values?.totalDurationMs);
  return durationNano === undefined ? {} : { durationNano };
}

/** The subagent or the workflow that a call started, where the structured result names it. */
export function toStarted(response: unknown): Pick<ToolResult, 'started'> {
  const values = asRecord(response);
  const started = [asText(values?.agentId), asText(values?.runId)].filter((id) => id !== undefined);
  return started.length > 0 ? { started } : {};
}
