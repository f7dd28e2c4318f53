/**
 * The OpenTelemetry SDK for JavaScript, as a service that is traced with it has it: installed once into a cache folder, without any install
 * script. `node scripts/backends/otel-js.ts` installs it and says where.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutOwnPrograms } from '../pack/node-release.ts';
import { cacheFolder, installOnce, runProgram, say } from './installing.ts';

/** Pinned; what they need of each other is pinned by themselves. Another list is another folder. */
const PACKAGES: Readonly<Record<string, string>> = {
  '@opentelemetry/api': '1.10.0',
  '@opentelemetry/resources': '3.1.0',
  '@opentelemetry/sdk-trace': '3.1.0',
  '@opentelemetry/sdk-logs': '3.1.0',
  '@opentelemetry/sdk-metrics': '3.1.0',
  '@opentelemetry/exporter-trace-otlp-proto': '0.301.0',
  '@opentelemetry/exporter-trace-otlp-http': '0.301.0',
  '@opentelemetry/exporter-logs-otlp-proto': '0.301.0',
  '@opentelemetry/exporter-logs-otlp-http': '0.301.0',
  '@opentelemetry/exporter-metrics-otlp-proto': '0.301.0',
  '@opentelemetry/exporter-metrics-otlp-http': '0.301.0',
};
const HINT = 'npm comes with Node.js.';

/** Installs it (some seconds and 15 MB, the second time nothing) and gives the path of a program that sends with it: see `otel-js-app.mjs`. Throws one sentence when npm cannot. */
export async function installOtelJs(): Promise<string> {
  const folder = cacheFolder(`otel-js-${createHash('sha256').update(JSON.stringify(PACKAGES)).digest('hex').slice(0, 8)}`);
  await installOnce(folder, async () => {
    say(`installing the OpenTelemetry SDK for JavaScript into ${folder}`);
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: PACKAGES }));
    const env = { ...process.env, PATH: withoutOwnPrograms(process.env.PATH ?? '') };
    await runProgram('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { hint: HINT, cwd: folder, env });
  });
  // Beside its packages, or it would not find them; anew each time, because it is ours.
  const program = join(folder, 'app.mjs');
  copyFileSync(join(import.meta.dirname, 'otel-js-app.mjs'), program);
  return program;
}

if (import.meta.main) console.log(await installOtelJs());
