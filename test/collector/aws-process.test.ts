/**
 * A destination at AWS with real processes: the collector that a hook starts finds the credentials of its shell, waits while there are none,
 * and delivers everything once there are.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { readCollector } from '#spoor/collector/lifecycle/pid-file.ts';
import { loadConfig } from '#spoor/config/config.ts';
import { createHome, homeAt, type Home } from '#spoor/config/home.ts';
import { findReferencedVariables } from '#spoor/config/resolve-destination.ts';
import { VERSION } from '#spoor/core/version.ts';
import { saveShim } from '#spoor/hook/save-shim.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { playSession } from '../stand-in/play-session.ts';
import { shell, turn } from '../stand-in/script.ts';
import { startRawServer, type RawServer } from '../support/raw-server.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { findSignatureFault } from '../support/sigv4.ts';
import { spawnSpoor, spoorCommand } from '../support/spawn-spoor.ts';

const KEYS = { id: 'AKIASPARROWHAWKQQQQQ', secret: 'sparrowhawk/secret+of40characters/nobodys', token: 'sparrowhawk-token-of-a-session==' };
const DEADLINE_MILLIS = 60_000;

interface Ground {
  home: Home;
  backend: RawServer;
  /** Hands out credentials, or does not. */
  vault: RawServer;
  /** Has the credentials come out of the vault, or of the program that the profile `team` names, until then. */
  issue(endMillis: number): void;
  play(seed: string): Promise<void>;
  run(...words: string[]): Promise<{ out: string; err: string }>;
}

/** Where credentials come from. */
type Way = 'container' | 'process';

async function openGround(t: TestContext, way: Way): Promise<Ground> {
  const root = mkdtempSync(join(tmpdir(), 'spoor-aws-process-'));
  const home = homeAt(join(root, '.spoor'));
  createHome(home);
  const [backend, vault] = await Promise.all([startRawServer(), startRawServer()]);
  writeFileSync(home.configFile, `destinations:\n  cloud: { url: '${backend.url}', auth: sigv4, region: eu-north-1, protocol: http/json, compression: none, headers: { x-aws-log-group: /own/group }${way === 'process' ? ', profile: team' : ''} }\n`, { mode: 0o600 });
  const inherit = findReferencedVariables(loadConfig(home, { home: root, env: {}, platform: process.platform }).value.destinations);
  saveShim(home, { agent: 'kiro', version: VERSION, node: process.execPath, entry: [spoorCommand.at(-1) as string, 'collect'], inherit });
  const hook = { command: toHookCommand(home, 'kiro'), timeout_ms: 10_000 };
  mkdirSync(join(root, '.kiro', 'agents'), { recursive: true });
  const hooks = Object.fromEntries(['agentSpawn', 'userPromptSubmit', 'preToolUse', 'postToolUse', 'stop'].map((event) => [event, [hook]]));
  writeFileSync(join(root, '.kiro', 'agents', 'ibis.json'), JSON.stringify({ name: 'ibis', tools: ['*'], hooks }));
  const program = join(root, 'credentials.json');
  mkdirSync(join(root, '.aws'));
  writeFileSync(join(root, '.aws', 'config'), `[profile team]\ncredential_process = cat ${program}\n`);
  const issue = (endMillis: number): void => {
    const told = { Version: 1, AccessKeyId: KEYS.id, SecretAccessKey: KEYS.secret, Token: KEYS.token, SessionToken: KEYS.token, Expiration: new Date(endMillis).toISOString() };
    if (way === 'process') writeFileSync(program, JSON.stringify(told));
    vault.answer(({ headers }) => (way === 'container' && headers.authorization === 'vault-password-kestrel' ? { status: 200, body: JSON.stringify(told) } : { status: 401 }));
  };
  const aws = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${vault.url}/role`, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'vault-password-kestrel', AWS_EC2_METADATA_DISABLED: 'true' };
  const env = { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: home.root, ...aws };
  t.after(async () => {
    const collector = readCollector(home);
    if (collector?.alive) process.kill(collector.pid, 'SIGKILL');
    await Promise.all([backend.stop(), vault.stop()]);
    removeFolder(root);
  });
  const run = async (...words: string[]): Promise<{ out: string; err: string }> => {
    const { code, out, err } = await spawnSpoor(words, { env });
    assert.equal(code, 0, err);
    return { out, err };
  };
  await run('collect', '--once');
  const play = async (seed: string): Promise<void> => {
    const steps = [turn(`Wade ${seed}`, [{ tools: [shell('wade', 'ok\n', { durationMillis: 20 })], credits: 0.01 }, { text: 'Waded', credits: 0.005 }])];
    await playSession({ seed, agentName: 'ibis', folder: 'marsh', steps }, { home: root, sessionEnvironment: { HOME: root, PATH: env.PATH, ...aws }, pace: 0.2 });
  };
  return { home, backend, vault, issue, play, run };
}

interface DestinationState {
  waiting: number;
  setAside: number;
  lastError?: string;
}

async function readState({ run }: Ground): Promise<DestinationState> {
  const { destinations } = JSON.parse((await run('status', '--json')).out) as { destinations: DestinationState[] };
  return destinations[0] as DestinationState;
}

async function waitUntil(ground: Ground, isReached: (state: DestinationState) => boolean): Promise<DestinationState> {
  for (const end = performance.now() + DEADLINE_MILLIS; ; await sleep(200)) {
    await ground.run('collect', '--once');
    const state = await readState(ground);
    if (isReached(state)) return state;
    if (performance.now() > end) assert.fail(`never reached: ${JSON.stringify(state)}`);
  }
}

function spanIdsOf({ backend }: Ground): string[] {
  return backend.requests.flatMap(({ body }) => idsIn(body.toString('utf8')));
}

function idsIn(text: string): string[] {
  const { resourceSpans } = JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: { spanId: string }[] }[] }[] };
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ spanId }) => spanId)));
}

function* filesOf(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) if (entry.isFile()) yield join(entry.parentPath, entry.name);
}

for (const way of ['container', 'process'] as const) test(`expired credentials of a ${way} delay delivery, and lose nothing`, async (t) => {
  const ground = await openGround(t, way);
  const { home, backend, issue, play, run } = ground;
  issue(Date.now() - 60_000);
  await play('dipper-1');
  const delayed = await waitUntil(ground, ({ waiting, lastError }) => waiting > 0 && lastError !== undefined);
  assert.match(delayed.lastError ?? '', /the AWS credentials(?: of the profile "team")? have expired: renew them, for example with `aws sso login(?: --profile team)?`\.$/);
  assert.deepEqual([delayed.setAside, backend.requests.length], [0, 0]);
  await play('dipper-2');
  issue(Date.now() + 3_600_000);
  const done = await waitUntil(ground, ({ waiting }) => waiting === 0 && spanIdsOf(ground).length > delayed.waiting);
  const ids = spanIdsOf(ground);
  assert.equal(new Set(ids).size, ids.length, 'each once');
  const { out } = await run('export', '--format', 'otlp-json');
  assert.deepEqual(ids.toSorted(), out.trim().split('\n').flatMap(idsIn).toSorted(), 'all of them');
  assert.equal(done.setAside, 0);
  for (const request of backend.requests) {
    assert.equal(findSignatureFault(request, { secretAccessKey: KEYS.secret, region: 'eu-north-1', service: 'xray' }), undefined);
    assert.equal(request.headers['x-aws-log-group'], '/own/group');
    assert.equal(request.headers['x-amz-security-token'], KEYS.token);
  }
  for (const file of filesOf(home.root)) {
    const bytes = readFileSync(file);
    for (const hidden of [KEYS.id, KEYS.secret, KEYS.token, 'vault-password-kestrel']) assert.ok(!bytes.includes(hidden), `${file} holds ${hidden}`);
  }
});
