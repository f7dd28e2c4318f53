/** A made-up session and the facts that both of its sources would tell of it. */
import fc from 'fast-check';
import type { Fact } from '#spoor/core/fact.ts';

export interface ModelTool {
  name: string;
  input: number;
  outcome: 'ok' | 'error' | 'cancelled';
}

export interface ModelTurn {
  prompt: string;
  /** Tools asked for by each answer; the last answer asks for none. */
  batches: ModelTool[][];
  end: 'ok' | 'cancelled';
}

const tool: fc.Arbitrary<ModelTool> = fc.record({
  name: fc.constantFrom('read', 'shell', '@deals/lookup'),
  input: fc.integer({ min: 0, max: 2 }),
  outcome: fc.constantFrom('ok', 'ok', 'ok', 'error'),
});

/** Sessions with repeated prompts, parallel calls of one tool, equal calls, failures and a cancelled turn. */
export const sessionModel: fc.Arbitrary<ModelTurn[]> = fc.array(
  fc.record({
    prompt: fc.constantFrom('continue', 'count the herons', 'why is the kettle blue?'),
    batches: fc.array(fc.array(tool, { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
    end: fc.constantFrom('ok', 'ok', 'cancelled'),
  }),
  { minLength: 1, maxLength: 5 },
);

const START = 1_780_000_000_000_000_000n;
const MILLI = 1_000_000n;
const base = { agent: 'kiro', sessionId: 'heron' };

interface Told {
  hooks: Fact[];
  history: Fact[];
  /** Both, in the order in which they come to be: a line stands in the history after the hooks that ran before it. */
  steps: Fact[][];
}

/** What hooks and history tell of it, with one clock. `endOrder` permutes the end hooks of a batch. */
export function factsOf(turns: ModelTurn[], endOrder: 'as-asked' | 'reversed' = 'reversed'): Told {
  const told: Told = { hooks: [], history: [], steps: [] };
  let now = START;
  let line = 0;
  const tick = (): bigint => (now += 700n * MILLI);
  const hook = (key: string, more: object): void => {
    const fact = { ...base, source: 'hook', key, order: 0, at: { unixNano: tick(), source: 'hook' }, ...more } as Fact;
    told.hooks.push(fact);
    told.steps.push([fact]);
  };
  const record = (key: string, more: object): void => {
    const fact = { ...base, source: 'history', key, order: line++, ...more } as Fact;
    told.history.push(fact);
    // One line of the file tells of an answer and of all its calls; the results of a batch are one line too.
    const last = told.steps.at(-1);
    if (last?.[0]?.source === 'history' && (fact.type === 'tool.called' || fact.type === 'tool.ended')) last.push(fact);
    else told.steps.push([fact]);
  };
  turns.forEach((turn, t) => {
    // Prompts are told in whole seconds; a person reads an answer before the next.
    now += 5000n * MILLI;
    hook(`p${t}`, { type: 'turn.started', prompt: turn.prompt });
    const messageIds = [`prompt${t}`];
    record(`msg:prompt${t}`, { type: 'turn.started', messageId: `prompt${t}`, prompt: turn.prompt, at: { unixNano: (now / 1_000_000_000n) * 1_000_000_000n, source: 'transcript' } });
    const startedAt = now;
    turn.batches.forEach((batch, b) => {
      const ids = batch.map((_, i) => `call${t}.${b}.${i}`);
      messageIds.push(`answer${t}.${b}`);
      record(`msg:answer${t}.${b}`, { type: 'model.answered', messageId: `answer${t}.${b}`, outcome: 'ok', callIds: ids });
      batch.forEach((call, i) => {
        const request = { name: call.name, canonicalName: call.name, input: { n: call.input } };
        hook(`s${t}.${b}.${i}`, { type: 'tool.started', tool: request });
        record(`call:${ids[i]}`, { type: 'tool.called', tool: { ...request, callId: ids[i] }, messageId: `answer${t}.${b}` });
        record(`result:${ids[i]}`, { type: 'tool.ended', callId: ids[i], result: { outcome: call.outcome, output: `${call.input}` } });
      });
      const ends = batch.map((call, i) => ({ call, i })).filter(({ call }) => call.outcome === 'ok');
      if (endOrder === 'reversed') ends.reverse();
      for (const { call, i } of ends) {
        hook(`e${t}.${b}.${i}`, { type: 'tool.ended', tool: { name: call.name, canonicalName: call.name, input: { n: call.input } }, result: { outcome: 'ok' } });
      }
    });
    messageIds.push(`last${t}`);
    const isCancelled = turn.end === 'cancelled';
    record(`msg:last${t}`, { type: 'model.answered', messageId: `last${t}`, outcome: isCancelled ? 'cancelled' : 'ok', isSynthetic: isCancelled || undefined, callIds: [], text: 'done' });
    if (!isCancelled) hook(`x${t}`, { type: 'turn.ended', reason: 'ok', answer: 'done' });
    const requests = turn.batches.length + (isCancelled ? 0 : 1);
    record(`turn:prompt${t}`, { type: 'turn.ended', reason: turn.end, messageIds, startedAt, endedAt: tick(), requestCredits: Array.from({ length: requests }, (_, i) => 0.25 * (i + 1)) });
  });
  return told;
}
