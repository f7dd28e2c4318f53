/** An agent's own telemetry: is it taken where it is sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Agent } from '#spoor/agents/agent.ts';
import { homeAt } from '#spoor/config/home.ts';
import { telemetryCheck } from '#spoor/doctor/checks/telemetry.ts';
import type { DoctorContext } from '#spoor/doctor/doctor-context.ts';

const ADDRESS = 'http://127.0.0.1:4318';

function check(given: { servedAt?: string; token?: string; headers?: string; isUnreadable?: true }): readonly (string | undefined)[][] {
  const agent = { id: 'heron', title: 'Heron', installer: { nativeAddress: () => ADDRESS } } as unknown as Agent;
  const { servedAt, token, headers, isUnreadable } = given;
  const context = {
    home: homeAt('/home/ada/.spoor'), agents: [agent], environment: { home: '/home/ada', env: headers === undefined ? {} : { OTEL_EXPORTER_OTLP_HEADERS: headers }, platform: 'linux' },
    config: { value: { destinations: [], receiver: { ...(token === undefined ? {} : { token }), ...(isUnreadable && { isUnreadable }) } }, problems: [] }, ...(servedAt === undefined ? {} : { servedAt }),
  } as unknown as DoctorContext;
  const findings = telemetryCheck.run(context);
  assert.ok(Array.isArray(findings));
  return findings.map(({ state, next }) => [state, next]);
}

test('nobody serves, another port is served, it is taken in', () => {
  assert.deepEqual(check({}), [['attention', 'spoor serve --port 4318']]);
  assert.deepEqual(check({ servedAt: 'http://127.0.0.1:5000/' }), [['attention', 'spoor serve --port 4318']]);
  assert.deepEqual(check({ servedAt: `${ADDRESS}/` }), [['ok', undefined]]);
});

test('who may send cannot be read: nobody may', () => {
  const [[state, next] = []] = check({ servedAt: ADDRESS, isUnreadable: true });
  assert.equal(state, 'attention');
  assert.match(next ?? '', /^mend "receiver" of .*config\.yaml/);
});

test('a token that is asked for and stands in none of our settings is told, unless this shell has it', () => {
  const [[state, next] = []] = check({ servedAt: ADDRESS, token: 'env:T' });
  assert.equal(state, 'attention');
  assert.match(next ?? '', /take receiver\.token out of .*config\.yaml, or give Heron the header x-spoor-token/);
  assert.deepEqual(check({ servedAt: ADDRESS, token: 'env:T', headers: 'a=b, X-Spoor-Token=t' }), [['ok', undefined]]);
  assert.equal(check({ servedAt: ADDRESS, token: 'env:T', headers: 'not-x-spoor-token=1' })[0]?.[0], 'attention');
});
