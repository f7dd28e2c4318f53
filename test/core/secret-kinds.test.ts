import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SECRET_KINDS } from '#spoor/core/secret-kinds.ts';
import { scrubSecrets } from '#spoor/processors/scrub.ts';
import { findSecretProperty } from '#spoor/processors/secret-assignments.ts';
import { SECRET_PATTERNS } from '#spoor/processors/secret-patterns.ts';

test('every mark of the scrubber has a name that is known', () => {
  const value = 'q8Zr2Lm5Xv9Tb3Nw7Kp1Hs6Yd4Fc0Gj';
  const names = ['api', 'access', 'account', 'private', 'signing', 'encryption', 'auth', 'license'].map((one) => `${one}_key`);
  const assigned = [...names, 'password', 'secret', 'token', 'credential'].map((name) => findSecretProperty(name, value) ?? assert.fail(name));
  const texts = [`Authorization: Bearer ${value}`, `Authorization: Basic ${value}`, `Authorization: Digest ${value}`, `curl -u ada:${value} x`, `https://ada:${value}@host.example/`, `-----BEGIN PRIVATE KEY-----\n${value}\n-----END PRIVATE KEY-----`];
  const marked = texts.flatMap((text) => [...scrubSecrets(text).text.matchAll(/\[redacted:([^\]]+)\]/g)].map(([, kind]) => kind ?? ''));
  assert.ok(marked.length >= 4, marked.join(' '));
  for (const kind of [...SECRET_PATTERNS.map((pattern) => pattern.kind), ...assigned, ...marked]) assert.ok(SECRET_KINDS.includes(kind), kind);
});
