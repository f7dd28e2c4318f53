import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLoop } from '#spoor/receiver/find-loop.ts';

test('a destination at the own port is found under every name of this machine, and no other', () => {
  for (const url of ['http://127.0.0.1:4318/v1/traces', 'http://localhost:4318', 'http://[::1]:4318/v1/traces', 'http://127.9.9.9:4318/x', 'http://0.0.0.0:4318/v1/traces']) {
    assert.match(findLoop([{ name: 'file' }, { name: 'own', url }], 4318) ?? '', /"own" leads to port 4318/, url);
  }
  assert.match(findLoop([{ name: 'own', url: 'http://localhost/v1/traces' }], 80) ?? '', /"own"/);
  for (const url of ['http://127.0.0.1:6006/v1/traces', 'http://collector.example:4318/v1/traces', 'https://localhost/v1/traces', 'no address']) {
    assert.equal(findLoop([{ name: 'other', url }], 4318), undefined, url);
  }
});
