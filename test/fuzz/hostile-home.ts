/** A user's home full of mutants: in the spool, as if hooks had left them, and in every history that Kiro's engines keep. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kiro } from '#spoor/agents/kiro/agent.ts';
import { createHome, homeAt, type Home } from '#spoor/config/home.ts';
import { writeDatabase, type Row } from '../agents/kiro/v1/sample-conversation.ts';
import { V2_RECORDS, V3_SUB_MESSAGES, v1Conversation, v2Sidecar, v3Messages, v3Session } from './history-samples.ts';
import { HOOK_SESSIONS } from './hook-samples.ts';
import { mutateJson } from './mutate-json.ts';
import { createRandom, type Random } from './random.ts';

export interface HostileHome {
  root: string;
  home: Home;
  /** For commands. */
  env: Record<string, string>;
  /** Events that were put into the spool, and how many of them are rejected wholly. */
  events: number;
  rejected: number;
  close(): void;
}

export interface HostileCounts {
  events: number;
  /** Of each engine. */
  sessions: number;
}

/** Above every pid that a system gives: their writers are dead. */
const FIRST_PID = 5_000_000;
/** The share of records that are mutants: the others must come through beside them. */
const WRONG = 0.3;

/** Makes one, its figures by the seed. */
export function createHostileHome(seed: number, counts: HostileCounts): HostileHome {
  const random = createRandom(seed);
  const root = mkdtempSync(join(tmpdir(), 'spoor-fuzz-'));
  const home = homeAt(join(root, '.spoor'));
  createHome(home);
  let rejected = 0;
  for (let n = 0; n < counts.events; n++) rejected += spoolMutant(home, FIRST_PID + n, random) ? 0 : 1;
  const rows: Row[] = [];
  for (let n = 0; n < counts.sessions; n++) {
    writeV2(root, `v2-${n}`, random);
    writeV3(root, `sess_${n}`, random);
    rows.push(toRow(`v1-${n}`, random));
  }
  writeDatabase(join(root, '.local', 'share', 'kiro-cli', 'data.sqlite3'), rows);
  const env = { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: home.root };
  return { root, home, env, events: counts.events, rejected, close: () => rmSync(root, { recursive: true, force: true }) };
}

function nextSeed(random: Random): number {
  return random.below(2 ** 32);
}

/** Gives whether a fact comes of it. */
function spoolMutant(home: Home, pid: number, random: Random): boolean {
  const sample = random.pick(random.pick(HOOK_SESSIONS));
  // Of few sessions, so that events meet each other and the histories.
  const session = random.pick(['v2-0', 'v2-1', 'sess_0', 'sess_1', 'v1-0']);
  const payload = 'session_id' in sample.payload ? { ...sample.payload, session_id: session } : sample.payload;
  const text = random.chance(WRONG) ? JSON.stringify(payload) : mutateJson(payload, nextSeed(random));
  const env = { ...sample.env, HOME: join(home.root, '..') };
  const head = ['spoor-hook 1', 'kiro', String(pid), '', ...Object.entries(env).map(([name, value]) => `${name}=${value}`), ''];
  const noise = random.chance(0.03) ? Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256))) : Buffer.alloc(0);
  const bytes = Buffer.concat([Buffer.from(text), noise]);
  writeFileSync(join(home.spool, `kiro-${pid}`), Buffer.concat([Buffer.from(`${head.join('\0')}\0`), bytes]), { mode: 0o600 });
  const facts = kiro.parsePayload({ agent: 'kiro', key: 'k', payload: bytes.toString('utf8'), truncated: false, at: { unixNano: 0n, source: 'hook' }, order: 0, env }).value;
  return facts !== undefined && facts.length > 0;
}

function toLines(records: readonly object[], random: Random): string {
  return `${records.map((record) => (random.chance(WRONG) ? mutateJson(record, nextSeed(random)) : JSON.stringify(record))).join('\n')}\n`;
}

function writeV2(root: string, id: string, random: Random): void {
  const folder = join(root, '.kiro', 'sessions', 'cli');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${id}.jsonl`), toLines(V2_RECORDS, random));
  writeFileSync(join(folder, `${id}.json`), random.chance(WRONG) ? mutateJson(v2Sidecar(id), nextSeed(random)) : JSON.stringify(v2Sidecar(id)));
}

function writeV3(root: string, id: string, random: Random): void {
  const folder = join(root, '.kiro', 'sessions', '0123456789abcdef', id);
  const child = `sub-${id}`;
  mkdirSync(join(folder, 'sub-executions'), { recursive: true });
  writeFileSync(join(folder, 'messages.jsonl'), toLines(v3Messages(child), random));
  writeFileSync(join(folder, 'sub-executions', `${child}.jsonl`), toLines(V3_SUB_MESSAGES, random));
  writeFileSync(join(folder, 'session.json'), random.chance(WRONG) ? mutateJson(v3Session(id), nextSeed(random)) : JSON.stringify(v3Session(id)));
}

function toRow(id: string, random: Random): Row {
  const updated = random.pick([1_778_051_300_000, 0, -1, 8_000_000_000_000_000, 1_795_000_000_000]);
  return { key: random.pick(['/home/ada/loom', '', '../..', '/\ud83d']), id, value: random.chance(0.7) ? mutateJson(v1Conversation(id), nextSeed(random)) : v1Conversation(id), updated };
}
