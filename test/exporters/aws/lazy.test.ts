/** AWS's library is loaded by whoever signs, and by nobody else. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startRawServer } from '../../support/raw-server.ts';

const PROGRAM = `
import { createRequire } from 'node:module';
import { createExporter } from '#spoor/exporters/index.ts';
import '#spoor/collector/run-collector.ts';
const [url, auth] = process.argv.slice(1);
const exporter = createExporter({
  name: 'a', exporter: 'otlp-http', url, protocol: 'http/protobuf', compression: 'none', headers: {}, timeoutMillis: 20_000,
  dialect: 'gen-ai', sharing: { content: {} }, ...(auth ? { auth, region: 'eu-north-1' } : {}),
});
const { status } = await exporter.export({ resourceSpans: [] });
const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => /@aws-sdk|@smithy/.test(path));
console.log(JSON.stringify({ status, loaded: loaded.length }));
await exporter.close();
`;

async function run(auth: string[]): Promise<{ status: string; loaded: number }> {
  const server = await startRawServer();
  try {
    const args = [...process.execArgv.filter((word) => word.startsWith('--conditions')), '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', PROGRAM, '--', server.url, ...auth];
    const env = { PATH: process.env.PATH, AWS_ACCESS_KEY_ID: 'AKIAQQQQ', AWS_SECRET_ACCESS_KEY: 'nobodys' };
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: process.cwd(), env });
    return JSON.parse(stdout) as { status: string; loaded: number };
  } finally {
    await server.stop();
  }
}

test('a destination that is not signed loads nothing of AWS', async () => {
  assert.deepEqual(await run([]), { status: 'success', loaded: 0 });
});

test('one that is signed loads it', async () => {
  const { status, loaded } = await run(['sigv4']);
  assert.equal(status, 'success');
  assert.ok(loaded > 0);
});
