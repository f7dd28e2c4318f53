/**
 * Qwen Code's chat files → facts. A record a line: `{uuid, sessionId, timestamp, type: user | assistant | tool_result | system, cwd, version,
 * gitBranch?, message?: {role, parts}, …}`. What the agent measured (`system`, `ui_telemetry`) stands before the record that it is about.
 */
import type { Fact, FactOf } from '../../core/fact.ts';
import { isTooDeep } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import { parseRfc3339 } from '../../core/time.ts';
import { toBranch } from '../../core/repository.ts';
import { toPlainName } from '../hook-payload.ts';
import { asList, asRecord, asText, asTitle } from '../untrusted.ts';
import { addAnswer, addAside, addFailure, addResult, addUnanswered } from './answers.ts';
import { baseOf, currentTurn, newReading, openTurn, type ChatRecord, type ReadingOptions, type SessionReading } from './reading.ts';
import { toTurnFacts } from './turn-facts.ts';

/** What the records of a session came to. */
export interface ChatFacts extends Pick<SessionReading, 'title' | 'cwd' | 'agentName' | 'agentVersion' | 'startedAt' | 'model' | 'contextWindowTokens'> {
  facts: Fact[];
  /** The file ends with the measure of an answer that does not stand in it yet. */
  isAnswerDue: boolean;
}

export interface ChatReader {
  /** One line. Never throws; what it does not know is a problem that names it. */
  add(text: string, order: number): Problem[];
  /** The facts of all records so far. */
  finish(): ChatFacts;
}

/** Reads one session's lines, first to last. */
export function createChatReader(sessionId: string, options: ReadingOptions): ChatReader {
  const reading = newReading(sessionId, options);
  return {
    add(text, order) {
      try {
        const parsed: unknown = JSON.parse(text);
        if (isTooDeep(parsed)) return [{ code: 'too-deep', detail: `line ${order + 1} nests deeper than 200 levels` }];
        const values = asRecord(parsed);
        if (!values) return [{ code: 'unknown-record', detail: `line ${order + 1} is no object` }];
        const unixNano = parseRfc3339(values.timestamp);
        const record: ChatRecord = { id: asText(values.uuid) ?? `${sessionId}:line:${order}`, order, values, payload: asRecord(values.systemPayload) ?? {} };
        // Written twice it is still one.
        if (reading.seenIds.has(record.id)) return [];
        reading.seenIds.add(record.id);
        if (unixNano !== undefined) record.at = { unixNano, source: 'transcript', resolutionNano: 1e6 };
        addBasics(reading, record);
        return addRecord(reading, record);
      } catch {
        return [{ code: 'bad-json', detail: `line ${order + 1} is no JSON` }];
      }
    },
    finish() {
      const { turns, title, cwd, agentName, agentVersion, startedAt, model, contextWindowTokens } = reading;
      const facts = [...reading.facts, ...turns.flatMap((turn, index) => toTurnFacts(turn, reading, index === turns.length - 1))];
      return { facts, isAnswerDue: reading.pending !== undefined, title, cwd, agentName, agentVersion, startedAt, model, contextWindowTokens };
    },
  };
}

/** What every record says again. */
function addBasics(reading: SessionReading, { values, at }: ChatRecord): void {
  reading.cwd ??= asText(values.cwd);
  reading.startedAt ??= at?.unixNano;
  reading.agentVersion = asText(values.version) ?? reading.agentVersion;
  reading.agentName ??= reading.isSubagent ? (asText(reading.meta?.agentType) ?? asText(values.agentName)) : undefined;
}

function addRecord(reading: SessionReading, record: ChatRecord): Problem[] {
  switch (record.values.type) {
    case 'user':
      addUser(reading, record);
      return [];
    case 'assistant':
      return addAnswer(reading, record);
    case 'tool_result':
      return addResult(reading, record);
    case 'system':
      return addSystem(reading, record);
    default:
      return [{ code: 'unknown-record', detail: `type ${toPlainName(record.values.type)}` }];
  }
}

/** Only a person opens a turn (and, of a subagent, whoever speaks first): what the agent tells itself belongs to the turn it is in. */
function addUser(reading: SessionReading, record: ChatRecord): void {
  const { values, at, id, payload } = record;
  addUnanswered(reading);
  const prompt = asText(payload.displayText) ?? toPrompt(values);
  const isPerson = (values.subtype === undefined || values.subtype === null) && (values.provenance === undefined || values.provenance === 'real_user');
  const isFirst = !reading.turns.some(({ started }) => started !== undefined);
  reading.requestAt = at?.unixNano;
  if (reading.isSubagent ? isFirst : isPerson) {
    const turn = openTurn(reading);
    turn.started = { ...baseOf(reading, record, `msg:${id}`), type: 'turn.started', messageId: id, prompt: toPrompt(values) ?? prompt };
    const branch = toBranch(asText(values.gitBranch));
    if (branch !== undefined) turn.started.repository = { branch };
    if (reading.command !== undefined) turn.extra['qwen.slash_command'] = reading.command;
    reading.command = undefined;
  } else if (values.subtype === 'mid_turn_user_message') addChange(reading, record, { change: 'steering', text: prompt });
}

/** What a fork copied happened to the session it was forked from. */
function addChange(reading: SessionReading, record: ChatRecord, what: Pick<FactOf<'context.changed'>, 'change' | 'text'>): void {
  if (record.values.forkedFrom !== undefined) return;
  currentTurn(reading);
  reading.facts.push({ ...baseOf(reading, record, `${what.change}:${record.id}`), type: 'context.changed', ...what });
}

/** The parts of a prompt follow each other as they are: what is read into it brings its own line ends. */
function toPrompt({ message }: Record<string, unknown>): string | undefined {
  return asText(asList(asRecord(message)?.parts).map((part) => asText(asRecord(part)?.text) ?? '').join(''));
}

/** Records of the agent's own housekeeping, which say nothing of what was done. */
const SILENT = new Set([
  'attribution_snapshot', 'at_command', 'notification', 'background_task_completed', 'cron', 'parent_session', 'session_notes', 'session_source',
  'session_execution_engine', 'session_model', 'session_sources_snapshot', 'session_artifact_event', 'session_artifact_snapshot', 'omni_recall', 'agent_bootstrap',
  'agent_launch_prompt', 'agent_retry', 'agent_session_ready', 'file_history_snapshot', 'user_text_elements', 'branch_checkpoint', 'goal_state', 'goal_runtime',
  'goal_turn_end', 'realtime_message', 'turn_result', 'mid_turn_user_message', 'managed_session_header_v1', 'managed_session_event_v1', 'managed_session_commit_v1',
]);

function addSystem(reading: SessionReading, record: ChatRecord): Problem[] {
  const { values, payload, order } = record;
  const subtype = asText(values.subtype) ?? '';
  if (subtype === 'ui_telemetry') addMeasure(reading, record);
  else if (subtype === 'chat_compression') addChange(reading, record, { change: 'compaction' });
  else if (subtype === 'rewind') addChange(reading, record, { change: 'rewind' });
  else if (subtype === 'custom_title') reading.title = asTitle(payload.customTitle) ?? reading.title;
  else if (subtype === 'session_approval_mode') {
    const mode = asText(payload.mode);
    if (mode !== undefined) reading.extra['qwen.approval_mode'] = mode;
  } else if (subtype === 'slash_command') addCommand(reading, payload);
  else if (!SILENT.has(subtype)) return [{ code: 'unknown-record', detail: `line ${order + 1}: subtype ${toPlainName(values.subtype)}` }];
  return [];
}

/** One that reaches the model becomes the next prompt; what came of others the person saw, and no model. */
function addCommand(reading: SessionReading, payload: Record<string, unknown>): void {
  if (payload.phase !== 'invocation') return;
  const name = /^\s*(\/\S{1,100})/.exec(asText(payload.rawCommand) ?? '')?.[1];
  reading.command = payload.sentToModel === false ? undefined : name;
}

/** A prompt of the session's own; others are of subagents, and of requests on the side. */
const OWN_PROMPT = '########';

/** A subagent's requests are told in its parent's file as well, under prompts of its own: where its file is there, they stand in that. */
function addMeasure(reading: SessionReading, record: ChatRecord): void {
  const values = asRecord(record.payload.uiEvent) ?? {};
  const name = asText(values['event.name'])?.replace(/^qwen-code\./, '');
  const callId = asText(values.call_id);
  if (name === 'tool_call' && callId !== undefined) reading.measures.set(callId, values);
  const promptId = asText(values.prompt_id);
  const isOwn = promptId === undefined || promptId.includes(OWN_PROMPT);
  if (name === 'api_response' && isOwn) {
    addUnanswered(reading);
    reading.pending = { order: record.order, id: record.id, at: record.at, values };
  } else if (name === 'api_response' && promptId !== undefined) {
    const isToldElsewhere = reading.isSubagent || [...reading.spawned.values()].some((id) => promptId.includes(id) || promptId.includes(`#${id.replace(/-[^-]*$/, '')}-`));
    if (!isToldElsewhere) addAside(reading, record, values);
  } else if (name === 'api_error' && isOwn) addFailure(reading, record, values);
}
