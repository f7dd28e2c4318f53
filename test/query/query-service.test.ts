import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { ToolsAnswer } from '#spoor/query/api/tools.ts';
import type { QueryError } from '#spoor/query/query-error.ts';
import { createQueryService, type QueryService } from '#spoor/query/query-service.ts';
import type { Question } from '#spoor/query/question.ts';
import type { OrderAnswer } from '#spoor/query/questions/order-sessions.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { addSession, buildWorld, type World } from './build-world.ts';

interface Stage {
  store: SqliteStore;
  world: World;
  service: QueryService;
  ask<T>(question: Question): Promise<T>;
}

function openStage(t: TestContext, timeoutMillis?: number): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-query-'));
  const database = join(folder, 'spoor.db');
  const store = openStore(database);
  const service = createQueryService({ database }, timeoutMillis === undefined ? {} : { timeoutMillis });
  t.after(async () => {
    await service.close();
    store.close();
    rmSync(folder, { recursive: true });
  });
  return { store, world: buildWorld(store), service, ask: async (question) => JSON.parse(new TextDecoder().decode(await service.ask(question))) };
}

const isReason = (reason: QueryError['reason']) => (error: unknown): boolean => (error as QueryError).reason === reason && /^[A-Z].*\.$/.test((error as Error).message);

describe('the query service', () => {
  it('answers as JSON, with how long it took', async (t) => {
    const { ask, store } = openStage(t);
    const answer = await ask<ToolsAnswer>({ name: 'tools', query: {} });
    const calls = store.database.sql("SELECT count(*) AS count FROM span WHERE kind = 'tool'").get()?.count;
    assert.equal(answer.totals.calls, calls);
    assert.ok(answer.queryMillis >= 0);
  });

  it('sees what was committed before the question', async (t) => {
    const { ask, store, world } = openStage(t);
    const before = await ask<OrderAnswer>({ name: 'order-sessions', query: {} });
    for (let index = 500; index < 510; index++) addSession(store, world, index);
    const after = await ask<OrderAnswer>({ name: 'order-sessions', query: {} });
    assert.equal(after.total, before.total + 10);
  });

  it('answers many questions at once, each its own', async (t) => {
    const { ask } = openStage(t);
    const limits = Array.from({ length: 30 }, (_, index) => index + 1);
    const pages = await Promise.all(limits.map((limit) => ask<OrderAnswer>({ name: 'order-sessions', query: { limit } })));
    assert.deepEqual(pages.map(({ roots }) => roots.length), limits);
  });

  it('gives up what takes too long, one question after the other, each in a new thread', async (t) => {
    const { service } = openStage(t, 1);
    const questions: Question[] = [{ name: 'tools', query: {} }, { name: 'skills', query: {} }];
    for (const answer of await Promise.allSettled(questions.map((question) => service.ask(question)))) {
      assert.ok(answer.status === 'rejected' && isReason('timeout')(answer.reason));
    }
  });

  it('says why where there is no store, and answers when there is one', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'spoor-query-'));
    const database = join(folder, 'spoor.db');
    const service = createQueryService({ database });
    t.after(async () => {
      await service.close();
      rmSync(folder, { recursive: true });
    });
    await assert.rejects(service.ask({ name: 'skills', query: {} }), isReason('not-found'));
    openStore(database).close();
    assert.match(new TextDecoder().decode(await service.ask({ name: 'skills', query: {} })), /"rows":\[\]/);
  });

  it('tells that a store is damaged, and goes on', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'spoor-query-'));
    const database = join(folder, 'spoor.db');
    writeFileSync(database, 'no database at all, but long enough to look at'.repeat(100));
    const service = createQueryService({ database });
    t.after(async () => {
      await service.close();
      rmSync(folder, { recursive: true });
    });
    await assert.rejects(service.ask({ name: 'skills', query: {} }), (error: QueryError) => error.reason === 'failed' && /not a database/.test(error.message));
  });

  it('rejects what waits when it is closed, and all that comes later', async (t) => {
    const { service } = openStage(t);
    const waiting = assert.rejects(service.ask({ name: 'tools', query: {} }), isReason('closed'));
    await service.close();
    await waiting;
    await assert.rejects(service.ask({ name: 'tools', query: {} }), isReason('closed'));
  });
});
