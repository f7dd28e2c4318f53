/** What came of a call: the text that the model was given, and the agent's own record of what ran. */
import { isTooDeep } from '../../core/json.ts';
import type { ToolResult } from '../../core/fact.ts';
import type { FileTouch, Outcome } from '../../core/span.ts';
import { isDuration, NANOS_PER_SECOND } from '../../core/time.ts';
import { asCount, asDurationMillis, asList, asNumber, asRecord, asText } from '../untrusted.ts';

/** `Process exited with code 3`, `Exit code: 3`, and the `{"output", "metadata": {"exit_code": 3}}` of old versions. */
const EXIT_CODE = /(?:^|\n)(?:Process exited with code|Exit code:) (-?\d{1,10})\b/;
const JSON_EXIT_CODE = /"exit_code":\s*(-?\d{1,10})\b/;
/** Before this the program's own words begin, which say nothing of the call. */
const OUTPUT_MARK = /(?:^|\n)Output:(?:\n|$)/;
/** Verdicts are at the beginning; the rest is what the program wrote. */
const VERDICT_CHARACTERS = 200;
const CANCELLED = /^(?:Wall time: [^\n]*\n)?(?:aborted by user|aborted\b|user cancelled\b|.{0,40}\binterrupted by (?:the )?user)/i;
const DENIED = /\b(?:rejected by (?:the )?user|user (?:rejected|denied|declined)|denied by (?:the )?user|blocked by (?:a )?(?:hook|policy))|\bRejected\(|` rejected: /i;
const FAILED = /^(?:unsupported call|failed to |error\b|execution error|exec_command failed|write_stdin failed|apply_patch verification failed|script failed|tool call error|tool error|err:)/i;
const WRONG = /^(?:failed|error)$/;
const REFUSED = /^(?:declined|rejected|denied)$/;

/** A `function_call_output` → text and verdict. `success: false` is the agent's word where it is said. */
export function parseOutput(output: unknown): ToolResult {
  const body = asRecord(output);
  const text = toText(body ? (body.content ?? body.output ?? body.body ?? body) : output);
  const exitCode = toExitCode(text);
  const seconds = WALL_TIME.exec(text)?.[1];
  const took = seconds === undefined ? undefined : asDurationMillis(Number(seconds) * 1000);
  const outcome = body?.success === false ? 'error' : outcomeOfText(text, exitCode);
  return { outcome, ...(text === '' ? {} : { output: text }), ...(exitCode === undefined ? {} : { exitCode }), ...(took === undefined ? {} : { durationNano: took }), ...(outcome === 'error' ? { errorMessage: text.slice(0, 2000) || undefined } : {}) };
}

/** A text, or a list of blocks of which the texts count. */
export function toText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (content === undefined || content === null || isTooDeep(content)) return '';
  if (!Array.isArray(content)) return asText(asRecord(content)?.text) ?? JSON.stringify(content);
  return content.map((entry) => (typeof entry === 'string' ? entry : (asText(asRecord(entry)?.text) ?? toMark(entry)))).filter((text) => text !== '').join('\n');
}

/** Images and what is encrypted are named only. */
function toMark(entry: unknown): string {
  const type = asText(asRecord(entry)?.type);
  return type === undefined || type === 'encrypted_content' ? '' : /image/.test(type) ? '[image]' : '';
}

function toExitCode(text: string): number | undefined {
  const head = text.slice(0, OUTPUT_MARK.exec(text)?.index ?? VERDICT_CHARACTERS);
  const told = EXIT_CODE.exec(head) ?? (text.startsWith('{') ? JSON_EXIT_CODE.exec(text) : null);
  return told ? Number(told[1]) : undefined;
}

function outcomeOfText(text: string, exitCode: number | undefined): Outcome {
  if (exitCode !== undefined) return exitCode === 0 ? 'ok' : 'error';
  const head = text.slice(0, VERDICT_CHARACTERS);
  if (CANCELLED.test(head)) return 'cancelled';
  if (DENIED.test(head)) return 'denied';
  return FAILED.test(head) ? 'error' : 'ok';
}

/** No process starts and ends in less: Codex measures commands that were done at once as if they had taken no time. Then 0: too short to tell. */
const SHORTEST_COMMAND_NANO = 500_000n;
/** In seconds, rounded. */
const WALL_TIME = /^(?:Chunk ID: \S{1,40}\n)?(?:Exit code: -?\d{1,10}\n)?Wall time:? (\d{1,7}(?:\.\d{1,9})?) seconds\b/;

/** What the agent recorded of a run beside the model's text: an item of a paginated history, or an `…_end` event of an older one. */
export interface RunRecord {
  outcome?: Outcome;
  exitCode?: number;
  durationNano?: bigint;
  output?: string;
  mcpServer?: string;
  mcpTool?: string;
  files: FileTouch[];
}

/** An item or an end event → what it says. */
export function parseRun(values: Record<string, unknown>): RunRecord {
  const invocation = asRecord(values.invocation) ?? values;
  // -1 stands for none: the command did not run, or was killed.
  const exitCode = asCount(values.exit_code);
  const duration = toDuration(values.duration);
  const isMcp = invocation.server !== undefined;
  return {
    outcome: outcomeOfRun(values, exitCode),
    exitCode,
    durationNano: exitCode !== undefined && duration !== undefined && duration < SHORTEST_COMMAND_NANO ? 0n : duration,
    output: asText(values.aggregated_output) ?? asText(values.formatted_output) ?? asText(values.stdout),
    ...(isMcp ? { mcpServer: asText(invocation.server), mcpTool: asText(invocation.tool) } : {}),
    files: [...toChangedFiles(values.changes), ...toParsedFiles(values.parsed_cmd)],
  };
}

function outcomeOfRun(values: Record<string, unknown>, exitCode: number | undefined): Outcome | undefined {
  const status = asText(values.status) ?? '';
  const result = asRecord(values.result);
  if (REFUSED.test(status)) return 'denied';
  if (WRONG.test(status) || values.success === false || result?.Err !== undefined) return 'error';
  if (asRecord(result?.Ok)?.is_error === true || asRecord(result?.Ok)?.isError === true) return 'error';
  if (exitCode !== undefined ? exitCode !== 0 : asNumber(values.exit_code) !== undefined) return 'error';
  return status === 'completed' || values.success === true || exitCode === 0 || result?.Ok !== undefined ? 'ok' : undefined;
}

/** `{secs, nanos}` as Rust writes a duration. */
function toDuration(value: unknown): bigint | undefined {
  const [secs, nanos] = [asNumber(asRecord(value)?.secs), asNumber(asRecord(value)?.nanos)];
  if (secs === undefined || secs < 0 || !Number.isSafeInteger(secs)) return undefined;
  const duration = BigInt(secs) * NANOS_PER_SECOND + BigInt(Math.max(0, Math.round(nanos ?? 0)));
  return isDuration(duration) ? duration : undefined;
}

const CHANGES: Readonly<Record<string, string>> = { add: 'create', update: 'edit', delete: 'delete' };

function toChangedFiles(changes: unknown): FileTouch[] {
  return Object.entries(asRecord(changes) ?? {}).map(([path, change]) => {
    const type = asText(asRecord(change)?.type) ?? Object.keys(asRecord(change) ?? {})[0] ?? 'update';
    return { path, operation: Object.hasOwn(CHANGES, type) ? (CHANGES[type] ?? type) : type.toLowerCase() };
  });
}

const READS: Readonly<Record<string, string>> = { read: 'read', list_files: 'list', search: 'search' };

/** Codex reads the commands itself: which of them read which files. */
function toParsedFiles(commands: unknown): FileTouch[] {
  return asList(commands).flatMap((entry) => {
    const command = asRecord(entry);
    const type = asText(command?.type) ?? '';
    const path = asText(command?.path);
    return path !== undefined && Object.hasOwn(READS, type) ? [{ path, operation: READS[type] ?? type }] : [];
  });
}

/** Both words on one call: the record of the run is the agent's verdict, the text what the model saw. */
export function mergeRun(result: ToolResult | undefined, run: RunRecord | undefined): ToolResult {
  const { outcome, exitCode, durationNano, output, mcpServer, mcpTool } = run ?? {};
  const merged: ToolResult = { ...result, outcome: outcome ?? result?.outcome ?? 'unknown' };
  const more = { output: result?.output ?? output, exitCode: exitCode ?? result?.exitCode, durationNano: durationNano || (result?.durationNano ?? durationNano), mcpServer, mcpTool };
  for (const [name, value] of Object.entries(more)) if (value !== undefined) Object.assign(merged, { [name]: value });
  if (merged.outcome !== 'error') delete merged.errorMessage;
  else merged.errorMessage ??= merged.output?.slice(0, 2000);
  return merged;
}
