/** A user's home with Kiro and our hooks, as `spoor install` leaves it, in which the doctor is called as a user does. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { readCollector } from '#spoor/collector/lifecycle/pid-file.ts';
import { homeAt, type Home } from '#spoor/config/home.ts';
import type { Finding } from '#spoor/core/finding.ts';
import type { DoctorReport, Link } from '#spoor/doctor/report.ts';
import { listSpool } from '#spoor/spool/read-spool.ts';
import { createKiroCli } from '../stand-in/launch.ts';
import { waitFor } from '../support/hook-stage.ts';
import { spawnSpoor, spoorCommand, type Spawned } from '../support/spawn-spoor.ts';

export interface DoctorHome {
  /** The user's home folder. */
  user: string;
  home: Home;
  agentFile: string;
  hookFile: string;
  env: Record<string, string>;
  run(words: readonly string[], env?: Record<string, string>): Promise<Spawned>;
  /** `spoor doctor --json`. */
  examine(env?: Record<string, string>): Promise<Examined>;
  /** Starts `spoor doctor` and lets it be. */
  start(): ChildProcess;
  /** Starts a collector and lets it be: the test ends it. */
  collect(): ChildProcess;
  write(path: string, text: string): void;
  read(path: string): string;
  configure(yaml: string): void;
  /** Ends the collector that runs and waits until it has left. */
  stopCollector(): Promise<void>;
  /** Rows of these tables: what the doctor might leave behind. */
  countRows(): Record<string, number>;
}

export interface Examined extends DoctorReport {
  code: number | null;
  /** All that was printed. */
  text: string;
  link(name: Link['link'], subject?: string): Link | undefined;
  /** The first finding of this check that is not well, else the first. */
  finding(check: string): Finding | undefined;
}

const COUNTED = ['session', 'fact', 'due', 'tombstone', 'problem', 'outbox', 'turn', 'span', 'shell', 'envelope', 'trace_place'] as const;

/** Makes one with an agent that is the default; it, and what runs in it, is gone after the test. `hooks: false`: nothing is installed. */
export async function createDoctorHome(t: TestContext, { hooks = true } = {}): Promise<DoctorHome> {
  const user = realpathSync(mkdtempSync(join(tmpdir(), 'spoor-doctor-')));
  const home = homeAt(join(user, '.spoor'));
  const bin = join(user, 'bin');
  createKiroCli(bin);
  const env = { HOME: user, PATH: `${bin}:${process.env.PATH ?? '/usr/bin:/bin'}` };
  const stage = createStage({ user, home, env });
  t.after(async () => {
    await stage.stopCollector();
    rmSync(user, { recursive: true, force: true });
  });
  stage.write(stage.agentFile, '{"name": "mine", "tools": ["*"]}\n');
  stage.write(join(user, '.kiro', 'settings', 'cli.json'), '{"chat.defaultAgent": "mine"}\n');
  if (hooks) assert.equal((await stage.run(['install', 'kiro', '--yes'])).code, 0);
  return stage;
}

function createStage({ user, home, env }: Pick<DoctorHome, 'user' | 'home' | 'env'>): DoctorHome {
  const stage: DoctorHome = {
    user, home, env,
    agentFile: join(user, '.kiro', 'agents', 'mine.json'),
    hookFile: join(user, '.kiro', 'hooks', 'spoor.json'),
    run: (words, more = {}) => spawnSpoor(words, { env: { ...env, ...more }, cwd: user }),
    examine: async (more) => toExamined(await stage.run(['doctor', '--json'], more)),
    start: () => spawn(process.execPath, [...spoorCommand.slice(1), 'doctor'], { env, cwd: user, stdio: ['ignore', 'pipe', 'pipe'] }),
    collect: () => spawn(process.execPath, [...spoorCommand.slice(1), 'collect'], { env, cwd: user, stdio: 'ignore' }),
    write(path, text) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    },
    read: (path) => readFileSync(path, 'utf8'),
    configure: (yaml) => stage.write(home.configFile, yaml),
    async stopCollector() {
      const running = readCollector(home);
      if (running?.alive) process.kill(running.pid, 'SIGTERM');
      await waitFor('the end of the collector', () => readCollector(home)?.alive !== true);
    },
    countRows() {
      const database = new DatabaseSync(home.database, { readOnly: true, timeout: 10_000 });
      const counts = COUNTED.map((table): [string, number] => [table, Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.count)]);
      database.close();
      return Object.fromEntries(counts);
    },
  };
  return stage;
}

function toExamined({ code, out, err }: Spawned): Examined {
  assert.ok(out.startsWith('{'), `the doctor printed no report: ${out}${err}`);
  const report = JSON.parse(out) as DoctorReport;
  return {
    ...report,
    code,
    text: out + err,
    link: (name, subject) => report.chain.find((one) => one.link === name && (subject === undefined || one.subject === subject)),
    finding: (check) => report.findings.find((one) => one.check === check && one.state !== 'ok') ?? report.findings.find((one) => one.check === check),
  };
}

const NOTHING = Object.fromEntries(COUNTED.map((table) => [table, 0]));

/** No row, no event, no line: as if the doctor had never been there. */
export function assertNothingLeft(stage: DoctorHome): void {
  assert.deepEqual(listSpool(stage.home).map(({ name }) => name), []);
  if (existsSync(stage.home.database)) assert.deepEqual(stage.countRows(), NOTHING);
}
