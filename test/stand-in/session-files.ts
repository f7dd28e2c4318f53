/** A session's files in `<kiro home>/sessions/cli`: what stands in them, and when it is written. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toTimestamp } from './clock.ts';
import { DEFAULT_MODEL, type HistoryRecord } from './records.ts';
import type { ModelScript } from './script.ts';

/** One entry of `user_turn_metadatas`. */
export type TurnMetadata = Record<string, unknown>;

export interface SessionState {
  sessionId: string;
  cwd: string;
  createdMillis: number;
  title?: string;
  parentSessionId?: string;
  createdReason: 'subagent' | 'rewind';
  /** Null below a parent. */
  agentName: string | null;
  model: ModelScript;
  contextUsagePercent: number | null;
  records: HistoryRecord[];
  metadatas: TurnMetadata[];
}

export interface SessionFiles {
  jsonl: string;
  sidecar: string;
  lock: string;
  history: string;
}

/** Titles are the first prompt, cut here. */
const TITLE_LIMIT = 150;

/** Where the session's files stand. */
export function filesOf(kiroHome: string, sessionId: string): SessionFiles {
  const at = (extension: string): string => join(kiroHome, 'sessions', 'cli', `${sessionId}.${extension}`);
  return { jsonl: at('jsonl'), sidecar: at('json'), lock: at('lock'), history: at('history') };
}

/** A session that has just begun: nothing is on disk yet. */
export function newState(sessionId: string, cwd: string, createdMillis: number, agentName: string | null, model: ModelScript = DEFAULT_MODEL): SessionState {
  return { sessionId, cwd, createdMillis, createdReason: 'subagent', agentName, model, contextUsagePercent: null, records: [], metadatas: [] };
}

/** Appends whole lines and remembers them. */
export function appendRecords(files: SessionFiles, state: SessionState, records: HistoryRecord[]): void {
  mkdirSync(join(files.jsonl, '..'), { recursive: true });
  appendFileSync(files.jsonl, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  state.records.push(...records);
}

/** Notes a prompt: gives the session its title and a line in the prompt log. */
export function notePrompt(files: SessionFiles, state: SessionState, prompt: string): void {
  state.title ??= prompt.slice(0, TITLE_LIMIT);
  mkdirSync(join(files.history, '..'), { recursive: true });
  appendFileSync(files.history, `${prompt}\n`);
}

/** Rewrites the sidecar as Kiro does: a new file moved over the old one. */
export function saveSidecar(files: SessionFiles, state: SessionState, updatedMillis: number): void {
  mkdirSync(join(files.sidecar, '..'), { recursive: true });
  const temporary = `${files.sidecar}.tmp`;
  writeFileSync(temporary, JSON.stringify(toSidecar(state, updatedMillis), null, 2));
  renameSync(temporary, files.sidecar);
}

export function writeLock(files: SessionFiles, pid: number, startedMillis: number): void {
  mkdirSync(join(files.lock, '..'), { recursive: true });
  writeFileSync(files.lock, JSON.stringify({ pid, started_at: toTimestamp(startedMillis) }));
}

export function removeLock(files: SessionFiles): void {
  rmSync(files.lock, { force: true });
}

/** Reads a session back, as a new process does that resumes it. Throws when it is not there. */
export function loadState(kiroHome: string, sessionId: string, model: ModelScript = DEFAULT_MODEL): SessionState {
  const files = filesOf(kiroHome, sessionId);
  const sidecar = JSON.parse(readFileSync(files.sidecar, 'utf8')) as Sidecar;
  const { conversation_metadata, rts_model_state, agent_name } = sidecar.session_state;
  const lines = existsSync(files.jsonl) ? readFileSync(files.jsonl, 'utf8').split('\n').filter(Boolean) : [];
  return {
    ...newState(sessionId, sidecar.cwd, Date.parse(sidecar.created_at), agent_name, model),
    ...(sidecar.title === null ? {} : { title: sidecar.title }),
    ...(sidecar.parent_session_id ? { parentSessionId: sidecar.parent_session_id } : {}),
    createdReason: sidecar.session_created_reason,
    contextUsagePercent: rts_model_state.context_usage_percentage,
    records: lines.map((line) => JSON.parse(line) as HistoryRecord),
    metadatas: conversation_metadata.user_turn_metadatas,
  };
}

/** What this stand-in needs back of a sidecar that it wrote itself. */
interface Sidecar {
  cwd: string;
  created_at: string;
  title: string | null;
  parent_session_id?: string;
  session_created_reason: SessionState['createdReason'];
  session_state: {
    conversation_metadata: { user_turn_metadatas: TurnMetadata[] };
    rts_model_state: { context_usage_percentage: number | null };
    agent_name: string | null;
  };
}

function toSidecar(state: SessionState, updatedMillis: number): Record<string, unknown> {
  return {
    session_id: state.sessionId,
    cwd: state.cwd,
    created_at: toTimestamp(state.createdMillis),
    updated_at: toTimestamp(updatedMillis),
    title: state.title ?? null,
    ...(state.parentSessionId ? { parent_session_id: state.parentSessionId } : {}),
    // Kiro writes `subagent` on nearly every session, also on those without a parent.
    session_created_reason: state.createdReason,
    session_state: {
      version: 'v1',
      conversation_metadata: { user_turn_metadatas: state.metadatas, user_turn_start_request: null, last_request: null },
      rts_model_state: toModelState(state),
      permissions: toPermissions(state.cwd),
      agent_name: state.agentName,
    },
  };
}

function toModelState({ sessionId, model, contextUsagePercent }: SessionState): Record<string, unknown> {
  return {
    conversation_id: sessionId,
    model_info: {
      model_name: model.id,
      description: `The model ${model.id}`,
      model_id: model.id,
      context_window_tokens: model.contextWindowTokens,
      rate_multiplier: model.rateMultiplier,
      rate_unit: 'Credit',
    },
    context_usage_percentage: contextUsagePercent,
  };
}

function toPermissions(cwd: string): Record<string, unknown> {
  return {
    filesystem: { allowed_read_paths: [cwd], allowed_write_paths: [], denied_read_paths: [], denied_write_paths: [] },
    trusted_tools: [],
    denied_tools: [],
    allowed_commands: [],
  };
}
