/** The fixture of a session with everything in it, and the hooks that Codex would have run beside its lines. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HookEvent } from '#spoor/agents/agent.ts';
import { codex } from '#spoor/agents/codex/agent.ts';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { Fact } from '#spoor/core/fact.ts';
import type { Span } from '#spoor/core/span.ts';
import { parseRfc3339 } from '#spoor/core/time.ts';

export const HOME = join(import.meta.dirname, '..', '..', 'fixtures', 'agents', 'codex', 'paginated', 'home');
export const PARENT = '019f0000-1111-7000-8000-00000000aaaa';
export const CHILD = '019f0000-2222-7000-8000-00000000bbbb';

export interface RolloutLine {
  at: bigint;
  text: string;
  payload: Record<string, unknown>;
}

/** The lines of a rollout of the fixture. */
export function linesOf(sessionId: string): RolloutLine[] {
  const path = codex.history?.find({ home: HOME, env: {}, platform: 'linux' }, sessionId)?.files[0]?.path ?? '';
  return readFileSync(path, 'utf8').split('\n').filter(Boolean).map((text) => {
    const { timestamp, payload } = JSON.parse(text) as { timestamp: string; payload: Record<string, unknown> };
    return { at: parseRfc3339(timestamp) ?? 0n, text, payload };
  });
}

export interface RecordedHook {
  at: bigint;
  payload: Record<string, unknown>;
}

/** Hooks for every prompt, call, answer and end of a rollout: each runs a moment after the line that it belongs to was written. */
export function hooksOf(sessionId: string): RecordedHook[] {
  const isChild = sessionId === CHILD;
  const base = { session_id: PARENT, cwd: '/work/otters', model: 'gpt-5.5', permission_mode: 'default', ...(isChild ? { agent_id: CHILD, agent_type: 'default' } : {}) };
  let turn: unknown;
  let isOwn = !isChild;
  const tools = new Map<unknown, { tool_name: string; tool_input: unknown }>();
  return linesOf(sessionId).flatMap(({ at, payload }): RecordedHook[] => {
    const item = payload.item as Record<string, unknown> | undefined;
    const tell = (hook_event_name: string, more: object = {}): RecordedHook[] => (isOwn ? [{ at: at + 1000n, payload: { ...base, turn_id: turn, hook_event_name, ...more } }] : []);
    switch (payload.type) {
      case 'task_started':
        turn = payload.turn_id;
        isOwn ||= isChild && JSON.stringify(payload).includes('turn_attribution');
        return isChild ? tell('SubagentStart') : [];
      case 'item_completed':
        return item?.type === 'UserMessage' ? tell('UserPromptSubmit', { prompt: (item.content as { text: string }[])[0]?.text }) : [];
      case 'function_call':
      case 'custom_tool_call': {
        const tool = toHookTool(payload);
        tools.set(`${String(turn)} ${String(payload.call_id)}`, tool);
        return tell('PreToolUse', { ...tool, tool_use_id: payload.call_id });
      }
      case 'function_call_output':
      case 'custom_tool_call_output':
        return tell('PostToolUse', { ...tools.get(`${String(turn)} ${String(payload.call_id)}`), tool_use_id: payload.call_id, tool_response: '' });
      case 'task_complete':
        return tell(isChild ? 'SubagentStop' : 'Stop', { last_assistant_message: payload.last_agent_message });
      case 'turn_aborted':
        return tell('Interrupt');
      default:
        return payload.usage ? tell('PostModelRequest', { status: 'completed', error: null, token_usage: payload.usage }) : [];
    }
  });
}

function toHookTool(payload: Record<string, unknown>): { tool_name: string; tool_input: unknown } {
  const { namespace, name: bare } = payload as { namespace?: string; name: string };
  const name = `${namespace ?? ''}${namespace === 'mcp__lab_srv' ? '__' : ''}${bare}`;
  if (payload.input !== undefined) return { tool_name: name, tool_input: { command: payload.input } };
  const values = JSON.parse(String(payload.arguments)) as Record<string, unknown>;
  return name === 'exec_command' ? { tool_name: 'Bash', tool_input: { command: values.cmd } } : { tool_name: name, tool_input: values };
}

/** A hook as the spool would give it. */
export function toEvent({ at, payload }: RecordedHook, key: string): HookEvent {
  return { agent: 'codex', key, payload: JSON.stringify(payload), truncated: false, at: { unixNano: at, source: 'hook' }, order: 1, env: { HOME } };
}

/** All facts of the fixture's history. */
export function historyFacts(): Fact[] {
  return (codex.history?.discover({ home: HOME, env: {}, platform: 'linux' }).sources ?? []).flatMap((source) => codex.history?.read(source).facts ?? []);
}

export function hookFacts(hooks: readonly RecordedHook[]): Fact[] {
  return hooks.flatMap((hook, index) => codex.parsePayload(toEvent(hook, `hook-${index}`)).value ?? []);
}

/** Facts → spans. Nothing was stored before. */
export function toSpans(facts: readonly Fact[], isExpired = true): Span[] {
  const assembly = assemble({ agent: 'codex', traits: codex.traits, facts, lookup: () => undefined, isExpired: () => isExpired });
  return assembly.turns.flatMap((turn) => turn.spans);
}

/** What must be equal whatever told it: which spans there are, their places, values and content. No times. */
export function shapeOf(spans: readonly Span[]): object[] {
  const shapes = spans.filter(({ kind }) => kind !== 'permission').map(({ spanId, parentSpanId, traceId, kind, outcome, values, content, sessionId, turnIndex }) => ({ spanId, parentSpanId, traceId, kind, outcome, values, content, sessionId, turnIndex }));
  return shapes.sort((a, b) => (a.spanId < b.spanId ? -1 : 1));
}
