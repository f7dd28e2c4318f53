/** A made-up session of Kiro's V3 engine: its lines and its hooks, in the order in which they come to be. */
import fc from 'fast-check';
import { createMessageReader } from '#spoor/agents/kiro/v3/messages.ts';
import { parsePayload } from '#spoor/agents/kiro/payload.ts';
import type { Fact } from '#spoor/core/fact.ts';

export interface V3ModelTool {
  name: 'read_file' | 'execute_bash' | 'fs_write';
  input: number;
  ok: boolean;
  approval: 'none' | 'accept' | 'reject';
}

export interface V3ModelTurn {
  prompt: string;
  batches: V3ModelTool[][];
  /** `killed`: no record of the end, no stop hook. */
  end: 'end_turn' | 'cancelled' | 'killed';
  steer: boolean;
}

const tool: fc.Arbitrary<V3ModelTool> = fc.record({
  name: fc.constantFrom('read_file', 'execute_bash', 'fs_write'),
  input: fc.integer({ min: 0, max: 1 }),
  ok: fc.constantFrom(true, true, true, false),
  approval: fc.constantFrom('none', 'none', 'accept', 'reject'),
});

/** Repeated prompts, equal calls at once, refusals, failures, steering, turns without tools, cancelled and killed turns. */
export const v3Model: fc.Arbitrary<V3ModelTurn[]> = fc.array(
  fc.record({
    prompt: fc.constantFrom('continue', 'count the herons'),
    batches: fc.array(fc.array(tool, { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
    end: fc.constantFrom('end_turn', 'end_turn', 'end_turn', 'cancelled', 'killed'),
    steer: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

const SESSION = 'sess_heron';
const START = Date.parse('2026-05-06T07:08:09Z');

/** One thing that happens: a line, or a hook of each registration. */
export type V3Step = { line: string } | { hooks: Fact[] };

/** Registrations: `''` is an agent file's, `file` a hook file's. */
export function stepsOf(turns: V3ModelTurn[], channels: readonly string[]): V3Step[] {
  const steps: V3Step[] = [];
  let now = START;
  const line = (id: string, payload: object): void => {
    now += 150;
    steps.push({ line: JSON.stringify({ id, timestamp: new Date(now).toISOString(), payload }) });
  };
  const hook = (event: string, more: object = {}): void => {
    now += 90;
    const hooks = channels.flatMap((channel, index) => {
      const key = `h${steps.length}.${channel}`;
      const at = { unixNano: BigInt(now + index) * 1_000_000n, source: 'hook' as const };
      const env: Record<string, string> = channel === '' ? {} : { SPOOR_HOOK_CHANNEL: channel };
      return parsePayload({ agent: 'kiro', key, payload: JSON.stringify({ session_id: SESSION, hook_event_name: event, cwd: '/w', ...more }), truncated: false, at, order: index, env }).value ?? [];
    });
    steps.push({ hooks });
  };
  turns.forEach((turn, t) => {
    now += 4000;
    line(`u${t}`, { type: 'user', content: turn.prompt });
    line(`e${t}-turn-start`, { type: 'turn_start', executionId: `e${t}` });
    turn.batches.forEach((batch, b) => {
      line(`r${t}.${b}`, { type: 'assistant', content: '...', operationType: 'Reasoning', executionId: `e${t}` });
      line(`c${t}.${b}`, { type: 'session_metadata', key: 'contextUsage', value: { usagePercentage: b + 1 }, executionId: `e${t}` });
      batch.forEach((call) => hook('PreToolUse', { tool_name: call.name, tool_input: { n: call.input } }));
      batch.forEach((call, i) => {
        if (call.approval === 'none') return;
        const id = `call${t}.${b}.${i}`;
        line(`${id}-pending`, { type: 'pending_interaction', interactionType: 'tool_approval', toolCallId: id, options: [] });
        line(`${id}-resolved`, { type: 'interaction_resolved', toolCallId: id, outcome: 'selected', selectedOption: call.approval });
      });
      if (turn.steer && b === 0) line(`s${t}`, { type: 'user', content: 'left!', source: 'steer' });
      batch.forEach((call, i) => {
        const id = `call${t}.${b}.${i}`;
        line(`${id}-call`, { type: 'tool_call', toolCallId: id, toolName: call.name, args: { n: call.input }, executionId: `e${t}` });
        line(`${id}-result`, { type: 'tool_result', toolCallId: id, content: 'x', success: call.ok && call.approval !== 'reject', executionId: `e${t}` });
      });
      for (const call of batch) if (call.approval !== 'reject') hook('PostToolUse', { tool_name: call.name, tool_input: { n: call.input }, tool_response: 'x' });
    });
    line(`w${t}`, { type: 'assistant', content: 'done', operationType: 'Say', executionId: `e${t}` });
    line(`m${t}`, { type: 'session_metadata', key: 'contextUsage', value: { usagePercentage: 9 }, executionId: `e${t}` });
    if (turn.end === 'killed') return;
    if (turn.end === 'end_turn') hook('Stop');
    const requestIds = Array.from({ length: turn.batches.length + 1 }, (_, index) => `q${t}.${index}`);
    line(`e${t}-usage`, { type: 'usage_summary', promptTurnSummaries: [{ unit: 'credit', usage: 0.25 }], requestIds, executionId: `e${t}` });
    line(`e${t}-turn-end`, { type: 'turn_end', stopReason: turn.end, executionId: `e${t}` });
  });
  return steps;
}

/** The facts that both sources have told by then: the history is read from its beginning each time. */
export function factsOfSteps(steps: readonly V3Step[]): Fact[] {
  const reader = createMessageReader(SESSION);
  const hooks: Fact[] = [];
  let order = 0;
  for (const step of steps) {
    if ('hooks' in step) hooks.push(...step.hooks);
    else reader.add(step.line, order++);
  }
  return [...hooks, ...reader.finish().facts];
}
