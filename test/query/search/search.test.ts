/** Full text over whole sessions: what is found equals what the texts say, follows the store, and is gone when it is deleted. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { spawn } from 'node:child_process';
import { copyFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import type { ReaderContext } from '#spoor/query/question.ts';
import { answerSessions } from '#spoor/query/questions/sessions.ts';
import { createSearchIndexer } from '#spoor/query/search/create-search-indexer.ts';
import { countUnindexed } from '#spoor/query/search/count-unindexed.ts';
import { removeFromSearch } from '#spoor/query/search/remove-from-search.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { agentSamples } from '../../support/agent-stores.ts';
import type { Cleanup } from '../../support/stored-home.ts';
import { buildSession, buildSpan, buildTurn, idOf, START, traceOf } from '../../store/builders.ts';
import { contextOf, copyOf, createFolder, indexAll } from '../reader/copy-of.ts';

const WORD = /[\p{L}\p{N}]+/gu;

for (const sample of agentSamples) {
  it(`${sample.agent}: ${sample.name}: each word is found in the sessions that have it`, async (t) => {
    const { store } = await sample.fill(t);
    const { database, search, context } = copyOf(t, store);
    indexAll(database, search);
    const texts = new Map(store.listSessions({}).map(({ agent, sessionId }) => [sessionId, store.readSpans(agent, sessionId).flatMap(({ kind: of, content, values }) => [...(of === 'tool' ? [values.toolName, values.mcpServer, values.mcpTool, values.skillName] : []).flatMap((name) => name ?? []), ...Object.entries(content).flatMap(([kind, text]): string[] => (kind === 'reasoning' ? [] : [text]))])] as const));
    const words = new Set([...texts.values()].flat().flatMap((text) => text.match(WORD) ?? []).filter((word) => /^[a-z]{4,12}$/i.test(word)));
    for (const word of [...words].filter((_, index) => index % Math.ceil(words.size / 40) === 0)) {
      const expected = [...texts].filter(([, list]) => list.some((text) => ((text.toLowerCase().match(WORD) ?? []) as string[]).includes(word.toLowerCase()))).map(([sessionId]) => sessionId);
      const { items } = await answerSessions({ text: word, limit: 500 }, context);
      assert.deepEqual(items.map(({ sessionId }) => sessionId).sort(), expected.sort(), word);
      for (const { snippet, snippetSpanId } of items) {
        assert.ok(snippet?.toLowerCase().includes(`\u0002${word.toLowerCase()}\u0003`), `${word}: ${snippet}`);
        assert.match(snippetSpanId ?? '', /^[0-9a-f]{16}$/);
      }
    }
  });
}

interface Stage {
  store: SqliteStore;
  paths: { database: string; search: string };
  find(text: string): Promise<string[]>;
  context: ReaderContext;
}

function openStage(t: Cleanup): Stage {
  const folder = createFolder(t);
  const paths = { database: join(folder, 'spoor.db'), search: join(folder, 'search.db') };
  const store = openStore(paths.database);
  t.after(() => store.close());
  const context = contextOf(t, paths);
  return { store, paths, context, find: async (text) => (await answerSessions({ text }, context)).items.map(({ sessionId }) => sessionId) };
}

/** Session `s<number>` with one turn: span `number` asks, the next one calls a tool. */
function addSession(store: SqliteStore, number: number, { prompt, output = '' }: { prompt: string; output?: string }): void {
  const sessionId = `s${number}`;
  const startUnixNano = START + BigInt(number) * 1_000_000_000n;
  const base = { sessionId, traceId: traceOf(number), startUnixNano, endUnixNano: startUnixNano + 1000n };
  store.saveSession(buildSession({ sessionId, startUnixNano, title: 'a title' }));
  store.saveTurn(buildTurn(number, { sessionId, startUnixNano, endUnixNano: startUnixNano + 1000n, digest: prompt + output }), [
    buildSpan(number, { ...base, kind: 'agent', values: {}, content: { prompt }, keys: [`t${number}`], final: false }),
    buildSpan(number + 1, { ...base, parentSpanId: idOf(number), content: { toolResult: output, toolArguments: '{"path":"src/dam/read_file-2.ts"}' }, values: { toolName: 'fs_read', shellCommand: 'npm run büild' }, keys: [`c${number}`], final: false }),
  ]);
}

describe('full text', () => {
  it('finds paths, names of code, words without marks, and scripts without spaces', async (t) => {
    const { store, paths, find } = openStage(t);
    addSession(store, 10, { prompt: 'Fähre über den Fluß 修复水獭测试', output: 'HTTP_STATUS fooBarBaz snake_case_name' });
    addSession(store, 20, { prompt: 'other' });
    indexAll(paths.database, paths.search);
    for (const text of ['fahre', 'FÄHRE', '水獭', '修复', 'snake_case_name', 'case', 'http_status', 'fooBarBaz', 'foob*', '"snake case"', 'fahre -elk']) assert.deepEqual(await find(text), ['s10'], text);
    for (const text of ['read_file', 'src/dam/read_file-2.ts', '"dam read"', 'build', '"npm run"']) assert.deepEqual(await find(text), ['s20', 's10'], text);
    for (const text of ['水测', 'file_read', '"run npm"', 'foob', 'fahre case']) assert.deepEqual(await find(text), [], text);
  });

  it('finds the calls of a tool, of an MCP server and of a skill by its name', async (t) => {
    const { store, paths, find } = openStage(t);
    addSession(store, 10, { prompt: 'plain' });
    const base = { sessionId: 's20', traceId: traceOf(20), startUnixNano: START, endUnixNano: START + 1000n, final: false };
    store.saveSession(buildSession({ sessionId: 's20', startUnixNano: START }));
    store.saveTurn(buildTurn(20, { sessionId: 's20', startUnixNano: START, endUnixNano: START + 1000n, digest: 'calls' }), [
      buildSpan(20, { ...base, kind: 'agent', values: {}, content: {}, keys: ['t20'] }),
      ...[{ toolName: 'apply_patch' }, { toolName: 'mcp__beaver__fell_tree', mcpServer: 'beaver', mcpTool: 'fell_tree' }, { toolName: 'skill', skillName: 'add-nums' }].map((values, at) =>
        buildSpan(21 + at, { ...base, parentSpanId: idOf(20), content: {}, values, keys: [`c${21 + at}`] })),
    ]);
    indexAll(paths.database, paths.search);
    for (const text of ['apply_patch', 'patch', 'mcp__beaver__fell_tree', 'beaver', 'fell_tree', 'add-nums']) assert.deepEqual(await find(text), ['s20'], text);
    assert.deepEqual(await find('fs_read'), ['s10']);
    assert.equal(countUnindexed(paths), 0);
    addSession(store, 30, { prompt: 'later' });
    assert.equal(countUnindexed(paths), 1);
  });

  it('follows what is written, changed and removed', async (t) => {
    const { store, paths, find } = openStage(t);
    addSession(store, 10, { prompt: 'otter', output: 'weir' });
    indexAll(paths.database, paths.search);
    assert.deepEqual([await find('otter'), await find('weir')], [['s10'], ['s10']]);
    addSession(store, 10, { prompt: 'otter', output: 'burrow' });
    addSession(store, 20, { prompt: 'weir' });
    indexAll(paths.database, paths.search);
    assert.deepEqual([await find('otter'), await find('weir'), await find('burrow')], [['s10'], ['s20'], ['s10']]);
    store.removeTurn(idOf(20));
    addSession(store, 30, { prompt: 'elk' });
    indexAll(paths.database, paths.search);
    assert.deepEqual([await find('weir'), await find('elk')], [[], ['s30']]);
  });

  it('walks all that have a word that most have, page by page', async (t) => {
    const { store, paths, context } = openStage(t);
    store.transaction(() => {
      for (let number = 1; number <= 3000; number++) addSession(store, number * 10, { prompt: 'otter', output: number % 3 === 0 ? 'otter weir' : 'otter' });
    });
    indexAll(paths.database, paths.search);
    for (const [text, count] of [['otter', 3000], ['otter weir', 1000]] as const) {
      const seen: string[] = [];
      for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
        const page = await answerSessions({ text, limit: 400, ...(after === undefined ? {} : { after }) }, context);
        seen.push(...page.items.map(({ sessionId }) => sessionId));
        after = page.next;
      }
      assert.equal(new Set(seen).size, count);
      assert.equal(seen.length, count);
      assert.equal(seen[0], 's30000');
    }
  });

  it('has nothing of what was forgotten: neither an answer nor a word in its file', async (t) => {
    const { store, paths, find } = openStage(t);
    const secret = 'zyzzyvaquokka';
    for (let number = 1; number <= 200; number++) addSession(store, number * 10, { prompt: 'otter', output: `line ${number}` });
    addSession(store, 5000, { prompt: `about ${secret}`, output: `${secret} `.repeat(400) });
    indexAll(paths.database, paths.search);
    assert.deepEqual(await find(secret), ['s5000']);
    assert.ok(isInFile(paths.search, secret));
    store.forget('kiro', 's5000');
    assert.equal(await removeFromSearch(paths), 2);
    assert.deepEqual(await find(secret), []);
    assert.ok(!isInFile(paths.search, secret));
    assert.equal((await find('otter')).length, 50);
    indexAll(paths.database, paths.search);
    assert.deepEqual(await find(secret), []);
  });

  it('has nothing of texts that were let go of', async (t) => {
    const { store, paths, find } = openStage(t);
    addSession(store, 10, { prompt: 'about zyzzyvaquokka' });
    addSession(store, 20, { prompt: 'otter' });
    indexAll(paths.database, paths.search);
    store.drop('content', { beforeUnixNano: START + 15_000_000_000n, after: undefined, untilMillis: Infinity });
    indexAll(paths.database, paths.search);
    assert.deepEqual([await find('zyzzyvaquokka'), await find('otter')], [[], ['s20']]);
    assert.ok(!isInFile(paths.search, 'zyzzyvaquokka'));
  });

  it('is made anew where it is of another store, or no index at all', async (t) => {
    const { store, paths, find } = openStage(t);
    addSession(store, 10, { prompt: 'otter' });
    indexAll(paths.database, paths.search);
    const other = openStage(t);
    addSession(other.store, 20, { prompt: 'weir' });
    copyFileSync(paths.search, other.paths.search);
    indexAll(other.paths.database, other.paths.search);
    assert.deepEqual([await other.find('otter'), await other.find('weir')], [[], ['s20']]);
    store.removeTurn(idOf(10));
    assert.equal(statSync(paths.search).mode & 0o777, 0o600);
    assert.deepEqual(await find('otter'), []);
  });
});

function isInFile(path: string, word: string): boolean {
  return ['', '-wal'].some((end) => {
    try {
      return readFileSync(path + end).includes(word.slice(0, 10));
    } catch {
      return false;
    }
  });
}

const DEADLINE_MILLIS = 20_000;

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + DEADLINE_MILLIS; performance.now() < end; ) {
    if (await isTrue().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('It did not come true.');
}

describe('the thread of the index', () => {
  it('takes in what is there, then what comes, and cleans up after what goes', async (t) => {
    const { store, paths, find } = openStage(t);
    addSession(store, 10, { prompt: 'otter' });
    const indexer = createSearchIndexer(paths);
    t.after(() => indexer.close());
    await until(async () => (await find('otter')).length === 1);
    addSession(store, 20, { prompt: 'zyzzyvaquokka' });
    await until(async () => (await find('zyzzyvaquokka')).length === 1);
    store.forget('kiro', 's20');
    await until(async () => (await find('zyzzyvaquokka')).length === 0 && !isInFile(paths.search, 'zyzzyvaquokka'));
    await until(async () => indexer.progress() === undefined);
  });

  it('ends while there is nothing to do, and is there again with the next write', async (t) => {
    const threads = { begun: 0, ended: 0 };
    const count = (message: unknown): void => {
      threads.begun += 1;
      (message as { worker: Worker }).worker.once('exit', () => (threads.ended += 1));
    };
    subscribe('worker_threads', count);
    t.after(() => unsubscribe('worker_threads', count));
    const { store, paths, find } = openStage(t);
    addSession(store, 10, { prompt: 'otter' });
    const indexer = createSearchIndexer(paths, { idleMillis: 0 });
    t.after(() => indexer.close());
    for (const [round, word] of ['otter', 'vole', 'stoat'].entries()) {
      if (round > 0) addSession(store, 10 + round, { prompt: word });
      await until(async () => (await find(word)).length === 1);
      await until(async () => threads.ended > round);
    }
    assert.ok(threads.begun >= 3);
  });

  it('survives to be killed: what it had taken in is there, and nothing twice', async (t) => {
    const { store, paths, find } = openStage(t);
    store.transaction(() => {
      for (let number = 1; number <= 400; number++) addSession(store, number * 10, { prompt: `otter${number}`, output: 'words of some length '.repeat(2000) });
    });
    for (const wait of [30, 150, 400]) {
      const child = spawn(process.execPath, ['--conditions=spoor-source', fileURLToPath(new URL('./run-indexer.ts', import.meta.url)), paths.database, paths.search], { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      setTimeout(() => child.kill('SIGKILL'), wait);
      await ended;
    }
    indexAll(paths.database, paths.search);
    for (const number of [1, 200, 400]) assert.deepEqual(await find(`otter${number}`), [`s${number * 10}`]);
    const { items } = await answerSessions({ text: 'words', limit: 500 }, contextOf(t, paths));
    assert.equal(items.length, 400);
  });
});
