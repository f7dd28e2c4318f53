/** What is told of a destination at AWS: whether it takes a span, and what its account lacks. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { answerAsAws, DENIED, type FakeAccount } from '../support/fake-aws.ts';
import { startRawServer, type RawServer } from '../support/raw-server.ts';
import { createDoctorHome, type DoctorHome } from './doctor-home.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAMERLINQQQQQQQQQQ', AWS_SECRET_ACCESS_KEY: 'merlin/secret+of40characters/nobodys', AWS_EC2_METADATA_DISABLED: 'true' };

async function openHome(t: TestContext, account: FakeAccount): Promise<{ stage: DoctorHome; server: RawServer }> {
  const stage = await createDoctorHome(t, { hooks: false });
  const server = await startRawServer();
  t.after(() => server.stop());
  server.answer(answerAsAws(account, { secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY, region: 'eu-north-1' }));
  stage.configure(`destinations:\n  cloud: {url: "${server.url}", auth: sigv4, region: eu-north-1}\n`);
  return { stage, server };
}

const READY: FakeAccount = {
  policies: ['{"Principal":{"Service":"xray.amazonaws.com"},"Resource":"arn:aws:logs:eu-north-1:1:log-group:aws/spans:*"}'],
  destination: { Destination: 'CloudWatchLogs', Status: 'ACTIVE' }, percentage: 1,
};

test('an account that takes spans', async (t) => {
  const { stage } = await openHome(t, READY);
  const report = await stage.examine(KEYS);
  assert.equal(report.link('destination', 'cloud')?.state, 'ok', report.text);
  for (const check of ['aws-identity', 'aws-log-policy', 'aws-traces', 'aws-indexing']) assert.equal(report.finding(check)?.state, 'ok', check);
});

test('an account that is not set up: each lack with its command', async (t) => {
  const { stage } = await openHome(t, { ...READY, destination: { Destination: 'XRay', Status: 'ACTIVE' }, traces: DENIED });
  const report = await stage.examine(KEYS);
  assert.equal(report.code, 1);
  assert.match(report.link('destination', 'cloud')?.next ?? '', /^attach the managed policy AWSXrayWriteOnlyAccess/);
  assert.equal(report.finding('aws-traces')?.next, 'aws xray update-trace-segment-destination --destination CloudWatchLogs --region eu-north-1');
  assert.match(report.finding('aws-traces')?.seen ?? '', /^cloud: Traces go to X-Ray alone/);
});

test('without credentials nothing is sent, and a person is told how to sign in', async (t) => {
  const { stage, server } = await openHome(t, READY);
  const report = await stage.examine({ AWS_EC2_METADATA_DISABLED: 'true' });
  assert.equal(report.link('destination', 'cloud')?.next, 'aws sso login');
  assert.equal(report.finding('aws-identity')?.next, 'aws sso login');
  assert.equal(report.finding('aws-log-policy'), undefined);
  assert.equal(server.requests.length, 0);
});
