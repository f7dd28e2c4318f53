import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { AgentTraits } from '#spoor/agents/agent.ts';
import type { Billing } from '#spoor/core/cost.ts';
import type { Fact, FactOf } from '#spoor/core/fact.ts';
import type { Span } from '#spoor/core/span.ts';

const TRAITS: AgentTraits = { hooksKnowCallId: true, historyWaitMillis: 1000, provider: 'p' };

interface Answer {
  billing?: Billing;
  provider?: string;
  premiumRequests?: number;
  credits?: number;
  isSynthetic?: boolean;
}

interface Told {
  answers: Answer[];
  end?: Partial<FactOf<'turn.ended'>>;
  traits?: Partial<AgentTraits>;
}

/** A session of one turn a list. */
function spansOf(turns: Told[], price?: (spans: readonly Span[]) => Span[]): Span[] {
  const facts = turns.flatMap(({ answers, end }, turn): Fact[] => {
    const base = { agent: 'a', sessionId: 's', source: 'history' as const };
    return [
      { ...base, key: `start:${turn}`, order: turn * 10, type: 'turn.started', messageId: `t${turn}`, prompt: 'x', isEndTold: true },
      ...answers.map((answer, i): Fact => ({ ...base, ...answer, key: `m:${turn}:${i}`, order: turn * 10 + 1 + i, type: 'model.answered', messageId: `m${turn}-${i}`, outcome: 'ok', callIds: [] })),
      { ...base, key: `end:${turn}`, order: turn * 10 + 9, type: 'turn.ended', reason: 'ok', messageIds: [`t${turn}`], ...end },
    ];
  });
  const traits = { ...TRAITS, ...turns[0]?.traits };
  return assemble({ agent: 'a', traits, facts, lookup: () => undefined, isExpired: () => true, ...(price ? { price } : {}) }).turns.flatMap(({ spans }) => spans);
}

/** Of every span, the turn before its chats. */
function billingOf(...turns: Told[]): (Billing | undefined)[] {
  return spansOf(turns).map(({ values }) => values.billing);
}

test('one account a session: what some requests tell holds for those of their provider that tell nothing', () => {
  assert.deepEqual(billingOf({ answers: [{ billing: 'subscription' }, {}] }, { answers: [{}, { provider: 'other' }] }), ['subscription', 'subscription', 'subscription', undefined, 'subscription', undefined]);
});

test('where they tell different things, the others are anybody\'s', () => {
  assert.deepEqual(billingOf({ answers: [{ billing: 'subscription' }, { billing: 'api' }, {}] }), [undefined, 'subscription', 'api', undefined]);
});

test('what a turn is metered in, its agent charges in; else what it always charges in', () => {
  assert.deepEqual(billingOf({ answers: [{}], end: { turnCredits: 1 } }), ['credits', 'credits']);
  assert.deepEqual(billingOf({ answers: [{}], end: { turnPremiumRequests: 1 } }), ['premium-requests', 'premium-requests']);
  assert.deepEqual(billingOf({ answers: [{}], traits: { billing: 'credits' } }, { answers: [] }), ['credits', 'credits', 'credits']);
  assert.deepEqual(billingOf({ answers: [{}, { provider: 'cloud' }], traits: { billing: 'subscription' } }), [undefined, 'subscription', undefined], 'the word of a user is about the agent\'s own provider');
  assert.deepEqual(billingOf({ answers: [{}] }), [undefined, undefined]);
});

test('credits that requests tell stand on them, and their sum on the turn, under a name of its own', () => {
  const values = (told: Told): unknown => spansOf([told]).map(({ values: { credits, turnCredits, billing }, provenance }) => [credits, turnCredits, billing, provenance.credits]);
  assert.deepEqual(values({ answers: [{ credits: 1.5 }, { credits: 0.5 }, {}], end: { turnPremiumRequests: 1 } }), [[undefined, 2, 'credits', 'transcript'], [1.5, undefined, 'credits', 'transcript'], [0.5, undefined, 'credits', 'transcript'], [undefined, undefined, 'credits', undefined]]);
  assert.deepEqual(values({ answers: [{ credits: 0 }] }), [[undefined, 0, 'credits', 'transcript'], [0, undefined, 'credits', 'transcript']]);
});

test('premium requests: of the requests where they tell, else of the turn; the turn\'s sum has its own name', () => {
  const values = (told: Told): unknown => spansOf([told]).map(({ values: { premiumRequests, turnPremiumRequests } }) => [premiumRequests, turnPremiumRequests]);
  assert.deepEqual(values({ answers: [{ premiumRequests: 1 }, { premiumRequests: 0.5 }], end: { turnPremiumRequests: 7 } }), [[undefined, 1.5], [1, undefined], [0.5, undefined]]);
  assert.deepEqual(values({ answers: [{}], end: { turnPremiumRequests: 7 } }), [[7, 7], [undefined, undefined]]);
});

test('what the agent wrote itself was no request; other prices give another digest', () => {
  assert.deepEqual(spansOf([{ answers: [{ isSynthetic: true }, {}] }]).map(({ values }) => values.unpriced), [undefined, 'no-request', undefined]);
  const digest = (usd: number): string | undefined => {
    const price = (spans: readonly Span[]): Span[] => spans.map((span) => ({ ...span, values: { ...span.values, cost: { usd } } }));
    return assemble({ agent: 'a', traits: TRAITS, facts: [{ agent: 'a', sessionId: 's', source: 'history', key: 'k', order: 0, type: 'turn.started', messageId: 't', prompt: 'x' }], lookup: () => undefined, isExpired: () => true, price }).turns[0]?.digest;
  };
  assert.equal(digest(1), digest(1));
  assert.notEqual(digest(1), digest(2));
});
