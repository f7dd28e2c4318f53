/**
 * Step 12: what each request is charged in. An account is a person's, and one session's requests go over one: what some of them tell of a
 * provider holds for those of the same family that tell nothing.
 */
import type { AgentTraits } from '../agents/agent.ts';
import type { Billing } from '../core/cost.ts';
import type { FactOf } from '../core/fact.ts';
import type { SessionDraft, TurnDraft } from './drafts.ts';

/** Told by the request itself, else by all others of its provider alike, else by the agent's ways or its user. */
export type BillingOf = (answer: FactOf<'model.answered'>) => Billing | undefined;

/** Looks at a whole family. */
export function findBilling(drafts: readonly SessionDraft[], traits: AgentTraits): BillingOf {
  const told = new Map<string, Set<Billing>>();
  const add = (provider: string, billing: Billing | undefined): void => {
    if (billing !== undefined) told.set(provider, (told.get(provider) ?? new Set()).add(billing));
  };
  for (const turn of drafts.flatMap(({ turns }) => turns)) {
    for (const { fact } of turn.answers) add(fact.provider ?? traits.provider, fact.billing);
    // Whole turns are metered by the agent's own provider.
    add(traits.provider, toMeter(turn));
  }
  return (answer) => {
    const provider = answer.provider ?? traits.provider;
    const known = told.get(provider);
    return answer.billing ?? (known?.size === 1 ? [...known][0] : undefined) ?? (provider === traits.provider || traits.sellsAllModels ? traits.billing : undefined);
  };
}

/** What all requests of a turn are charged in; where none tells, what the turn itself is metered in, or its agent charges in. */
export function toTurnBilling(turn: TurnDraft, billingOf: BillingOf, traits: AgentTraits): Billing | undefined {
  const meter = toMeter(turn);
  if (meter) return meter;
  const found = new Set(turn.answers.flatMap(({ fact }) => (fact.isSynthetic ? [] : [billingOf(fact)])));
  if (found.size === 0) return traits.billing;
  return found.size === 1 ? [...found][0] : undefined;
}

function toMeter({ historyEnd, answers }: TurnDraft): Billing | undefined {
  if (historyEnd?.turnCredits !== undefined || answers.some(({ fact }) => fact.credits !== undefined)) return 'credits';
  return historyEnd?.turnPremiumRequests === undefined ? undefined : 'premium-requests';
}
