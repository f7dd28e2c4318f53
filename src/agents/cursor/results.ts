/** How a call ended, as each of Cursor's sources says it. No single field does: a refused command may be called completed. */
import type { ToolResult } from '../../core/fact.ts';
import type { Outcome } from '../../core/span.ts';
import { asCount, asDurationMillis, asList, asNumber, asRecord, asText } from '../untrusted.ts';
import { parseInput } from './tools.ts';

type Values = Record<string, unknown>;

/** `failure_type` of a failed call's hook. */
const FAILURES: Readonly<Record<string, Outcome>> = { timeout: 'timeout', permission_denied: 'denied', error: 'error' };
/** Of an edit that a person did not want, in Cursor's words. */
const REFUSED = /\b(?:rejected|skip|declined|denied)\b/i;

/** `postToolUse`, `afterShellExecution`, `afterMCPExecution`: a call that ran. What exits with 1 did, too. */
export function parseHookResult(payload: Values): ToolResult {
  const told = payload.tool_output ?? payload.result_json ?? payload.output;
  const output = toOutput(parseInput(told));
  const exitCode = toExitCode(parseInput(told)) ?? asExit(payload.exit_code);
  return { outcome: 'ok', ...toDuration(payload.duration), ...(output === undefined ? {} : { output }), ...(exitCode === undefined ? {} : { exitCode }) };
}

/** `postToolUseFailure`. */
export function parseHookFailure(payload: Values): ToolResult {
  const type = asText(payload.failure_type) ?? '';
  const outcome = payload.is_interrupt === true ? 'cancelled' : Object.hasOwn(FAILURES, type) ? (FAILURES[type] ?? 'error') : 'error';
  return { outcome, ...toDuration(payload.duration), ...toFault(outcome, asText(payload.error_message)) };
}

/** What the IDE writes while a call is asked for, waits or runs. */
const OPEN = new Set(['loading', 'pending', 'running', 'created', 'streaming', 'generating']);
const CLOSED = new Set(['completed', 'error', 'cancelled', 'rejected', 'skipped']);

/** `toolFormerData` of the IDE → its result; undefined while it is open. `isKnown`: false for a status that nobody has seen before. */
export function parseIdeResult(data: Values): { result?: ToolResult; isKnown: boolean } {
  const status = asText(data.status);
  if (status === undefined || OPEN.has(status)) return { isKnown: true };
  const told = parseInput(data.result);
  const values = asRecord(told);
  const outcome = toIdeOutcome(status, data, values);
  const error = asRecord(parseInput(data.error));
  const message = asText(error?.clientVisibleErrorMessage) ?? asText(error?.modelVisibleErrorMessage) ?? asText(data.error) ?? asText(data.errorDetails);
  const exitCode = toExitCode(told);
  const output = toOutput(told);
  const result: ToolResult = {
    outcome, ...toDuration(values?.executionTime ?? values?.executionTimeMs),
    ...(exitCode === undefined ? {} : { exitCode }), ...(output === undefined ? {} : { output }), ...toFault(outcome, message ?? (outcome === 'error' ? output : undefined), output),
  };
  return { result, isKnown: CLOSED.has(status) };
}

function toIdeOutcome(status: string, data: Values, result: Values | undefined): Outcome {
  const beside = asRecord(data.additionalData)?.status;
  if (result?.rejected === true || beside === 'rejected' || data.userDecision === 'rejected' || status === 'rejected' || status === 'skipped') return 'denied';
  if (status === 'cancelled') return REFUSED.test(asText(asRecord(parseInput(data.error))?.clientVisibleErrorMessage) ?? '') ? 'denied' : 'cancelled';
  if (status === 'error' || asText(data.errorDetails) !== undefined) return 'error';
  // The command failed, which the tool has told well: its code says it.
  if (beside === 'error' && toExitCode(result) === undefined) return 'error';
  return status === 'completed' ? 'ok' : 'unknown';
}

/** A `tool-result` in a chat store of the CLI, and the message that it stands in. */
export function parseCliResult(block: Values, message: Values): ToolResult {
  const told = asRecord(asRecord(asRecord(message.providerOptions)?.cursor)?.highLevelToolCallResult);
  const kinds = asRecord(told?.output);
  const kind = ['success', 'failure', 'error', 'rejected', 'permissionDenied', 'timeout', 'aborted'].find((name) => asRecord(kinds?.[name]));
  const values = asRecord(kinds?.[kind ?? '']) ?? {};
  const output = toOutput(block.result) ?? asText(asRecord(asList(block.experimental_content)[0])?.text);
  const outcome = toCliOutcome(kind, told?.isError ?? kinds?.isError, output);
  const exitCode = asExit(values.exitCode) ?? asExit(Number(/^Exit code: (\d{1,10})\b/.exec(output ?? '')?.[1] ?? NaN));
  const started = asText(values.agentId);
  return {
    outcome, ...toDuration(values.executionTime ?? values.durationMs), ...(output === undefined ? {} : { output }), ...(exitCode === undefined ? {} : { exitCode }),
    ...(started === undefined ? {} : { started: [started] }), ...toFault(outcome, asText(values.error) ?? asText(values.message) ?? (outcome === 'error' ? output : undefined), output),
  };
}

const CLI_OUTCOMES: Readonly<Record<string, Outcome>> = { success: 'ok', failure: 'ok', error: 'error', rejected: 'denied', permissionDenied: 'denied', timeout: 'timeout', aborted: 'cancelled' };

/** `failure` is a command that left with another code than 0. Older builds say it in the first word alone. */
function toCliOutcome(kind: string | undefined, isError: unknown, output: string | undefined): Outcome {
  if (kind !== undefined) return CLI_OUTCOMES[kind] ?? 'unknown';
  if (output?.startsWith('Rejected:') === true) return 'denied';
  return isError === true || /^Error: [^\n]{0,200}$/.test(output?.trim() ?? '') ? 'error' : 'ok';
}

function toFault(outcome: Outcome, message: string | undefined, output?: string): Partial<ToolResult> {
  const shown = message === undefined || output !== undefined ? {} : { output: message };
  return outcome === 'error' || outcome === 'timeout' ? { ...shown, errorType: outcome === 'timeout' ? 'timeout' : 'tool_error', ...(message === undefined ? {} : { errorMessage: message }) } : shown;
}

/** Milliseconds, perhaps with a fraction. */
function toDuration(millis: unknown): Pick<ToolResult, 'durationNano'> {
  const durationNano = asDurationMillis(millis);
  return durationNano === undefined ? {} : { durationNano };
}

function asExit(value: unknown): number | undefined {
  return asCount(value);
}

function toExitCode(told: unknown): number | undefined {
  const values = asRecord(told);
  return asExit(values?.exitCode) ?? asExit(values?.exit_code) ?? asExit(values?.exitCodeV2);
}

/** The text of a result: its own words, else all of it. */
function toOutput(told: unknown): string | undefined {
  if (typeof told === 'string') return asText(told);
  const values = asRecord(told);
  if (!values) return told === undefined || told === null ? undefined : JSON.stringify(told);
  const words = [values.output, values.stdout, values.stderr].flatMap((value) => asText(value) ?? []);
  if (words.length > 0) return words.join('\n');
  if (typeof values.output === 'string' && asNumber(values.exitCode) !== undefined) return undefined;
  const texts = asList(values.content).flatMap((block) => asText(asRecord(block)?.text) ?? []);
  if (texts.length > 0) return texts.join('\n');
  return Object.keys(values).length === 0 ? undefined : JSON.stringify(values);
}
