/** A destination at AWS from the command line, against an account on loopback. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Finding } from '#spoor/core/finding.ts';
import { answerAsAws, type FakeAccount } from '../support/fake-aws.ts';
import { startRawServer, type RawServer } from '../support/raw-server.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { spawnSpoor, type Spawned } from '../support/spawn-spoor.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAMERLINQQQQQQQQQQ', AWS_SECRET_ACCESS_KEY: 'merlin/secret+of40characters/nobodys', AWS_EC2_METADATA_DISABLED: 'true' };

interface Ground {
  configFile: string;
  server: RawServer;
  run(...words: string[]): Promise<Spawned>;
}

async function openGround(t: TestContext, account: FakeAccount): Promise<Ground> {
  const root = mkdtempSync(join(tmpdir(), 'spoor-cli-aws-'));
  const server = await startRawServer();
  t.after(async () => {
    await server.stop();
    removeFolder(root);
  });
  server.answer(answerAsAws(account, { secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY, region: 'eu-north-1' }));
  const env = { PATH: process.env.PATH ?? '', HOME: root, ...KEYS };
  return { configFile: join(root, '.spoor', 'config.yaml'), server, run: (...words) => spawnSpoor(words, { env }) };
}

const READY: FakeAccount = { policies: ['{"Principal":{"Service":"xray.amazonaws.com"},"Resource":"*"}'], destination: { Destination: 'CloudWatchLogs', Status: 'ACTIVE' }, percentage: 1 };

test('add and test: who signs, and that all is set up', async (t) => {
  const { configFile, server, run } = await openGround(t, READY);
  const added = await run('destination', 'add', 'cloud', '--preset', 'xray', '--region', 'eu-north-1', '--url', server.url, '--yes');
  assert.equal(added.code, 0, added.err);
  assert.match(readFileSync(configFile, 'utf8'), /preset: xray/);
  const { code, out, err } = await run('destination', 'test', 'cloud');
  assert.equal(code, 0, err);
  assert.match(out, /✓ cloud +127\.0\.0\.1:\d+ took a marked span|✓ cloud .*took a marked span/);
  assert.match(out, /✓ aws-identity +cloud: Signed by arn:aws:sts::210987654321:assumed-role\/Writer\/otter in eu-north-1\./);
});

test('test: what is missing comes with its command', async (t) => {
  const { server, run } = await openGround(t, { ...READY, destination: { Destination: 'XRay', Status: 'ACTIVE' } });
  await run('destination', 'add', 'cloud', '--preset', 'xray', '--region', 'eu-north-1', '--url', server.url, '--yes');
  const { code, out } = await run('destination', 'test', 'cloud', '--json');
  assert.equal(code, 1);
  const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: Finding[] };
  assert.equal(ok, false);
  assert.equal(findings.find(({ check }) => check === 'aws-traces')?.next, 'aws xray update-trace-segment-destination --destination CloudWatchLogs --region eu-north-1');
});

test('add: a profile, and the address that the region has', async (t) => {
  const { configFile, run } = await openGround(t, READY);
  const { code, err } = await run('destination', 'add', 'xray', '--region', 'us-west-2', '--profile', 'team', '--yes');
  assert.equal(code, 0, err);
  assert.match(readFileSync(configFile, 'utf8'), /profile: team/);
  assert.match((await run('destination', 'list')).out, /xray\.us-west-2\.amazonaws\.com/);
});

test('test: what nobody explains is no matter of a key or of a request without a signature', async (t) => {
  for (const [status, next] of [[401, /renew the credentials that sign, or name others: "profile" of/], [400, /look at what it says, and at "region" and "url" of/]] as const) {
    const { server, run } = await openGround(t, { ...READY, traces: { status, body: '{"message":"no"}' } });
    await run('destination', 'add', 'cloud', '--preset', 'xray', '--region', 'eu-north-1', '--url', server.url, '--yes');
    const { code, out } = await run('destination', 'test', 'cloud', '--json');
    assert.equal(code, 1);
    const [told] = (JSON.parse(out) as { destinations: { next?: string }[] }).destinations;
    assert.match(told?.next ?? '', next);
    assert.doesNotMatch(out, /curl|headers/);
  }
});
