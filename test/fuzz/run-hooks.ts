/** Real hook processes under real sh, fed with mutants: each must be silent and successful, and leave its bytes in the spool. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createHookStage, type HookRun, type HookStage } from '../support/hook-stage.ts';
import { HOOK_SESSIONS } from './hook-samples.ts';
import { mutateJson } from './mutate-json.ts';
import { createRandom, type Random } from './random.ts';

/** So many run at a time, each with a payload of its own. */
const AT_ONCE = 8;

/** Runs `count` of them. Gives what was wrong, a sentence each; at most twenty. */
export async function runHookMutants(seed: number, count: number): Promise<string[]> {
  const random = createRandom(seed);
  const stage = createHookStage();
  // Its collectors would empty the spool that is looked at here.
  stage.install({ entry: join(stage.folder, 'no-entry.mjs') });
  const faults: string[] = [];
  try {
    for (let done = 0; done < count && faults.length < 20; done += AT_ONCE) {
      const payloads = Array.from({ length: Math.min(AT_ONCE, count - done) }, () => toPayload(random));
      const runs = await Promise.all(payloads.map((payload) => stage.run(payload, { env: toEnvironment(random) })));
      faults.push(...runs.flatMap((run, index) => findNoise(run, payloads[index])), ...findLost(stage, payloads));
    }
  } finally {
    await stage.close();
  }
  return faults;
}

/** Mostly JSON, sometimes bytes; sometimes more than a pipe holds. */
function toPayload(random: Random): Buffer {
  const kind = random.below(20);
  if (kind === 0) return Buffer.from(Array.from({ length: random.below(3000) }, () => random.below(256)));
  if (kind === 1) return Buffer.alloc(0);
  if (kind === 2) return Buffer.alloc(100_000 + random.below(200_000), random.pick(['x', '\0', '\n', '{"a":', '\xff']));
  return Buffer.from(mutateJson(random.pick(random.pick(HOOK_SESSIONS)).payload, random.below(2 ** 32)));
}

/** Values that a shell might trip over. NUL cannot be in one. */
const VALUES: readonly string[] = ['', ' ', '$(touch /tmp/spoor-fuzz)', '`id`', "a'b", 'a"b', 'a\nb', '\\', '*', '-n', '%s%n', '../../x', 'ü'.repeat(3000), ';exit 2', '\u001b[31m', '{}'];
const NAMES: readonly string[] = ['KIRO_SESSION_ID', 'KIRO_HOME', 'SPOOR_HOME', 'SPOOR_USER_ID', 'TRACEPARENT', 'OTEL_SERVICE_NAME', 'IFS', 'PS4', 'CDPATH', 'LC_ALL', 'POSIXLY_CORRECT', 'EPOCHREALTIME', 'HOME', 'd', 'f', 's', 'i', 'p'];

function toEnvironment(random: Random): Record<string, string> {
  return Object.fromEntries(Array.from({ length: random.below(4) }, () => [random.pick(NAMES), random.pick(VALUES)]));
}

function findNoise({ code, signal, out, err, writeError }: HookRun, payload: Buffer | undefined): string[] {
  const isSilent = code === 0 && signal === null && out === '' && err === '' && writeError === undefined;
  return isSilent ? [] : [`${JSON.stringify({ code, signal, out, err, writeError })} for ${payload?.subarray(0, 500).toString('latin1')}`];
}

/** Every payload stands in a file of its own behind the header's end, byte for byte; then the files go. */
function findLost({ home }: HookStage, payloads: readonly Buffer[]): string[] {
  const names = readdirSync(home.spool);
  const kept = names.map((name) => readFileSync(join(home.spool, name)));
  for (const name of names) rmSync(join(home.spool, name));
  const end = Buffer.from('\0\0');
  const lost = payloads.filter((payload) => {
    const index = kept.findIndex((bytes) => bytes.subarray(bytes.length - payload.length).equals(payload) && bytes.subarray(bytes.length - payload.length - end.length, bytes.length - payload.length).equals(end));
    if (index !== -1) kept.splice(index, 1);
    return index === -1;
  });
  return [...lost.map((payload) => `not in the spool: ${payload.subarray(0, 500).toString('latin1')}`), ...(kept.length > 0 ? [`${kept.length} files that nobody sent`] : [])];
}
