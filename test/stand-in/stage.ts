/** A home of its own for one test, removed when the test is over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createVirtualClock } from './clock.ts';
import type { Played } from './played.ts';
import { playSession } from './play-session.ts';
import { installRecorder, type RecorderOptions } from './recorder.ts';
import type { Scenario } from './script.ts';

export interface Stage {
  home: string;
  kiroHome: string;
  /** Where the recorder's notes go. */
  notes: string;
  /** Makes every hook of the built-in default agent's place the recorder. */
  record(options?: Pick<RecorderOptions, 'meet'>): void;
}

/** An arbitrary fixed moment for sessions that play on a counted clock. */
const START_MILLIS = Date.parse('2026-03-04T05:06:07.089Z');

export function createStage(context: TestContext): Stage {
  const home = mkdtempSync(join(tmpdir(), 'spoor-stage-'));
  context.after(() => rmSync(home, { recursive: true, force: true }));
  const [kiroHome, notes] = [join(home, '.kiro'), join(home, 'notes')];
  return {
    home,
    kiroHome,
    notes,
    record: (options = {}) => installRecorder(join(kiroHome, 'agents', 'kiro_default.json'), { folder: notes, kiroHome, ...options }),
  };
}

/** Plays every session of the scenario on a counted clock, without waiting: for what stands in files afterwards. */
export async function playVirtually(scenario: Scenario, home: string, calls: Record<string, () => void> = {}): Promise<Played[]> {
  const anything = new Proxy(calls, { get: (target, name) => target[String(name)] ?? ((): void => undefined) });
  return Promise.all(scenario.sessions.map((session) => playSession(session, { home, clock: createVirtualClock(START_MILLIS), calls: anything })));
}
