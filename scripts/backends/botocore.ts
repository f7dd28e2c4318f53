/**
 * AWS's own library for Python as an independent judge of signatures: installed once into a cache folder. `node scripts/backends/botocore.ts`
 * installs it and says where.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheFolder, installOnce, runProgram, say } from './installing.ts';

const BOTOCORE_VERSION = '1.44.5';
const HINT = 'Install Python 3 with venv and pip.';

/** A request as it came over the wire. */
export interface SignedRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: [string, string][];
  body: Buffer;
}

/** Whose signature it should be. */
export interface ExpectedSigner {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  service: string;
}

export interface Judge {
  /** Why the signature is wrong; undefined: botocore comes to the same. */
  findFault(request: SignedRequest, signer: ExpectedSigner): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Installs botocore (about 10 s and 30 MB, the second time nothing) and gives the path of its python. Throws one sentence when it cannot be had. */
export async function installBotocore(): Promise<string> {
  const folder = cacheFolder(`botocore-${BOTOCORE_VERSION}`);
  const python = join(folder, 'venv', 'bin', 'python');
  await installOnce(folder, async () => {
    say(`installing botocore ${BOTOCORE_VERSION} into ${folder}`);
    await runProgram('python3', ['-m', 'venv', join(folder, 'venv')], { hint: HINT });
    await runProgram(join(folder, 'venv', 'bin', 'pip'), ['install', '--no-input', '--progress-bar', 'off', `botocore==${BOTOCORE_VERSION}`], { hint: HINT });
  });
  return python;
}

/** Starts the judge. */
export async function startJudge(): Promise<Judge> {
  const child = spawn(await installBotocore(), [join(import.meta.dirname, 'sigv4-verifier.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async findFault({ body, ...request }, signer) {
      child.stdin.write(`${JSON.stringify({ ...request, ...signer, body: body.toString('base64') })}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('The verifier ended. What it said stands above.');
      return (JSON.parse(value) as { fault: string | null }).fault ?? undefined;
    },
    async stop() {
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
    },
  };
}

if (import.meta.main) console.log(await installBotocore());
