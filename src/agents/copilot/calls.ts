/** Events of tools: asked for, started, over; questions to the person; subagents. */
import type { FactOf } from '../../core/fact.ts';
import type { SpanValues } from '../../core/span.ts';
import type { Instant } from '../../core/time.ts';
import { asRecord, asText } from '../untrusted.ts';
import { PREFIX } from './names.ts';
import { baseOf, threadOf, toCallId, touch, turnOf, type CallReading, type CopilotEvent, type SessionReading, type ThreadReading, type TurnReading, type Values } from './reading.ts';
import { parseFileEdits, parseHistoryResult, parseInput, parseToolRequest, type ToolSurroundings } from './tools.ts';

/** Skills that the person asked for. */
const SKILLS = `${PREFIX}skills`;

interface CallPlace {
  thread: ThreadReading;
  turn: TurnReading;
  /** The answer that asks for it. */
  answer?: FactOf<'model.answered'>;
  /** When it began to run. */
  startedAt?: Instant;
}

/** One of an answer's `toolRequests`. */
export function addRequested(reading: SessionReading, place: CallPlace, request: Values): void {
  const nativeCallId = asText(request.toolCallId);
  if (nativeCallId === undefined) return;
  const call = addCall(reading, place, { nativeCallId, name: asText(request.name), values: request });
  const { callId } = call.called.tool;
  if (place.answer && callId !== undefined && !place.answer.callIds.includes(callId)) place.answer.callIds.push(callId);
}

/** `tool.execution_start`. */
export function addStart(reading: SessionReading, event: CopilotEvent): void {
  const nativeCallId = asText(event.data.toolCallId);
  if (nativeCallId === undefined) return;
  const thread = threadOf(reading, event);
  const turn = turnOf(thread, event);
  touch(thread, turn, event);
  addCall(reading, { thread, turn, startedAt: event.at }, { nativeCallId, name: asText(event.data.toolName), values: event.data });
}

interface Told {
  nativeCallId: string;
  name: string | undefined;
  values: Values;
}

/** A call is told of twice, and each time something else of it. */
function addCall(reading: SessionReading, { thread, turn, answer, startedAt }: CallPlace, { nativeCallId, name, values }: Told): CallReading {
  const known = turn.calls.get(nativeCallId);
  const before = known?.called.tool;
  const callId = before?.callId ?? toCallId(turn, nativeCallId);
  const beside: ToolSurroundings = {
    callId, nativeCallId,
    purpose: asText(values.intentionSummary) ?? before?.purpose,
    mcpServer: asText(values.mcpServerName) ?? before?.mcpServer,
    mcpTool: asText(values.mcpToolName) ?? before?.mcpTool,
  };
  const tool = parseToolRequest(name ?? before?.name ?? 'unknown', values.arguments === undefined ? before?.input : parseInput(values.arguments), beside);
  const order = answer?.order ?? known?.called.order ?? turn.lastOrder;
  const called: FactOf<'tool.called'> = { ...baseOf(thread, turn, { key: `call:${callId}`, order, at: startedAt ?? known?.called.at }), type: 'tool.called', tool, messageId: answer?.messageId ?? known?.called.messageId };
  const call: CallReading = known ? Object.assign(known, { called }) : { called };
  turn.calls.set(nativeCallId, call);
  reading.calls.set(nativeCallId, { thread, turn, call });
  return call;
}

/** `tool.execution_complete`. What a person ran by hand (`!command`) is no call of the agent's. */
export function addEnd(reading: SessionReading, event: CopilotEvent): void {
  const { data } = event;
  const nativeCallId = asText(data.toolCallId);
  if (nativeCallId === undefined || data.isUserRequested === true) return;
  const own = threadOf(reading, event);
  const known = reading.calls.get(nativeCallId);
  const { thread, turn, call } = known?.thread === own ? known : addLost(reading, event, nativeCallId);
  touch(thread, turn, event);
  thread.requestAt = event.at?.unixNano;
  const { tool } = call.called;
  const edits = parseFileEdits(data.fileEdits);
  if (edits.length > 0) call.called = { ...call.called, tool: { ...tool, files: edits } };
  const place = { key: `result:${tool.callId ?? nativeCallId}`, order: call.called.order, at: event.at };
  call.ended ??= { ...baseOf(thread, turn, place), type: 'tool.ended', callId: tool.callId, result: parseHistoryResult(data) };
}

/** A result whose call is not there, or is another agent's. */
function addLost(reading: SessionReading, event: CopilotEvent, nativeCallId: string): { thread: ThreadReading; turn: TurnReading; call: CallReading } {
  const thread = threadOf(reading, event);
  const turn = turnOf(thread, event);
  const call = turn.calls.get(nativeCallId) ?? addCall(reading, { thread, turn }, { nativeCallId, name: asText(event.data.toolName), values: event.data });
  return { thread, turn, call };
}

/** `skill.invoked`: where the skill stands that a call, or the person, asked for. */
export function addSkill(reading: SessionReading, event: CopilotEvent): void {
  const thread = threadOf(reading, event);
  const turn = turnOf(thread, event);
  const [skillName, skillPath] = [asText(event.data.name), asText(event.data.path)];
  if (skillName === undefined) return;
  const call = [...turn.calls.values()].findLast(({ called: { tool } }) => tool.canonicalName === 'skill' && (tool.skillName ?? skillName) === skillName);
  if (call) call.called = { ...call.called, tool: { ...call.called.tool, skillName, ...(skillPath === undefined ? {} : { skillPath }) } };
  else {
    const skills = turn.extra[SKILLS];
    turn.extra[SKILLS] = [...(Array.isArray(skills) ? (skills as string[]) : []), skillName];
  }
}

/** `permission.requested`: a person is asked whether a call may run. */
export function addAsked(reading: SessionReading, event: CopilotEvent): void {
  const request = asRecord(event.data.permissionRequest);
  const askId = asText(event.data.requestId);
  const known = reading.calls.get(asText(request?.toolCallId) ?? asText(event.data.toolCallId) ?? '');
  if (!known || askId === undefined) return;
  const { thread, turn, call } = known;
  const order = touch(thread, turn, event);
  turn.facts.push({ ...baseOf(thread, turn, { key: `ask:${askId}`, order, at: event.at }), type: 'permission.asked', askId, callIds: call.called.tool.callId === undefined ? [] : [call.called.tool.callId] });
}

/** `permission.completed`. */
export function addDecision(reading: SessionReading, event: CopilotEvent): void {
  const askId = asText(event.data.requestId);
  const decision = toDecision(asText(asRecord(event.data.result)?.kind));
  const known = reading.calls.get(asText(event.data.toolCallId) ?? '');
  const thread = known?.thread ?? threadOf(reading, event);
  const turn = known?.turn ?? thread.turns.findLast(({ facts }) => facts.some((fact) => fact.key === `ask:${askId}`));
  if (askId === undefined || decision === undefined || !turn) return;
  const order = touch(thread, turn, event);
  turn.facts.push({ ...baseOf(thread, turn, { key: `decision:${askId}`, order, at: event.at }), type: 'permission.answered', askId, decision });
}

/** `approved`, `approved-for-session`, `denied-interactively-by-user`, `denied-by-rules`, `cancelled`, … */
function toDecision(kind: string | undefined): SpanValues['decision'] {
  if (kind === undefined) return undefined;
  if (kind.startsWith('approve')) return 'approved';
  return kind.startsWith('cancel') ? 'cancelled' : 'denied';
}

/** `subagent.started`: which call started which subagent. */
export function addSubagent(reading: SessionReading, event: CopilotEvent): void {
  if (event.agentId === undefined) return;
  const thread = threadOf(reading, event);
  if (!thread.isSubagent) return;
  const host = reading.calls.get(asText(event.data.toolCallId) ?? '');
  const callId = host?.call.called.tool.callId;
  if (host && callId !== undefined && host.thread !== thread) thread.host ??= { sessionId: host.thread.sessionId, callId, call: host.call };
  thread.agentName ??= asText(event.data.agentType) ?? asText(event.data.agentName);
  thread.model ??= asText(event.data.model);
  thread.startedAt ??= event.at?.unixNano;
}

/** `subagent.completed`, `subagent.failed`. */
export function endSubagent(reading: SessionReading, event: CopilotEvent): void {
  const thread = event.agentId === undefined ? undefined : reading.threads.get(event.agentId);
  const turn = thread?.turns.at(-1);
  if (!thread || !turn) return;
  touch(thread, turn, event);
  const isFailed = event.type === 'subagent.failed';
  turn.stop ??= { reason: isFailed ? 'error' : 'ok', at: event.at, ...(isFailed ? { errorType: 'subagent_failed', errorMessage: asText(event.data.error) } : {}) };
}
