/** What each address asks the query service, and what it says of a question that cannot be meant. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { withField } from '#spoor/server/ask.ts';
import type { ServerSources } from '#spoor/server/route.ts';
import { ask } from '../support/http-ask.ts';
import { createSources, openTestServer } from '../support/server-sources.ts';

test('a query string becomes the fields of a question', async (t) => {
  const server = await openTestServer(t, createSources(t));
  const asked = async (path: string): Promise<unknown> => JSON.parse((await ask(server, path)).body);
  assert.deepEqual(await asked('/api/tools'), { name: 'tools', query: {} });
  assert.deepEqual(await asked('/api/tools?by=mcp&fromMillis=1000.5&toMillis=2000&agent=kiro&agent=codex&project=a%20b&tool='), { name: 'tools', query: { by: 'mcp', fromMillis: 1000.5, toMillis: 2000, agent: ['kiro', 'codex'], project: ['a b'] } });
  assert.deepEqual(await asked('/api/tools/calls?which=slowest&name=Bash&limit=20'), { name: 'calls', query: { which: 'slowest', name: 'Bash', limit: 20 } });
  assert.deepEqual(await asked('/api/sessions?text=fix%20%22the%20bug%22&state=running&state=waiting&hasErrors=true&order=cost&ascending=false&limit=50&after=x'), { name: 'sessions', query: { text: 'fix "the bug"', state: ['running', 'waiting'], hasErrors: true, order: 'cost', ascending: false, limit: 50, after: 'x' } });
  assert.deepEqual(await asked('/api/sessions/kiro/a%2Fb?after=7'), { name: 'session', query: { agent: 'kiro', sessionId: 'a/b', after: 7 } });
  assert.deepEqual(await asked('/api/sessions/kiro/a/otlp'), { name: 'otlp', query: { agent: 'kiro', sessionId: 'a' } });
  for (const name of ['details', 'coverage']) assert.deepEqual(await asked(`/api/sessions/kiro/a/${name}`), { name, query: { agent: 'kiro', sessionId: 'a' } });
  assert.deepEqual(await asked('/api/spans/00000000000000ab'), { name: 'span', query: { spanId: '00000000000000ab' } });
  assert.deepEqual(await asked('/api/spans/00000000000000ab/content/toolResult'), { name: 'content', query: { spanId: '00000000000000ab', kind: 'toolResult' } });
  assert.deepEqual(await asked('/api/spans/00000000000000ab/otlp'), { name: 'otlp', query: { spanId: '00000000000000ab' } });
  assert.deepEqual(await asked('/api/skills?skill=review'), { name: 'skills', query: { skill: ['review'] } });
  assert.deepEqual(await asked('/api/models?by=project'), { name: 'models', query: { by: 'project' } });
  assert.deepEqual(await asked(`/api/compare?a=${encodeURIComponent('agent=kiro&toMillis=5')}&b=${encodeURIComponent('fromMillis=5')}`), { name: 'compare', query: { a: { agent: ['kiro'], toMillis: 5 }, b: { fromMillis: 5 } } });
  assert.deepEqual(await asked('/api/compare/sessions?a=kiro/1&b=codex/2/3'), { name: 'compareSessions', query: { a: { agent: 'kiro', sessionId: '1' }, b: { agent: 'codex', sessionId: '2/3' } } });
});

test('a question that cannot be meant is refused with a sentence and what to do', async (t) => {
  const server = await openTestServer(t, createSources(t));
  const wrong = ['/api/tools?by=x', '/api/tools?bye=tool', '/api/tools?fromMillis=soon', '/api/tools?fromMillis=1&fromMillis=2', '/api/tools/calls', '/api/tools/calls?which=slowest&limit=100000', '/api/sessions?hasErrors=yes', '/api/sessions?state=odd', '/api/sessions?limit=0', `/api/sessions?text=${'x'.repeat(3000)}`, '/api/spans/nope', '/api/compare?a=agent%3Dkiro%26odd%3D1', '/api/compare/sessions?a=kiro&b=codex/2', '/api/sessions/kiro/a?after=-1', '/api/sessions?__proto__=1', '/api/sessions?constructor=1'];
  for (const path of wrong) {
    const { status, body, type } = await ask(server, path);
    const { error, next } = JSON.parse(body) as Record<string, string>;
    assert.deepEqual([status, type], [400, 'application/json; charset=utf-8'], path);
    assert.ok(error?.endsWith('.') && (next ?? '').length > 0, body);
  }
  assert.equal((await ask(server, '/api/spans/00000000000000ab/content/odd')).status, 404);
});

test('why the query service has no answer is told by its reason, and other errors keep their words', async (t) => {
  const fail = (error: Error): ServerSources => ({ ...createSources(t), query: { ask: () => Promise.reject(error) } });
  const statusOf = async (error: Error): Promise<[number, string]> => {
    const { status, body } = await ask(await openTestServer(t, fail(error)), '/api/tools');
    return [status, (JSON.parse(body) as { error: string }).error];
  };
  const because = (reason: string): Error => Object.assign(new Error(`It is ${reason}.`), { reason });
  assert.deepEqual(await statusOf(because('not-found')), [404, 'It is not-found.']);
  assert.deepEqual(await statusOf(because('timeout')), [503, 'It is timeout.']);
  for (const error of [because('failed'), because('__proto__'), new Error('no such table in /home/ada/.spoor/spoor.db')]) assert.deepEqual(await statusOf(error), [503, 'The store cannot be read at the moment.']);
});

test('large answers are made smaller, small ones are left alone; nothing of the store is kept by a browser', async (t) => {
  const large = JSON.stringify({ rows: Array.from({ length: 10_000 }, (_, index) => ({ index, name: 'Bash' })) });
  const server = await openTestServer(t, { ...createSources(t), query: { ask: ({ name }) => Promise.resolve(Buffer.from(name === 'tools' ? large : '{}')) } });
  const get = (path: string, encodings: string): ReturnType<typeof ask> => ask(server, path, { headers: { 'accept-encoding': encodings } });
  const [zstd, gzip, plain, small] = [await get('/api/tools', 'gzip, deflate, br, zstd'), await get('/api/tools', 'gzip'), await get('/api/tools', ''), await get('/api/skills', 'gzip')];
  assert.deepEqual([zstd, gzip, plain, small].map(({ headers }) => headers['content-encoding']), ['zstd', 'gzip', undefined, undefined]);
  assert.deepEqual([zstdDecompressSync(zstd.bytes).toString(), gunzipSync(gzip.bytes).toString(), plain.body], [large, large, large]);
  assert.equal(Number(zstd.headers['content-length']), zstd.bytes.length);
  assert.match(String(zstd.headers['server-timing']), /^answer;dur=[\d.]+, compress;dur=[\d.]+$/);
  assert.deepEqual([zstd.headers['cache-control'], small.headers['cache-control']], ['no-store', 'no-store']);
});

test('the overview has the health of the tracing beside its figures', async (t) => {
  const server = await openTestServer(t, { ...createSources(t), query: { ask: () => Promise.resolve(Buffer.from('{"nowMillis":1,"queryMillis":2}')) } });
  const { health, ...figures } = JSON.parse((await ask(server, '/api/overview')).body) as { health: object };
  assert.deepEqual(figures, { nowMillis: 1, queryMillis: 2 });
  assert.deepEqual(health, { state: 'good', notes: [], agents: [], spool: { waiting: 0 }, destinations: [] });
  assert.deepEqual([withField('{}', 'a', 1).toString(), withField(' { "b" : "}" } \n', 'a', [1]).toString()], ['{"a":1}', ' { "b" : "}" ,"a":[1]}']);
  const { queryMillis, ...rest } = JSON.parse((await ask(server, '/api/health')).body) as { queryMillis: number; version: string };
  assert.ok(queryMillis >= 0 && rest.version === '9.9.9');
  assert.equal((JSON.parse((await ask(server, '/api/settings')).body) as { version: string }).version, '9.9.9');
});
