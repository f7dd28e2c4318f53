/** What is told of an AWS account, which a fake one on loopback stands for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkXray } from '#spoor/exporters/aws/check-xray.ts';
import type { Finding } from '#spoor/core/finding.ts';
import { ACCOUNT, answerAsAws, DENIED, type FakeAccount } from '../../support/fake-aws.ts';
import type { RawServer } from '../../support/raw-server.ts';
import { keysOf, openAwsStage, REGION, type AwsStage } from './aws-stage.ts';

async function startAccount(stage: AwsStage, account: FakeAccount): Promise<RawServer> {
  const { id, secret } = keysOf('pinemarten');
  stage.set('AWS_ACCESS_KEY_ID', id);
  stage.set('AWS_SECRET_ACCESS_KEY', secret);
  const server = await stage.startServer();
  server.answer(answerAsAws(account, { secretAccessKey: secret, region: REGION }));
  return server;
}

async function check(account: FakeAccount, profile?: string): Promise<Record<string, Finding>> {
  const stage = await openAwsStage();
  const { url } = await startAccount(stage, account);
  const findings = await checkXray({ region: REGION, ...(profile ? { profile } : {}) }, { endpoints: { sts: url, xray: url, logs: url } });
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
}

test('an account that is set up', async () => {
  const document = JSON.stringify({ Statement: [{ Principal: { Service: 'xray.amazonaws.com' }, Resource: ['arn:aws:logs:eu-north-1:210987654321:log-group:aws/spans:*'] }] });
  const findings = await check({ policies: ['{}', document], destination: { Destination: 'CloudWatchLogs', Status: 'ACTIVE' }, percentage: 5 });
  assert.deepEqual(Object.values(findings), [
    { check: 'aws-identity', state: 'ok', seen: `Signed by arn:aws:sts::${ACCOUNT}:assumed-role/Writer/otter in eu-north-1.` },
    { check: 'aws-log-policy', state: 'ok', seen: 'X-Ray may write into the log group aws/spans.' },
    { check: 'aws-traces', state: 'ok', seen: 'Traces go to CloudWatch Logs (Transaction Search is on).' },
    { check: 'aws-indexing', state: 'ok', seen: '5 % of the traces are indexed; all spans are kept in aws/spans.' },
  ]);
});

test('what is missing comes with its command', async () => {
  const findings = await check({ destination: { Destination: 'XRay', Status: 'ACTIVE' }, percentage: 0 });
  assert.equal(findings['aws-traces']?.state, 'broken');
  assert.equal(findings['aws-traces']?.next, 'aws xray update-trace-segment-destination --destination CloudWatchLogs --region eu-north-1');
  assert.equal(findings['aws-indexing']?.next, `aws xray update-indexing-rule --name Default --rule '{"Probabilistic":{"DesiredSamplingPercentage":1}}' --region eu-north-1`);
  const command = findings['aws-log-policy']?.next ?? '';
  const document = JSON.parse(/--policy-document '([^']+)'/.exec(command)?.[1] ?? '') as { Statement: { Resource: string[]; Condition: unknown }[] };
  assert.deepEqual(document.Statement[0]?.Resource, ['arn:aws:logs:eu-north-1:210987654321:log-group:aws/spans:*', 'arn:aws:logs:eu-north-1:210987654321:log-group:/aws/application-signals/data:*']);
  assert.deepEqual(document.Statement[0]?.Condition, { ArnLike: { 'aws:SourceArn': 'arn:aws:xray:eu-north-1:210987654321:*' }, StringEquals: { 'aws:SourceAccount': ACCOUNT } });
});

test('what is under way, and what may not be looked at, is told as that', async () => {
  const findings = await check({ destination: { Destination: 'CloudWatchLogs', Status: 'PENDING' }, percentage: DENIED });
  assert.deepEqual([findings['aws-traces']?.state, findings['aws-indexing']?.state], ['attention', 'unknown']);
  assert.match(findings['aws-indexing']?.seen ?? '', /may not look \(xray:GetIndexingRules\)/);
});

test('where nobody can sign, that alone is told, with the way to sign in', async () => {
  const refused = await check({ identity: { status: 403, body: '<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>' } });
  assert.deepEqual(Object.keys(refused), ['aws-identity']);
  assert.equal(refused['aws-identity']?.state, 'broken');
  assert.equal(refused['aws-identity']?.next, 'aws sso login');
  const absent = await check({}, 'no such one');
  assert.equal(absent['aws-identity']?.next, "aws sts get-caller-identity --profile 'no such one'");
});

test('answers that make no sense are no set-up', async () => {
  for (const body of ['', '<html>', '[]', 'null', '{"Destination":{}}', '{"IndexingRules":[null,1]}', 'x'.repeat(2_000_000)]) {
    const findings = await check({ destination: { status: 200, body }, percentage: { status: 200, body } });
    assert.notEqual(findings['aws-traces']?.state, 'ok');
    assert.notEqual(findings['aws-indexing']?.state, 'ok');
  }
  const findings = await check({ identity: { status: 200, body: '<Arn>arn:aws:sts::1</Arn>' } });
  assert.equal(findings['aws-identity']?.state, 'unknown');
});

test('an account that does not answer is told of', async () => {
  const stage = await openAwsStage();
  const server = await startAccount(stage, {});
  await server.stop();
  const [finding] = await checkXray({ region: REGION }, { endpoints: { sts: server.url } });
  assert.match(finding?.seen ?? '', /127\.0\.0\.1:\d+ cannot be reached/);
  assert.equal((await checkXray({}))[0]?.check, 'aws-region');
});
