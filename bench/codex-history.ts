/** A Codex history of any size, the same from the same seed: rollouts whose turns run shell commands, with token counts behind each request. */
import { closeSync, mkdirSync, openSync, utimesSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryOptions, LaidHistory } from './claude-history.ts';
import { createDice, createWords, type Dice, type Words } from './words.ts';

const LEAST_BYTES = 100_000;
const MOST_BYTES = 5_000_000;
const HOUR_MILLIS = 3_600_000;

type Add = (type: string, payload: Record<string, unknown>) => void;

/** Lays the history below `<home>/.codex/sessions`. */
export function layCodexHistory(home: string, { bytes, seed = 2, newestMillis }: HistoryOptions): LaidHistory {
  const dice = createDice(seed);
  const words = createWords(dice);
  const laid: LaidHistory = { files: [], bytes: 0, sessions: 0, turns: 0 };
  while (laid.bytes < bytes) {
    const size = Math.min(dice.scaled(LEAST_BYTES, MOST_BYTES), bytes - laid.bytes);
    layRollout(home, { size, startMillis: newestMillis - ++laid.sessions * HOUR_MILLIS, dice, words, laid });
  }
  return laid;
}

interface Desk {
  size: number;
  startMillis: number;
  dice: Dice;
  words: Words;
  laid: LaidHistory;
}

function layRollout(home: string, { size, startMillis, dice, words, laid }: Desk): void {
  const hex = dice.hex(32);
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  const at = new Date(startMillis).toISOString();
  const folder = join(home, '.codex', 'sessions', at.slice(0, 4), at.slice(5, 7), at.slice(8, 10));
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `rollout-${at.slice(0, 19).replaceAll(':', '-')}-${id}.jsonl`);
  const file = openSync(path, 'w');
  let millis = startMillis;
  let written = 0;
  const add: Add = (type, payload) => {
    millis += dice.scaled(5, 4000);
    written += writeSync(file, `${JSON.stringify({ timestamp: new Date(millis).toISOString(), type, payload })}\n`);
  };
  add('session_meta', { id, timestamp: at, cwd: '/home/dev/shop', originator: 'codex_cli_rs', cli_version: '0.150.0', source: 'cli', model_provider: 'openai' });
  for (let turn = 0; written < size; turn++) {
    laid.turns++;
    layTurn(add, `${id}-${turn}`, { dice, words });
  }
  closeSync(file);
  utimesSync(path, millis / 1000, millis / 1000);
  laid.files.push(path);
  laid.bytes += written;
}

function layTurn(add: Add, turnId: string, { dice, words }: Pick<Desk, 'dice' | 'words'>): void {
  const prompt = words.prose(dice.scaled(60, 2000));
  add('turn_context', { turn_id: turnId, cwd: '/home/dev/shop', approval_policy: 'on-request', sandbox_policy: { type: 'workspace-write' }, model: 'gpt-5-codex', effort: 'medium', summary: 'auto' });
  add('event_msg', { type: 'task_started', turn_id: turnId, model_context_window: 272_000 });
  add('response_item', { type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }] });
  add('event_msg', { type: 'user_message', message: prompt });
  let total = 0;
  for (let step = dice.scaled(1, 20); step >= 0; step--) {
    add('response_item', { type: 'reasoning', summary: [{ type: 'summary_text', text: words.prose(dice.scaled(80, 800)) }], encrypted_content: dice.hex(dice.scaled(400, 3000)) });
    const callId = `call_${dice.hex(24)}`;
    if (step > 0) {
      add('response_item', { type: 'function_call', name: 'exec_command', arguments: JSON.stringify({ cmd: `rg -n ${words.path()}`, workdir: '/home/dev/shop' }), call_id: callId });
      add('response_item', { type: 'function_call_output', call_id: callId, output: `Chunk ID: ${dice.hex(6)}\nWall time: 0.5 seconds\nProcess exited with code 0\nOutput:\n${words.code(dice.scaled(200, 30_000))}` });
    } else add('response_item', { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: words.prose(dice.scaled(80, 2000)) }] });
    const usage = { input_tokens: dice.scaled(5000, 90_000), cached_input_tokens: 4000, output_tokens: dice.scaled(20, 2000), reasoning_output_tokens: 10, total_tokens: 0 };
    total += usage.input_tokens + usage.output_tokens;
    add('event_msg', { type: 'token_count', info: { total_token_usage: { ...usage, total_tokens: total }, last_token_usage: usage, model_context_window: 272_000 }, rate_limits: null });
  }
  add('event_msg', { type: 'task_complete', turn_id: turnId, last_agent_message: 'done' });
}
