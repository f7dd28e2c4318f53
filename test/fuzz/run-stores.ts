/** Whole histories on disk with their bytes spoiled, read by the stores as they stand: nothing throws, and nothing is changed. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { kiroHistory } from '#spoor/agents/kiro/history.ts';
import { writeDatabase } from '../agents/kiro/v1/sample-conversation.ts';
import { checkFacts, checkProblems } from './check-facts.ts';
import { V2_RECORDS, V3_SUB_MESSAGES, v1Conversation, v2Sidecar, v3Messages, v3Session } from './history-samples.ts';
import { createRandom, type Random } from './random.ts';

const DATABASE = '.local/share/kiro-cli/data.sqlite3';
const V3 = '.kiro/sessions/0123456789abcdef/sess_1';

/** Spoils one file of a home `count` times, each time anew. Gives what was wrong, a sentence each; at most twenty. */
export function runStores(seed: number, count: number): string[] {
  const random = createRandom(seed);
  const root = mkdtempSync(join(tmpdir(), 'spoor-fuzz-'));
  try {
    const files = writeHome(root);
    const faults: string[] = [];
    for (let n = 0; n < count && faults.length < 20; n++) {
      // The database is the largest and the oddest.
      const name = random.chance(0.4) ? DATABASE : random.pick([...files.keys()]);
      const bytes = spoilBytes(files.get(name) ?? Buffer.alloc(0), random);
      writeFileSync(join(root, name), bytes);
      faults.push(...readAll(root).map((fault) => `mutant ${n}, ${name}: ${fault}`));
      if (!readFileSync(join(root, name)).equals(bytes)) faults.push(`mutant ${n}: ${name} was changed`);
      writeFileSync(join(root, name), files.get(name) ?? '');
    }
    const left = readdirSync(dirname(join(root, DATABASE)));
    return left.length === 1 ? faults : [...faults, `beside the database: ${left.join(' ')}`];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function writeHome(root: string): Map<string, Buffer> {
  const lines = (records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const texts: [string, string][] = [
    ['.kiro/sessions/cli/s1.jsonl', lines(V2_RECORDS)], ['.kiro/sessions/cli/s1.json', JSON.stringify(v2Sidecar('s1'))], [`${V3}/messages.jsonl`, lines(v3Messages('sub-1'))],
    [`${V3}/session.json`, JSON.stringify(v3Session('sess_1'))], [`${V3}/sub-executions/sub-1.jsonl`, lines(V3_SUB_MESSAGES)],
  ];
  for (const [name, text] of texts) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const rows = [0, 1, 2].map((n) => ({ key: '/home/ada/loom', id: `v1-${n}`, value: v1Conversation(`v1-${n}`), updated: 1_778_051_300_000 + n }));
  writeDatabase(join(root, DATABASE), rows, { older: [{ key: '/old', value: v1Conversation('old') }] });
  return new Map([...texts.map(([name]) => name), DATABASE].map((name) => [name, readFileSync(join(root, name))]));
}

function spoilBytes(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const noise = Buffer.from(Array.from({ length: 1 + random.below(100) }, () => random.below(256)));
  switch (random.below(7)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(Math.min(bytes.length, at + noise.length))]);
    case 3:
      return Buffer.from(bytes.toString('latin1').replaceAll('\n', random.pick(['\r\n', '\r', '', '\n\n', '\u0000'])), 'latin1');
    case 4:
      return random.pick([Buffer.concat([Buffer.from('\ufeff'), bytes]), Buffer.from(bytes.toString('utf8'), 'utf16le'), Buffer.alloc(0), Buffer.alloc(4096)]);
    default: {
      const copy = Buffer.from(bytes);
      for (let n = 1 + random.below(20); n > 0; n--) copy[random.below(copy.length)] = random.below(256);
      return copy;
    }
  }
}

function readAll(root: string): string[] {
  try {
    const { sources, problems } = kiroHistory.discover({ home: root, env: {}, platform: 'linux' });
    const readings = sources.map((source) => kiroHistory.read(source));
    return [...checkProblems(problems), ...readings.flatMap(({ facts, problems: told }) => [...checkFacts(facts), ...checkProblems(told)])];
  } catch (error) {
    return [`threw ${String((error as Error).stack).split('\n').slice(0, 4).join(' | ')}`];
  }
}
