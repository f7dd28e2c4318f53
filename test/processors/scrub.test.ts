import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scrubSecrets, scrubValue } from '#spoor/processors/scrub.ts';

/** Text of this length that no reader would call readable, made from letters and digits. */
function noise(length: number, alphabet = 'aB3dE5gH7jK9mN1pQ2sT4vW6yZ8'): string {
  return Array.from({ length }, (_, index) => alphabet[(index * 7 + 3) % alphabet.length]).join('');
}

// Built from pieces: a scanner of repositories should find no secret in this file.
const AWS_ID = `AK${'IA'}IOSFODNN7ABCDEFG`;
const AWS_SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYzzzzzzKEY0';
const GITHUB = `gh${'p_'}${noise(36)}`;
const JWT = `ey${'JhbGciOiJIUzI1NiJ9'}.ey${'JzdWIiOiIxMjM0NTY3ODkwIn0'}.${noise(43)}`;
const PRIVATE_KEY = `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${noise(64)}\n${noise(64)}\n-----END RSA ${'PRIVATE'} KEY-----`;

/** [text, what must be gone, the kind that stands there] */
const SECRETS: [string, string, string][] = [
  [`id ${AWS_ID} here`, AWS_ID, 'aws-access-key-id'],
  [`aws_secret_access_key = ${AWS_SECRET}`, AWS_SECRET, 'access-key'],
  [`AWS_SECRET_ACCESS_KEY=${AWS_SECRET}`, AWS_SECRET, 'access-key'],
  [`"SecretAccessKey": "${AWS_SECRET}"`, AWS_SECRET, 'access-key'],
  [`AWS_SESSION_TOKEN=${noise(300)}`, noise(300), 'token'],
  [`git clone https://${GITHUB}@github.com/a/b`, GITHUB, 'github-token'],
  [`github_pat_${noise(22)}_${noise(59)}`, noise(59), 'github-token'],
  [`glpat-${noise(20)}`, noise(20), 'gitlab-token'],
  [`xoxb-${'123456789012'}-${noise(24)}`, noise(24), 'slack-token'],
  [`https://hooks.slack.com/services/T0000/B0000/${noise(24)}`, noise(24), 'slack-webhook'],
  [`//registry.npmjs.org/:_authToken=npm_${noise(36)}`, noise(36), 'npm-token'],
  [`//registry.example.org/:_auth=${noise(30)}==`, noise(30), 'credential'],
  [`pypi-AgEIcHlwaS5vcmc${noise(60)}`, noise(60), 'pypi-token'],
  [`sk_live_${noise(24)}`, noise(24), 'stripe-key'],
  [`AIza${noise(35)}`, noise(35), 'google-api-key'],
  [`ya29.${noise(60)}`, noise(60), 'google-token'],
  [`sk-proj-${noise(40)}`, noise(40), 'openai-key'],
  [`sk-${noise(48)}`, noise(48), 'openai-key'],
  [`sk-ant-api03-${noise(80)}`, noise(80), 'anthropic-key'],
  [`hf_${noise(34)}`, noise(34), 'huggingface-token'],
  [`7123456789:AA${noise(33)}`, noise(33), 'telegram-token'],
  [`https://x.blob.core.windows.net/c/f?sv=2022&sig=${noise(43)}%3D&se=1`, noise(43), 'azure-sas'],
  [`AccountName=x;AccountKey=${noise(86)}==;EndpointSuffix=core.windows.net`, noise(86), 'account-key'],
  [`cookie: session=${JWT}; a=b`, JWT, 'jwt'],
  [PRIVATE_KEY, noise(64), 'private-key'],
  [JSON.stringify({ key: PRIVATE_KEY }), noise(64), 'private-key'],
  [JSON.stringify(JSON.stringify({ key: PRIVATE_KEY })), noise(64), 'private-key'],
  [PRIVATE_KEY.slice(0, 150), noise(64), 'private-key'],
  [`curl -H 'Authorization: Bearer ${noise(30)}' https://x`, noise(30), 'bearer-token'],
  ['{"authorization":"Basic dXNlcjpwYXNz"}', 'dXNlcjpwYXNz', 'basic-credentials'],
  ['Authorization: token 0123456789abcdef', '0123456789abcdef', 'authorization'],
  [`bearer ${noise(20)}`, noise(20), 'bearer-token'],
  ['curl -u admin:s3cret! https://x', 's3cret!', 'password'],
  ['postgres://app:s3cr%40t@db.internal:5432/app', 's3cr%40t', 'url-password'],
  ['mongodb+srv://u:p@ss@cluster0.mongodb.net/x', 'p@ss@', 'url-password'],
  ['redis://:hunter2@localhost:6379/0', 'hunter2', 'url-password'],
  ['Server=db;User Id=sa;Password=Tr0ub4dor;Encrypt=true', 'Tr0ub4dor', 'password'],
  ['DB_PASSWORD=hunter2', 'hunter2', 'password'],
  ['DB_PASSWORD=letmein', 'letmein', 'password'],
  ["export MYSQL_PWD='correct'", 'correct', 'password'],
  ['password: hunter2', 'hunter2', 'password'],
  ['  password: letmein\n', 'letmein', 'password'],
  ['password = "p@ss word 1"', 'p@ss word 1', 'password'],
  ['{"password": "hunter2"}', 'hunter2', 'password'],
  [JSON.stringify(JSON.stringify({ password: 'hunter2' })), 'hunter2', 'password'],
  ["{'passwd': 'hunter2'}", 'hunter2', 'password'],
  ["config['password'] = 'hunter2'", 'hunter2', 'password'],
  ['<password>hunter2</password>', 'hunter2', 'password'],
  ['mysql --password hunter2 -e x', 'hunter2', 'password'],
  ['tool --token 9f8e7d6c5b4a', '9f8e7d6c5b4a', 'token'],
  ['tool --api-key=abc123def456', 'abc123def456', 'api-key'],
  ['X-Api-Key: abc123def456ghi', 'abc123def456ghi', 'api-key'],
  ['https://x/y?access_token=abc123def456&z=1', 'abc123def456', 'token'],
  ['client_secret: "abc-123-def"', 'abc-123-def', 'secret'],
  ['secret=5f2b7c9e1a3d4f60', '5f2b7c9e1a3d4f60', 'secret'],
  ['line one\\npassword=hunter2\\nline three', 'hunter2', 'password'],
  [`first\\n${GITHUB}`, GITHUB, 'github-token'],
  [`\u001b[32m${GITHUB}\u001b[0m`, GITHUB, 'github-token'],
  ['password=hunter2&user=me', 'hunter2', 'password'],
];

/** Texts that look a little like secrets and must stay as they are. */
const INNOCENT: string[] = [
  'commit 8be9ada3c1f2e4d5b6a79881726354a5b6c7d8e9',
  'index 8be9ada..77aa001 100644',
  '550e8400-e29b-41d4-a716-446655440000',
  'tooluse_ugruPoC676BPub6bllIw4o',
  'toolu_01A09q90qw90lq917835lq9 call_abc123DEF456ghi789',
  `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${noise(400)}==`,
  `"integrity": "sha512-${noise(86)}=="`,
  '/home/me/project/src/secrets/token.ts:12',
  'PWD=/home/me/project',
  'pwd: /home/me/project',
  'const token = nextToken()',
  'let token = this.tokens[index];',
  'const { token, secret } = await load();',
  'token: accessToken,',
  'if (token === undefined) return;',
  'if (password == "x") {}',
  'password: string;',
  'password?: string',
  'password: z.string().min(8)',
  'password: Optional[str] = None',
  'def login(user, password=None):',
  'connect(user=user, password=password)',
  'password = os.environ["DB_PASSWORD"]',
  'password = getpass.getpass()',
  'apiKey: process.env.API_KEY,',
  'apiKey: config.apiKey,',
  'api_key = os.getenv("KEY")',
  'API_KEY=$API_KEY',
  'API_KEY=${API_KEY:-}',
  'password: ${{ secrets.DB_PASSWORD }}',
  'TOKEN=$(cat token.txt)',
  'password: "<your password>"',
  'password=********',
  'authorization: env:PHOENIX_API_KEY',
  'Authorization: Bearer $TOKEN',
  'Bearer authentication is required; use a bearer token',
  'Basic understanding of authentication',
  'max_tokens: 4096, "input_tokens": 1234, token_count=17',
  '"token_type": "bearer"',
  '"nextToken": "AAAAAbbbbb12345=="',
  '"token": "StringLiteralExpression"',
  'secretName: my-app-secret-1',
  '"secret": "prod/database/credentials"',
  'PublicKeyToken=b77a5c561934e089',
  'private_key: /etc/ssl/private/server.key',
  'the password is required: enter it below',
  'Password: must contain at least 8 characters',
  '# pass 1234\n# fail 0',
  'pass: 1234',
  'sk-fading-circle-container-element-wrapper',
  'http://localhost:8080/a@2',
  'http://localhost:8080/?mail=a@example.org',
  'git@github.com:org/repo.git ssh://git@github.com:22/org/repo',
  'postgres://app:${DB_PASSWORD}@db/app',
  'docker run -u 1000:1000 alpine',
  '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  'grep -r "BEGIN PRIVATE KEY" . # -----BEGIN PRIVATE KEY----- is what it looks for',
  'Token::new(kind), Secret::default()',
  'tokenizer: "cl100k_base"',
  'npm_config_registry=https://registry.npmjs.org/',
  'env:NAME file:/run/secrets/key',
  'List<Token> tokens = parse1(input);',
  "password = getpass.getpass('Password: ')",
  'pass --username and --password options instead',
  "SERVER_AUTH = '1.3.6.1.5.5.7.3.1'",
  "_token = r'(?:[%s]+|%s)' % (a1, b2)",
  'self, private_key: ed25519.Ed25519PrivateKey, other',
  ':type passphrase: :py:data:`bytes`',
  'CHALLENGE_PASSWORD: "challengePassword"',
  '`{"password": "…"}` and `<password>…</password>`',
  'Accept the terms? password-stdin --password-stdin',
];

test('every kind of secret is replaced by its name, and what stands around it stays', () => {
  for (const [text, secret, kind] of SECRETS) {
    const { text: scrubbed, count } = scrubSecrets(`before\n${text}\nafter`);
    assert.ok(!scrubbed.includes(secret), `${text} → ${scrubbed}`);
    assert.ok(scrubbed.includes(`[redacted:${kind}]`), `${kind} expected in ${scrubbed}`);
    assert.ok(scrubbed.startsWith('before\n') && scrubbed.endsWith('\nafter'), scrubbed);
    assert.ok(count >= 1);
  }
});

test('what only looks like a secret stays as it is', () => {
  for (const text of INNOCENT) assert.deepEqual(scrubSecrets(text), { text, count: 0 });
  const all = INNOCENT.join('\n');
  assert.equal(scrubSecrets(all).text, all);
});

test('every secret in a long text is found', () => {
  const { text, count } = scrubSecrets(SECRETS.map(([secret]) => secret).join('\n\n'));
  for (const [, secret] of SECRETS) assert.ok(!text.includes(secret), secret);
  assert.ok(count >= SECRETS.length);
});

test('scrubbing twice is scrubbing once', () => {
  const piece = fc.oneof(
    fc.constantFrom(...SECRETS.map(([text]) => text), ...INNOCENT),
    fc.constantFrom('password', 'token', 'secret', 'api_key', '=', ': ', '"', "'", '\\"', '\n', ' ', '://', '@', ':', 'eyJ', '.', 'Bearer ', 'Authorization: ', '[redacted:', ']', '-----', '<', '>', '--'),
    fc.string({ maxLength: 6 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const once = scrubSecrets(pieces.join(''));
      assert.deepEqual(scrubSecrets(once.text), { text: once.text, count: 0 });
    }),
    { numRuns: 3_000 },
  );
});

test('a JSON text stays JSON, whatever secrets stand in its strings', () => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, fc.constantFrom(...SECRETS.map(([text]) => text), ...INNOCENT), fc.string(), fc.integer(), fc.constant(null), fc.array(tie('value')), fc.dictionary(fc.constantFrom('password', 'a', 'token', '__proto__', GITHUB), tie('value'))),
  })).value;
  fc.assert(
    fc.property(value, (item) => {
      const text = JSON.stringify(item);
      assert.doesNotThrow(() => JSON.parse(scrubSecrets(text).text), text);
      const copy = scrubValue(JSON.parse(text)).value;
      assert.equal(scrubValue(copy).count, 0);
      assert.deepEqual(JSON.parse(JSON.stringify(copy)), copy);
    }),
    { numRuns: 1_000 },
  );
});

test('in a JSON value a secret is known by its name, too; other values and the shape stay', () => {
  const input = JSON.parse(`{"user":"me","password":"letmein","n":[1,null,true,{"api_key":"abc123def456","tokens":12}],"__proto__":{"note":"see ${GITHUB}"},"token":7}`) as unknown;
  const { value, count } = scrubValue(input);
  assert.equal(count, 3);
  assert.equal(
    JSON.stringify(value),
    '{"user":"me","password":"[redacted:password]","n":[1,null,true,{"api_key":"[redacted:api-key]","tokens":12}],"__proto__":{"note":"see [redacted:github-token]"},"token":7}',
  );
  assert.equal(({} as { note?: string }).note, undefined);
});

test('nesting as deep as JSON.parse takes it does not break the walk', () => {
  const depth = 50_000;
  let value = scrubValue(JSON.parse(`${'['.repeat(depth)}"${GITHUB}"${']'.repeat(depth)}`)).value;
  for (let level = 0; level < depth; level++) value = (value as unknown[])[0];
  assert.equal(value, '[redacted:github-token]');
});

/** Pieces that, repeated, would drive a careless pattern to try again and again. */
const HOSTILE = [
  'a', ' ', '\\', '"', '.', ':', '@', '/', 'token=', 'token="', "password='", 'password:', 'pass', 'eyJ', 'eyJ.', '.eyJ', '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----A -----END', '://', 'a://b:c', 'ghp_', 'sk-', 'sk-ant-', 'bearer ', 'authorization:', 'authorization="', 'glpat-', '<password>', '--token ',
  'AKIA', 'curl -u a:b ', 'nexttoken=', 'password=${', 'token=/a/a/a', 'token=a.a.a.', 'secret: "aaaa-aaaa-', 'password=\\"', '\\\\\\"token', 'xox', 'SG.', '&sig=',
];

/** Processor time of this process, at best: the machine may be busy with other things. */
function bestMillis(text: string): number {
  return Math.min(...Array.from({ length: 3 }, () => {
    const start = process.cpuUsage();
    scrubSecrets(text);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  }));
}

test('the work grows with the length of a text, not faster, whatever is repeated in it', () => {
  const size = 50_000;
  for (const piece of HOSTILE) {
    const short = piece.repeat(Math.ceil(size / piece.length));
    scrubSecrets(short);
    const long = short.repeat(8);
    // Eight times the text: quadratic work would be 64 times as much, however often it is measured; a busy machine disturbs some of them.
    let ratio = Infinity;
    for (let attempt = 0; attempt < 5 && ratio >= 32; attempt++) ratio = Math.min(ratio, bestMillis(long) / Math.max(bestMillis(short), 1));
    assert.ok(ratio < 32, `${JSON.stringify(piece)}: ${ratio.toFixed(1)} times the work for 8 times the text`);
  }
});

test('one run of 50 MB neither throws nor is left half scrubbed', () => {
  const run = 'b1'.repeat(25_000_000);
  for (const head of [`gh${'p_'}${noise(36)}`, 'Bearer ', 'password=', 'authorization: x', 'http://a:b']) {
    const { text } = scrubSecrets(head + run + (head.startsWith('http') ? '@host' : ''));
    assert.ok(text.length < 100, `${head}: ${text.length} characters are left`);
  }
});
