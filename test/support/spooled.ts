/** Hook events and histories put down by hand, as a dead hook and the agent would have left them, in a traced home. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { importHistory } from '#spoor/collector/import-history.ts';
import type { ImportReport } from '#spoor/collector/reports.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import { createTracedHome, type TracedHome } from '../golden/traced-home.ts';

export const nowSeconds = Math.floor(Date.now() / 1000);

/** A home without hooks, gone after the test. */
export function openTraced(t: TestContext): TracedHome {
  const traced = createTracedHome({ hooked: false });
  t.after(() => traced.close());
  return traced;
}

/** Takes in and assembles all there is. */
export function step(traced: TracedHome): void {
  traced.pipeline.step({ all: true });
}

/** The same, then lets every deadline pass. */
export function finish(traced: TracedHome): void {
  step(traced);
  traced.passTime(86_400_000);
  step(traced);
}

export function importAll(traced: TracedHome): Promise<ImportReport> {
  return importHistory({ store: traced.store, environment: traced.environment, agents, scrub: scrubFact, nowMillis: Date.now });
}

/** Above every pid that a system gives: their hooks are dead. */
let lastPid = 4_200_000;

/** One hook's file. A text is the payload as it is. Returns its path. */
export function spool(traced: TracedHome, payload: object | string, variables: Record<string, string> = {}): string {
  const pid = ++lastPid;
  const head = ['spoor-hook 1', 'kiro', String(pid), '', ...Object.entries({ HOME: traced.root, ...variables }).map(([name, value]) => `${name}=${value}`), ''];
  const path = join(traced.home.spool, `kiro-${pid}`);
  writeFileSync(path, `${head.join('\0')}\0${typeof payload === 'string' ? payload : JSON.stringify(payload)}`, { mode: 0o600 });
  return path;
}

export const prompt = (sessionId: string, text: string): object => ({ hook_event_name: 'userPromptSubmit', session_id: sessionId, prompt: text });
export const stop = (sessionId: string): object => ({ hook_event_name: 'stop', session_id: sessionId, assistant_response: 'done' });

/** The folder of the agent's sessions. */
export function sessionsOf(traced: TracedHome): string {
  const folder = join(traced.root, '.kiro', 'sessions', 'cli');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A session's files. Texts are written as they are. */
export function history(traced: TracedHome, sessionId: string, lines: readonly (object | string)[], sidecar?: object | string): void {
  const text = (value: object | string): string => (typeof value === 'string' ? value : JSON.stringify(value));
  writeFileSync(join(sessionsOf(traced), `${sessionId}.jsonl`), lines.map((line) => `${text(line)}\n`).join(''));
  if (sidecar !== undefined) writeFileSync(join(sessionsOf(traced), `${sessionId}.json`), text(sidecar));
}

export function promptRecord(id: string, text: string, seconds: number): object {
  return { version: 'v1', kind: 'Prompt', data: { message_id: id, content: [{ kind: 'text', data: text }], meta: { timestamp: seconds } } };
}

/** Calls: id, tool, input. */
export function answerRecord(id: string, text: string, calls: readonly [string, string, unknown][] = []): object {
  const uses = calls.map(([toolUseId, name, input]) => ({ kind: 'toolUse', data: { toolUseId, name, input } }));
  return { version: 'v1', kind: 'AssistantMessage', data: { message_id: id, content: [{ kind: 'text', data: text }, ...uses] } };
}

/** Results: call id, text. */
export function resultRecord(id: string, results: readonly [string, string][]): object {
  const content = results.map(([toolUseId]) => ({ kind: 'toolResult', data: { toolUseId, content: [], status: 'success' } }));
  return { version: 'v1', kind: 'ToolResults', data: { message_id: id, content, results: Object.fromEntries(results.map(([call, text]) => [call, { result: { Success: { items: [{ Text: text }] } } }])) } };
}

/** A turn's entry in the sidecar: it took `seconds` and ended at `endSeconds`. */
export function turnMetadata(messageIds: readonly string[], ended: { endSeconds: number; seconds: number; credits: readonly number[] }): object {
  return {
    loop_id: { rand: messageIds[0] }, message_ids: messageIds, end_reason: 'UserTurnEnd', result: { Ok: {} },
    turn_duration: { secs: ended.seconds, nanos: 0 }, end_timestamp: new Date(ended.endSeconds * 1000).toISOString(),
    metering_usage: ended.credits.map((value) => ({ value })), total_request_count: ended.credits.length,
  };
}

export function sidecarOf(sessionId: string, turns: readonly object[], more: object = {}): object {
  const now = new Date().toISOString();
  const state = { conversation_metadata: { user_turn_metadatas: turns }, rts_model_state: { model_info: { model_id: 'm', context_window_tokens: 200_000 } } };
  return { session_id: sessionId, cwd: '/p', created_at: now, updated_at: now, title: 't', session_state: state, ...more };
}
