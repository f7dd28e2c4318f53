/** Where credentials come from, what happens when they end, and what a person is told. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { ExportResult } from '#spoor/exporters/exporter.ts';
import { sampleBatch } from '../../otlp/sample-batch.ts';
import { findSignatureFault, type RawRequest } from '../../support/sigv4.ts';
import { keysOf, openAwsStage, REGION, type AwsStage, type Keys } from './aws-stage.ts';

const HOUR_MILLIS = 3_600_000;

function toProfile(name: string, { id, secret, token }: Keys): string {
  return `[${name}]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n${token === undefined ? '' : `aws_session_token = ${token}\n`}`;
}

/** As a container's address, a process and SSO tell them. */
function toTold({ id, secret, token }: Keys, endMillis: number): { AccessKeyId: string; SecretAccessKey: string; Token?: string; Expiration: string } {
  return { AccessKeyId: id, SecretAccessKey: secret, Token: token, Expiration: new Date(endMillis).toISOString() };
}

function assertSignedBy({ backend }: AwsStage, { id, secret }: Keys): void {
  const request = backend.requests.at(-1) as RawRequest;
  assert.match(request.headers.authorization ?? '', new RegExp(`Credential=${id}/`));
  assert.equal(findSignatureFault(request, { secretAccessKey: secret, region: REGION, service: 'xray' }), undefined);
}

/** Not sent, to be tried again, and told. */
function assertWaits(result: ExportResult, words: RegExp, stage: AwsStage, sent = 0): void {
  assert.equal(result.status, 'retryable', JSON.stringify(result));
  assert.match(result.message ?? '', words);
  assert.equal(result.message?.split('\n').length, 1);
  assert.equal(stage.backend.requests.length, sent);
}

test('without any credentials nothing is sent, and the next step is told', async () => {
  const stage = await openAwsStage();
  assertWaits(await stage.exporter().export(sampleBatch), /was not asked: there are no AWS credentials: run `aws sso login` or `aws configure`, or name a "profile"\.$/, stage);
});

test('credentials of a profile in the shared files sign, and those written later are seen', async () => {
  const stage = await openAwsStage();
  const exporter = stage.exporter({ profile: 'team' });
  assertWaits(await exporter.export(sampleBatch), /profile "team" is not in AWS's shared files, or gives no credentials: run `aws sts get-caller-identity --profile team`/, stage);
  stage.write('.aws/credentials', toProfile('team', keysOf('marten')));
  assert.deepEqual(await exporter.export(sampleBatch), { status: 'success' });
  assertSignedBy(stage, keysOf('marten'));
});

test('AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE say where the files are', async () => {
  const stage = await openAwsStage();
  stage.write('elsewhere/credentials', toProfile('default', keysOf('stoat')));
  stage.set('AWS_SHARED_CREDENTIALS_FILE', `${stage.folder}/elsewhere/credentials`);
  await stage.exporter().export(sampleBatch);
  assertSignedBy(stage, keysOf('stoat'));
});

test('a profile that is not there is not replaced by whoever else has credentials', async () => {
  const stage = await openAwsStage();
  const container = await stage.startServer();
  container.answer(() => ({ status: 200, body: JSON.stringify(toTold(keysOf('jackal'), Date.now() + HOUR_MILLIS)) }));
  stage.set('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${container.url}/creds`);
  assertWaits(await stage.exporter({ profile: 'absent' }).export(sampleBatch), /profile "absent" is not in AWS's shared files/, stage);
});

test('credentials of a container are asked for again when they end, and wait while they are not to be had', async () => {
  const stage = await openAwsStage();
  const container = await stage.startServer();
  const issue = (word: string, endMillis: number): void => container.answer(() => ({ status: 200, body: JSON.stringify(toTold(keysOf(word), endMillis)) }));
  stage.set('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${container.url}/creds`);
  const exporter = stage.exporter();
  issue('first', Date.now() + HOUR_MILLIS);
  await exporter.export(sampleBatch);
  await exporter.export(sampleBatch);
  assertSignedBy(stage, keysOf('first'));
  assert.equal(container.requests.length, 1, 'they are good for an hour');
  stage.backend.answer(() => ({ status: 403, headers: { 'x-amzn-errortype': 'ExpiredTokenException:' }, body: '{"message":"The security token included in the request is expired"}' }));
  assertWaits(await exporter.export(sampleBatch), /have expired or are not known there: renew them/, stage, 3);
  stage.backend.answer(() => ({ status: 200 }));
  issue('ended', Date.now() - 1000);
  assertWaits(await exporter.export(sampleBatch), /AWS credentials have expired/, stage, 3);
  container.answer(() => ({ status: 500 }));
  assertWaits(await exporter.export(sampleBatch), /was not asked/, stage, 3);
  issue('second', Date.now() + HOUR_MILLIS);
  assert.deepEqual(await exporter.export(sampleBatch), { status: 'success' });
  assertSignedBy(stage, keysOf('second'));
});

test('a credential_process signs; one that fails is told of without a word of its command', async () => {
  const stage = await openAwsStage();
  const { Token, ...rest } = toTold(keysOf('badger'), Date.now() + HOUR_MILLIS);
  stage.write('told.json', JSON.stringify({ Version: 1, SessionToken: Token, ...rest }));
  stage.write('.aws/config', `[profile works]\ncredential_process = cat ${stage.folder}/told.json\n[profile fails]\ncredential_process = echo hidden-password-wombat >&2 && false\n`);
  assert.deepEqual(await stage.exporter({ profile: 'works' }).export(sampleBatch), { status: 'success' });
  assertSignedBy(stage, keysOf('badger'));
  const result = await stage.exporter({ profile: 'fails' }).export(sampleBatch);
  assertWaits(result, /the credential_process of the profile "fails" gave no credentials: run `aws sts get-caller-identity --profile fails`/, stage, 1);
  assert.doesNotMatch(result.message ?? '', /wombat/);
});

test('a sign-in that is over is told of, and a later one is seen', async () => {
  const stage = await openAwsStage();
  const portal = await stage.startServer();
  const { AccessKeyId, SecretAccessKey, Token } = toTold(keysOf('grouse'), 0);
  portal.answer(() => ({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ roleCredentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token, expiration: Date.now() + HOUR_MILLIS } }) }));
  stage.set('AWS_ENDPOINT_URL_SSO', portal.url);
  stage.write('.aws/config', `[profile work]\nsso_start_url = https://example.org/start\nsso_region = ${REGION}\nsso_account_id = 123456789012\nsso_role_name = Writer\n`);
  const exporter = stage.exporter({ profile: 'work' });
  assertWaits(await exporter.export(sampleBatch), /the AWS sign-in of the profile "work" is over: run `aws sso login --profile work`\.$/, stage);
  // As the AWS CLI names it.
  const file = createHash('sha1').update('https://example.org/start').digest('hex');
  stage.write(`.aws/sso/cache/${file}.json`, JSON.stringify({ accessToken: 'signed-in-token', expiresAt: new Date(Date.now() + HOUR_MILLIS).toISOString() }));
  assert.deepEqual(await exporter.export(sampleBatch), { status: 'success' });
  assertSignedBy(stage, keysOf('grouse'));
});

test('what AWS answers is told without a piece of the credentials', async () => {
  const stage = await openAwsStage();
  const { id, secret, token = '' } = keysOf('weasel');
  stage.set('AWS_ACCESS_KEY_ID', id);
  stage.set('AWS_SECRET_ACCESS_KEY', secret);
  stage.set('AWS_SESSION_TOKEN', token);
  stage.backend.answer(({ headers }) => ({ status: 403, headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'InvalidSignatureException' }, body: JSON.stringify({ message: `mine ${headers['x-amz-security-token']} ${headers.authorization?.slice(-40)} ${id}` }) }));
  const result = await stage.exporter().export(sampleBatch);
  assertWaits(result, /the signature was not accepted: look at the clock of this machine, and at "region"/, stage, 1);
  for (const hidden of [id, secret, token, stage.backend.requests[0]?.headers.authorization?.slice(-40) ?? '']) assert.ok(!result.message?.includes(hidden), result.message);
});

test('only what can never succeed is a failure', async () => {
  const stage = await openAwsStage();
  const { id, secret } = keysOf('shrew');
  stage.set('AWS_ACCESS_KEY_ID', id);
  stage.set('AWS_SECRET_ACCESS_KEY', secret);
  const exporter = stage.exporter();
  const told = async (status: number, type: string): Promise<ExportResult> => {
    stage.backend.answer(() => ({ status, headers: { 'content-type': 'application/json' }, body: `{"__type":"com.amazonaws.xray#${type}","message":"no"}` }));
    return await exporter.export(sampleBatch);
  };
  for (const type of ['ExpiredTokenException', 'UnrecognizedClientException', 'ThrottlingException', 'AccessDeniedException', 'RequestExpired', 'MissingAuthenticationTokenException']) assert.equal((await told(400, type)).status, 'retryable', type);
  assert.equal((await told(400, 'ValidationException')).status, 'failure');
  assert.equal((await told(413, 'RequestTooLarge')).status, 'failure');
  assert.match((await told(403, 'AccessDeniedException')).message ?? '', /AWSXrayWriteOnlyAccess/);
});

test('errors of X-Ray in the form of OTLP are understood by their words', async () => {
  const stage = await openAwsStage();
  const { id, secret } = keysOf('vole');
  stage.write('.aws/credentials', toProfile('team', { id, secret }));
  const meanings: [number, string, RegExp][] = [
    [403, 'The security token included in the request is invalid.', /renew them, for example with `aws sso login --profile team`\.$/],
    [400, 'The security token included in the request is expired', /renew them/],
    [400, 'The OTLP API is supported with CloudWatch Logs as a Trace Segment Destination. Please enable it', /Transaction Search is off: run `aws xray update-trace-segment-destination --destination CloudWatchLogs --region eu-north-1 --profile team`\.$/],
    [403, 'User: arn:aws:iam::1:user/x is not authorized to perform: xray:PutTraceSegments', /AWSXrayWriteOnlyAccess/],
    [403, 'Signature expired: 20261121T230000Z is now earlier than 20261121T230500Z', /look at the clock of this machine/],
    [400, 'Rate exceeded', /asked too often/],
  ];
  for (const protocol of ['http/protobuf', 'http/json'] as const) {
    const exporter = stage.exporter({ profile: 'team', protocol });
    for (const [status, message, expected] of meanings) {
      stage.backend.answer(() => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code: 3, message }) }));
      const result = await exporter.export(sampleBatch);
      assert.equal(result.status, 'retryable', message);
      assert.match(result.message ?? '', expected);
    }
    stage.backend.answer(() => ({ status: 400, body: 'a span is larger than 200 KB' }));
    assert.equal((await exporter.export(sampleBatch)).status, 'failure');
  }
});

test('credentials that take longer than the timeout are not waited for', async () => {
  const stage = await openAwsStage();
  stage.write('.aws/config', '[profile slow]\ncredential_process = sleep 3\n');
  assertWaits(await stage.exporter({ profile: 'slow', timeoutMillis: 300 }).export(sampleBatch), /the AWS credentials did not come within the timeout/, stage);
});

test('credentials of the instance, of a role that another profile assumes, and of a web identity sign', async () => {
  const stage = await openAwsStage();
  const server = await stage.startServer();
  const { id, secret, token } = keysOf('osprey');
  const end = new Date(Date.now() + HOUR_MILLIS).toISOString();
  const xml = `<Credentials><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${token}</SessionToken><Expiration>${end}</Expiration></Credentials>`;
  server.answer(({ path, method, body }) => {
    if (path === '/latest/api/token') return { status: 200, body: 'metadata-token' };
    if (path === '/latest/meta-data/iam/security-credentials/') return { status: 200, body: 'writer' };
    if (path.startsWith('/latest/meta-data/iam/')) return { status: 200, body: JSON.stringify({ Code: 'Success', ...toTold({ id, secret, token }, Date.parse(end)) }) };
    const action = /Action=(\w+)/.exec(body.toString('utf8'))?.[1] ?? method;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body: `<${action}Response><${action}Result>${xml}</${action}Result></${action}Response>` };
  });
  stage.set('AWS_ENDPOINT_URL_STS', server.url);
  stage.set('AWS_REGION', REGION);
  stage.write('.aws/config', '[profile writer]\nrole_arn = arn:aws:iam::123456789012:role/writer\nsource_profile = base\n');
  stage.write('.aws/credentials', toProfile('base', keysOf('base')));
  assert.deepEqual(await stage.exporter({ profile: 'writer' }).export(sampleBatch), { status: 'success' });
  assertSignedBy(stage, { id, secret });
  stage.write('identity.jwt', 'a.web.identity');
  stage.set('AWS_WEB_IDENTITY_TOKEN_FILE', `${stage.folder}/identity.jwt`);
  stage.set('AWS_ROLE_ARN', 'arn:aws:iam::123456789012:role/web');
  assert.deepEqual(await stage.exporter().export(sampleBatch), { status: 'success' });
  assertSignedBy(stage, { id, secret });
  stage.set('AWS_WEB_IDENTITY_TOKEN_FILE', '');
  stage.set('AWS_EC2_METADATA_DISABLED', 'false');
  stage.set('AWS_EC2_METADATA_SERVICE_ENDPOINT', server.url);
  assert.deepEqual(await stage.exporter().export(sampleBatch), { status: 'success' });
  assertSignedBy(stage, { id, secret });
  assert.ok(server.requests.some(({ path }) => path.startsWith('/latest/meta-data')));
});
