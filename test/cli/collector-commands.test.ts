import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Status } from '#spoor/collector/reports.ts';
import type { ImportRequest } from '#spoor/cli/context.ts';
import { NOW_MILLIS, createCliWorld, emptyCollect, emptyStatus, keepStory } from '../support/cli-context.ts';
import { storySession, toStory } from '../support/story.ts';

const problem = { agent: 'kiro', code: 'unknown-record', detail: 'kind "X"\u001b[2J in a.jsonl', count: 3 };

test('import: asks for what was typed, and sums up what came of it', async (t) => {
  const asked: ImportRequest[] = [];
  const { run, root } = createCliWorld(t, {
    collector: {
      importHistory: async (request) => {
        asked.push(request);
        request.onProgress?.({ agent: 'kiro', isText: false, sessions: 1, sessionsTotal: 5, bytes: 10, bytesTotal: 50 });
        return { agents: [{ agent: 'kiro', roots: ['/x'], found: 5, read: 2, bytes: 50, turns: 7, spansWritten: 1_044 }], problems: [problem] };
      },
    },
  });
  mkdirSync(join(root, 'copy'));
  const { code, out, err } = await run('import', 'kiro', '--since', '30d', '--from', join(root, 'copy'));
  assert.equal(code, 0);
  assert.equal(out, 'Kiro: 5 sessions, 2 read: 7 turns, 1,044 spans new or changed.\n');
  const advice = 'A newer version of the agent may write this. Update spoor and import again; tell us if it stays.';
  assert.equal(err, `50 B of history in 0ms.\nNot understood, and left out:\n  3× kiro unknown-record: kind "X" in a.jsonl\n    ${advice}\nLook at them: spoor sessions\n`);
  assert.deepEqual([asked[0]?.agents, asked[0]?.sinceMillis, asked[0]?.from], [['kiro'], NOW_MILLIS - 30 * 86_400_000, join(root, 'copy')]);
  assert.equal((JSON.parse((await run('import', '--json')).out) as { problems: unknown[] }).problems.length, 1);
});

test('import: nothing found says where it looked; wrong words are wrong usage', async (t) => {
  const { run } = createCliWorld(t);
  assert.equal((await run('import')).out, 'Kiro: no sessions found in /home/ada/.kiro/sessions/cli.\n');
  assert.equal((await run('import', 'nobody')).code, 2);
  assert.equal((await run('import', '--since', 'soon')).code, 2);
  assert.deepEqual(await run('import', 'kiro', '--from', '/nowhere/at/all'), { code: 1, out: '', err: 'spoor: There is nothing at /nowhere/at/all.\nGive --from a folder or file that exists.\n' });
});

test('collect: --once and without; the sentence says what was done and what waits', async (t) => {
  const calls: string[] = [];
  const { run } = createCliWorld(t, {
    collector: {
      collectOnce: async () => {
        calls.push('once');
        return { ...emptyCollect, events: 12, sessions: 1, spansWritten: 30, delivered: 28, waiting: 2, problems: [problem] };
      },
      runCollector: async (signal) => {
        calls.push(signal.aborted ? 'aborted' : 'run');
        return { ...emptyCollect, ran: false };
      },
    },
  });
  const once = await run('collect', '--once');
  assert.deepEqual([once.code, once.out], [0, '']);
  assert.match(once.err, /^12 hook calls collected, 1 session looked at, 30 spans new or changed, 28 delivered, 2 waiting for their destination\.\n {2}3× kiro/);
  assert.match((await run('collect')).err, /^Another collector is running/);
  assert.equal((JSON.parse((await run('collect', '--once', '--json')).out) as { events: number }).events, 12);
  assert.deepEqual(calls, ['once', 'run', 'once']);
});

const troubled: Status = {
  ...emptyStatus,
  collector: { running: false },
  spool: { waiting: 3, bytes: 12_345, oldestMillis: NOW_MILLIS - 300_000, setAside: 1 },
  store: { bytes: 3_400_000, sessions: 12, pending: 1, newestMillis: NOW_MILLIS - 120_000 },
  agents: [{ agent: 'kiro', title: 'Kiro', present: true, installedIn: ['~/.kiro/agents/mine.json'], sessions: 12, newestMillis: NOW_MILLIS - 120_000 }],
  destinations: [{ name: 'phoenix', configured: true, missingSecrets: [], waiting: 40, sent: 3, setAside: 2, lastError: '413 too large', lastDeliveredMillis: NOW_MILLIS - 3_600_000 }],
  problems: [problem],
};

test('status: every part with its state, then what needs a person', async (t) => {
  const { run } = createCliWorld(t, { collector: { readStatus: async () => troubled } });
  const { code, out, err } = await run('status');
  assert.deepEqual([code, err], [0, '']);
  assert.equal(
    out,
    [
      'home       /home/ada/.spoor',
      'collector  not running; the next hook call starts it',
      'spool      3 hook calls waiting (12 kB, the oldest 5m old) · 1 set aside',
      'store      12 sessions · 1 open · newest 2m ago · 3.4 MB',
      'agents     Kiro: traced through ~/.kiro/agents/mine.json · 12 sessions, newest 2m ago',
      'delivery   phoenix: delivered 1h ago · 40 waiting · 2 refused for good · 413 too large',
      'problems   3× kiro unknown-record: kind "X" in a.jsonl',
      'attention  phoenix refused 2 spans for good: 413 too large  → spoor doctor',
      '           1 hook call could not be read and was set aside  → spoor doctor',
      '           3 hook calls wait to be collected  → spoor collect --once',
      '',
    ].join('\n'),
  );
  assert.deepEqual(JSON.parse((await run('status', '--json')).out), troubled);
});

test('agents that are here and untraced are told of only where none is traced, and in one line', async (t) => {
  const codex = { agent: 'codex', title: 'Codex', present: true, installedIn: [], sessions: 0 };
  const none = createCliWorld(t, { collector: { readStatus: async () => ({ ...emptyStatus, agents: [...emptyStatus.agents, codex] }) } });
  assert.match((await none.run()).out, /^attention  Kiro, Codex are on this machine but are not traced  → spoor install$/m);
  const one = createCliWorld(t, { collector: { readStatus: async () => ({ ...emptyStatus, agents: [{ ...codex, installedIn: ['~/.codex/hooks.json'] }, ...emptyStatus.agents] }) } });
  assert.doesNotMatch((await one.run()).out, /attention/);
});

test('spoor alone: what is traced, what needs attention, what to type next', async (t) => {
  const fresh = await createCliWorld(t).run();
  assert.equal(fresh.code, 0);
  assert.equal(
    fresh.out,
    [
      'traced     no agent yet',
      'attention  Kiro is on this machine but is not traced  → spoor install kiro',
      '',
      "next       spoor import   read past sessions from the agents' own history",
      '           spoor install  trace the next ones live',
      '           spoor --help   everything else',
      '',
    ].join('\n'),
  );
  const { run, context } = createCliWorld(t, { collector: { readStatus: async () => troubled } });
  await keepStory(context, storySession, toStory());
  const { out } = await run();
  assert.match(out, /^traced {5}Kiro\nattention/);
  assert.match(out, /\naaaa1111 .*\n\nnext {7}spoor show {6}the newest session as a waterfall\n/);
  assert.deepEqual(JSON.parse((await run('--json')).out), troubled);
});
