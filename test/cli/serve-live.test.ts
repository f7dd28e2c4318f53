/** `spoor serve` as a process, over a history of which no hook tells: it is imported beside, followed, and told to live pages. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openStream, type EventStream, type StreamEvent } from '../support/event-stream.ts';
import { spoorCommand } from '../support/spawn-spoor.ts';

const DEADLINE_MILLIS = 60_000;

interface Served {
  url: string;
  stream: EventStream;
  /** Adds a line to the transcript of a session. */
  write(sessionId: string, type: string, values: object): void;
  end(): Promise<number | null>;
}

async function openServed(t: TestContext, sessions: readonly string[]): Promise<Served> {
  const root = mkdtempSync(join(tmpdir(), 'spoor-serve-live-'));
  const folder = join(root, '.claude', 'projects', '-home-ada-shop');
  mkdirSync(folder, { recursive: true });
  const write = (sessionId: string, type: string, values: object): void => {
    const frame = { parentUuid: null, isSidechain: false, userType: 'external', cwd: '/home/ada/shop', sessionId, version: '2.1.300', gitBranch: 'main' };
    appendFileSync(join(folder, `${sessionId}.jsonl`), `${JSON.stringify({ ...frame, type, ...values, uuid: randomUUID(), timestamp: new Date().toISOString() })}\n`);
  };
  for (const sessionId of sessions) ask(write, sessionId);
  const child = spawn(process.execPath, [...spoorCommand.slice(1), 'serve', '--port', '0'], { env: { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: join(root, '.spoor') }, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim())).once('close', () => reject(new Error('it did not serve')));
  });
  const stream = await openStream(t, `${url}/api/live`);
  const end = (): Promise<number | null> => {
    child.kill('SIGTERM');
    return ended;
  };
  return { url, stream, write, end };
}

function ask(write: Served['write'], sessionId: string): void {
  write(sessionId, 'user', { message: { role: 'user', content: `a question of ${sessionId}` }, permissionMode: 'default' });
}

function answer(write: Served['write'], sessionId: string): void {
  const content = [{ type: 'text', text: 'an answer' }];
  write(sessionId, 'assistant', { message: { model: 'claude-sonnet-4-5-20250929', id: `msg_${randomUUID()}`, type: 'message', role: 'assistant', content, stop_reason: 'end_turn', usage: { input_tokens: 5, output_tokens: 50 } } });
}

const isAbout = (sessionId: string) => ({ event, data }: StreamEvent): boolean => event === 'changed' && JSON.stringify(data.sessions).includes(sessionId);

/** Whether the store of what is served has so many sessions. */
async function waitForSessions(url: string, count: number): Promise<void> {
  const deadline = Date.now() + DEADLINE_MILLIS;
  for (;;) {
    const { sessions } = (await (await fetch(`${url}/health`)).json()) as { sessions: number };
    if (sessions === count) return;
    assert.ok(Date.now() < deadline, `${sessions} of ${count} sessions`);
    await delay(25);
  }
}

test('what was written before is imported, what goes on and what is new is told', async (t) => {
  const [first, second] = [randomUUID(), randomUUID()];
  const { url, stream, write, end } = await openServed(t, [first]);
  await waitForSessions(url, 1);
  const known = stream.events.length;
  // The import names what it found before it reads; what is written now is looked at in any case.
  const deadline = Date.now() + DEADLINE_MILLIS;
  for (let isTold = false; !isTold; isTold = stream.events.slice(known).some(isAbout(first))) {
    assert.ok(Date.now() < deadline, 'an answer is told');
    answer(write, first);
    await delay(200);
  }
  ask(write, second);
  await waitForSessions(url, 2);
  const place = stream.events.length;
  await stream.wait('the new session', isAbout(second));
  const settled = Date.now() + DEADLINE_MILLIS;
  for (let isTold = false; !isTold; isTold = stream.events.slice(place).some(isAbout(second))) {
    assert.ok(Date.now() < settled, 'it is followed from now on');
    answer(write, second);
    await delay(200);
  }
  const health = (await (await fetch(`${url}/api/health`)).json()) as { importing?: object; agents: { agent: string; hooksSeen: number }[] };
  assert.deepEqual([health.importing, health.agents.find(({ agent }) => agent === 'claude-code')?.hooksSeen], [undefined, 0]);
  assert.equal(await end(), 0);
});
