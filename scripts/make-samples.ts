/** `node scripts/make-samples.ts [folder]`: writes the sample sessions anew, by default into `samples/kiro/sessions/cli`. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVirtualClock } from '../test/stand-in/clock.ts';
import { playSession } from '../test/stand-in/play-session.ts';
import { sampleSessions } from '../test/stand-in/sample-sessions.ts';

/** The home of the person that the samples are about. */
const SAMPLE_HOME = '/home/ada';

const target = process.argv[2] ?? join(import.meta.dirname, '..', 'samples', 'kiro', 'sessions', 'cli');
const home = mkdtempSync(join(tmpdir(), 'spoor-samples-'));
try {
  for (const { script, startsAt } of sampleSessions) await playSession(script, { home, clock: createVirtualClock(Date.parse(startsAt)) });
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const from = join(home, '.kiro', 'sessions', 'cli');
  for (const name of readdirSync(from).filter((file) => /\.jsonl?$/.test(file))) {
    writeFileSync(join(target, name), readFileSync(join(from, name), 'utf8').replaceAll(home, SAMPLE_HOME));
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
