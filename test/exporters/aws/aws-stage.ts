/** A machine with AWS's variables and files as a test wants them, and a backend that keeps what it is sent. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'node:test';
import type { Destination, Exporter } from '#spoor/exporters/exporter.ts';
import { createOtlpHttpExporter } from '#spoor/exporters/otlp-http.ts';
import { destinationOf } from '../../contracts/exporter.ts';
import { removeFolder } from '../../support/remove-folder.ts';
import { startRawServer, type RawServer } from '../../support/raw-server.ts';

export const REGION = 'eu-north-1';

export interface AwsStage {
  folder: string;
  backend: RawServer;
  /** The home that AWS's files stand in. */
  write(path: string, text: string): void;
  /** A variable of this process until the test is over. */
  set(name: string, value: string): void;
  exporter(some?: Partial<Destination>): Exporter;
  startServer(): Promise<RawServer>;
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A machine without credentials: an empty home, and no metadata service. */
export async function openAwsStage(): Promise<AwsStage> {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-aws-'));
  cleanups.push(() => removeFolder(folder));
  const set = (name: string, value: string | undefined): void => {
    const before = process.env[name];
    cleanups.push(() => (before === undefined ? delete process.env[name] : (process.env[name] = before)));
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const name of Object.keys(process.env).filter((one) => one.startsWith('AWS_'))) set(name, undefined);
  set('HOME', folder);
  set('AWS_EC2_METADATA_DISABLED', 'true');
  const startServer = async (): Promise<RawServer> => {
    const server = await startRawServer();
    cleanups.push(() => server.stop());
    return server;
  };
  const backend = await startServer();
  return {
    folder, backend, set, startServer,
    write(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { mode: 0o600 });
    },
    exporter(some = {}) {
      const exporter = createOtlpHttpExporter(destinationOf({ exporter: 'otlp-http', url: `${backend.url}/v1/traces`, auth: 'sigv4', region: REGION, ...some }));
      cleanups.push(() => exporter.close());
      return exporter;
    },
  };
}

export interface Keys {
  id: string;
  secret: string;
  token?: string;
}

/** Credentials that look like AWS's and are nobody's. */
export function keysOf(word: string): Keys {
  return { id: `AKIA${word.toUpperCase().padEnd(16, 'Q')}`, secret: `${word}/secret+of40characters/that/nobody+has`, token: `${word}//token==` };
}
