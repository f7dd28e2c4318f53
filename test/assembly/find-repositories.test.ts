import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { AgentTraits } from '#spoor/agents/agent.ts';
import type { Fact } from '#spoor/core/fact.ts';
import type { Repository } from '#spoor/core/repository.ts';
import type { Instant } from '#spoor/core/time.ts';

const TRAITS: AgentTraits = { hooksKnowCallId: true, historyWaitMillis: 1000, provider: 'p' };
const COMMITS = ['a'.repeat(40), 'b'.repeat(40)] as const;
const URL = 'https://host.example/ann/pond';

const at = (second: number): Instant => ({ unixNano: 1_780_000_000_000_000_000n + BigInt(second) * 1_000_000_000n, source: 'hook' });

function repositoriesOf(facts: Fact[]): (Repository | undefined)[] {
  return assemble({ agent: 'a', traits: TRAITS, facts, lookup: () => undefined, isExpired: () => true }).turns.map(({ spans }) => spans[0]?.values.repository);
}

test('what hooks found as a turn began counts more than what the history says of the session as a whole', () => {
  const base = { agent: 'a', sessionId: 's' };
  const toTurn = (index: number, told: { history?: Repository; hook?: Repository }): Fact[] => [
    { ...base, source: 'history', key: `h${index}`, order: index, at: at(index * 60), type: 'turn.started', messageId: `t${index}`, prompt: `p${index}`, isEndTold: true, ...(told.history ? { repository: told.history } : {}) },
    { ...base, source: 'history', key: `e${index}`, order: index, type: 'turn.ended', reason: 'ok', messageIds: [`t${index}`], endedAt: at(index * 60 + 9).unixNano },
    { ...base, source: 'hook', key: `k${index}`, order: index, at: at(index * 60), type: 'turn.started', prompt: `p${index}`, ...(told.hook ? { repository: told.hook } : {}) },
  ];
  const history = { url: URL, branch: 'main' };
  const facts = [
    ...toTurn(0, { history: { ...history, commit: COMMITS[0] }, hook: { branch: 'main', commit: COMMITS[0] } }),
    ...toTurn(1, { history, hook: { branch: 'dam', commit: COMMITS[1] } }),
    ...toTurn(2, { history }),
  ];
  assert.deepEqual(repositoriesOf(facts), [{ url: URL, branch: 'main', commit: COMMITS[0] }, { url: URL, branch: 'dam', commit: COMMITS[1] }, history]);
});
