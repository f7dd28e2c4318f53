/** The AWS commands of docs/backends/xray.md say what AWS's own service descriptions know. Not part of `npm test`: it needs botocore. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '#spoor/config/config.ts';
import { homeAt } from '#spoor/config/home.ts';
import { installBotocore } from '../../scripts/backends/botocore.ts';
import { removeFolder } from '../support/remove-folder.ts';

const PAGE = readFileSync(join(dirname(dirname(import.meta.dirname)), 'docs', 'backends', 'xray.md'), 'utf8');

/** Names of services, operations and parameters as AWS's command line has them, and what botocore says of them. */
const PROGRAM = `
import json, sys
import botocore.session
from botocore.validate import ParamValidator
session = botocore.session.get_session()
for service, operation, params in json.load(sys.stdin):
    model = session.get_service_model(service).operation_model(operation)
    print(ParamValidator().validate(params, model.input_shape).generate_report())
`;

let botocoreFault: string | undefined;
const python = await installBotocore().catch((error: Error) => {
  botocoreFault = error.message;
  return '';
});

function toOperation(command: string): string {
  return command.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

test('every command with its parameters in JSON', { skip: botocoreFault ?? false }, () => {
  const commands = [...PAGE.matchAll(/aws (logs|cloudwatch) ([a-z-]+) --cli-input-json "\$\(cat <<'JSON'\n([\s\S]*?)\nJSON\n\)"/g)].map(([, service, command = '', text = '']) => [service, toOperation(command), JSON.parse(text) as unknown]);
  assert.equal(commands.length, PAGE.split('--cli-input-json').length - 1);
  assert.equal(commands.length, 11);
  const rule = JSON.parse(/--rule '([^']+)'/.exec(PAGE)?.[1] ?? '') as unknown;
  commands.push(['xray', 'UpdateIndexingRule', { Name: 'Default', Rule: rule }], ['xray', 'UpdateTraceSegmentDestination', { Destination: 'CloudWatchLogs' }]);
  const reports = execFileSync(python, ['-c', PROGRAM], { input: JSON.stringify(commands), encoding: 'utf8' });
  assert.equal(reports.trim(), '');
});

test('every metric that an alarm is over is made by a filter', () => {
  const made = new Set([...PAGE.matchAll(/"metricName": "(\w+)"/g)].map(([, name]) => name));
  const used = new Set([...PAGE.matchAll(/"MetricName": "(\w+)"/g)].map(([, name]) => name));
  assert.deepEqual([...used].filter((name) => !made.has(name)), []);
  assert.equal(made.size, 6);
});

test('the destination is one that can be read', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'spoor-xray-docs-'));
  t.after(() => removeFolder(root));
  const text = /```yaml\n(\s*destinations:[\s\S]*?)```/.exec(PAGE)?.[1] ?? '';
  writeFileSync(homeAt(root).configFile, text.replace(/^ {3}/gm, ''));
  const { value, problems } = loadConfig(homeAt(root), { home: root, env: {}, platform: 'linux' });
  assert.deepEqual(problems, []);
  assert.deepEqual([value.destinations[0]?.auth, value.destinations[0]?.region, value.destinations[0]?.profile], ['sigv4', 'us-west-2', 'team']);
});
