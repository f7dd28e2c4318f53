/** What every store must do. Run over its members by `test/store/contract.test.ts`. */
import { describe } from 'node:test';
import type { Store } from '#spoor/store/store.ts';
import { testForget, testMemory, testMoves, testTransactions } from './store-memory.ts';
import { testPacked, testUntouched } from './store-packed.ts';
import { testSessionTraces } from './store-session-traces.ts';
import { testCosts, testErrors, testList, testSessions } from './store-sessions.ts';
import { testFinality, testIdentity, testRemoval, testTurns } from './store-turns.ts';

/** Gives a test's body an empty store, closed after it. */
export type On = (body: (store: Store) => void) => () => void;

/** Runs the suite. `open` gives an empty store each time it is called; the suite closes it. */
export function testStoreContract(name: string, open: () => Store): void {
  const on: On = (body) => () => {
    const store = open();
    try {
      body(store);
    } finally {
      store.close();
    }
  };
  describe(`store: ${name}`, () => {
    describe('turns', () => testTurns(on));
    describe('turns as rows', () => testPacked(on));
    describe('what nothing is known of', () => testUntouched(on));
    describe('what is no longer told', () => testRemoval(on));
    describe('finality', () => testFinality(on));
    describe('identity', () => testIdentity(on));
    describe('sessions', () => testSessions(on));
    describe('the list', () => testList(on));
    describe('what sessions cost', () => testCosts(on));
    describe('what counts as an error', () => testErrors(on));
    describe('memory of the collector', () => testMemory(on));
    describe('facts that move', () => testMoves(on));
    describe('forget', () => testForget(on));
    describe('traces of sessions', () => testSessionTraces(on));
    describe('transactions', () => testTransactions(on));
  });
}
