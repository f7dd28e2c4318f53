/** Keys of a destination at AWS, and what its collector inherits. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadConfig } from '#spoor/config/config.ts';
import { findAwsRegion } from '#spoor/config/destination/address.ts';
import { homeAt } from '#spoor/config/home.ts';
import { findReferencedVariables } from '#spoor/config/resolve-destination.ts';
import type { Destination } from '#spoor/exporters/exporter.ts';
import { removeFolder } from '../support/remove-folder.ts';

function load(t: TestContext, fields: string): { destinations: Destination[]; problems: string[] } {
  const root = mkdtempSync(join(tmpdir(), 'spoor-config-'));
  t.after(() => removeFolder(root));
  const home = homeAt(root);
  writeFileSync(home.configFile, `destinations:\n  cloud: {${fields}}\n`);
  const { value, problems } = loadConfig(home, { home: root, env: {}, platform: 'linux' });
  return { destinations: value.destinations, problems: problems.map(({ detail }) => detail) };
}

function awsOf({ destinations: [one] }: { destinations: Destination[] }): Pick<Destination, 'auth' | 'region' | 'profile'> | undefined {
  return one && { auth: one.auth, region: one.region, profile: one.profile };
}

test('an address of X-Ray is signed for, in the region that it names', (t) => {
  const loaded = load(t, 'url: https://xray.eu-north-1.amazonaws.com, profile: team');
  assert.deepEqual([awsOf(loaded), loaded.destinations[0]?.url, loaded.problems], [{ auth: 'sigv4', region: 'eu-north-1', profile: 'team' }, 'https://xray.eu-north-1.amazonaws.com/v1/traces', []]);
  assert.equal(awsOf(load(t, 'url: https://xray.eu-north-1.amazonaws.com, region: us-east-1'))?.region, 'us-east-1');
});

test('any address is signed for that says so, and needs a region', (t) => {
  assert.deepEqual(awsOf(load(t, 'url: https://vpce-1.example.org, auth: sigv4, region: us-east-1')), { auth: 'sigv4', region: 'us-east-1', profile: undefined });
  assert.match(load(t, 'url: https://vpce-1.example.org, auth: sigv4').problems.join(), /"auth: sigv4" needs a "region", for example us-west-2/);
  assert.match(load(t, 'url: https://vpce-1.example.org, auth: basic').problems.join(), /"auth" must be sigv4/);
  assert.deepEqual(awsOf(load(t, 'url: http://localhost:4318, region: us-east-1')), { auth: undefined, region: 'us-east-1', profile: undefined });
});

test('what is X-Ray', () => {
  const regions = ['https://xray.us-west-2.amazonaws.com/v1/traces', 'https://xray.cn-north-1.amazonaws.com.cn', 'https://xray-fips.us-gov-west-1.amazonaws.com', 'https://xray.ap-southeast-3.api.aws'].map(findAwsRegion);
  assert.deepEqual(regions, ['us-west-2', 'cn-north-1', 'us-gov-west-1', 'ap-southeast-3']);
  for (const url of ['https://xray.us-west-2.amazonaws.com.example.org', 'https://example.org/xray.us-west-2.amazonaws.com', 'https://logs.us-west-2.amazonaws.com', 'nothing']) assert.equal(findAwsRegion(url), undefined);
});

test("AWS's variables reach the collector only where something is signed", (t) => {
  const plain = findReferencedVariables(load(t, 'url: https://otlp.example.org, headers: {authorization: "env:KEY"}').destinations);
  assert.deepEqual(plain, ['KEY']);
  const signed = findReferencedVariables(load(t, 'url: https://xray.eu-north-1.amazonaws.com, headers: {x-aws-log-group: "env:GROUP"}').destinations);
  for (const name of ['GROUP', 'AWS_PROFILE', 'AWS_CONFIG_FILE', 'AWS_ACCESS_KEY_ID', 'AWS_CONTAINER_CREDENTIALS_FULL_URI']) assert.ok(signed.includes(name), name);
});
