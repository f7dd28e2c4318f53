/**
 * A Claude Code history of any size, the same from the same seed: sessions of 0.2 to 20 MB with turns as they are in life. Results stand
 * twice (as the model sees them, and structured), edits carry the file before them, usage is repeated on each block's line.
 */
import { closeSync, mkdirSync, openSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createDice, createWords, type Dice, type Words } from './words.ts';

export interface HistoryOptions {
  /** About how many bytes of transcripts, subagents' included. */
  bytes: number;
  /** How large a session is at most. */
  mostBytes?: number;
  seed?: number;
  /** When the newest session ended (Unix ms). */
  newestMillis: number;
}

export interface LaidHistory {
  files: string[];
  bytes: number;
  sessions: number;
  turns: number;
}

const MEGABYTE = 1_000_000;
const MOST_BYTES = 20 * MEGABYTE;
/** The smallest session is so much smaller than the largest. */
const SPREAD = 100;
const HOUR_MILLIS = 3_600_000;

type Values = Record<string, unknown>;

interface Desk {
  dice: Dice;
  words: Words;
  home: string;
  laid: LaidHistory;
}

/** Lays the history below `<home>/.claude/projects`. The first file is the newest session's. */
export function layClaudeHistory(home: string, { bytes, mostBytes = MOST_BYTES, seed = 1, newestMillis }: HistoryOptions): LaidHistory {
  const dice = createDice(seed);
  const laid: LaidHistory = { files: [], bytes: 0, sessions: 0, turns: 0 };
  const desk: Desk = { dice, words: createWords(dice), home, laid };
  while (laid.bytes < bytes) laySession(desk, Math.min(dice.scaled(mostBytes / SPREAD, mostBytes), bytes - laid.bytes), newestMillis - laid.sessions * HOUR_MILLIS);
  return laid;
}

/** One transcript that is being written. */
interface Transcript {
  desk: Desk;
  sessionId: string;
  agentId?: string;
  folder: string;
  cwd: string;
  millis: number;
  bytes: number;
  lines: string[];
  parentUuid: string | null;
  write(text: string): void;
}

function toUuid(dice: Dice): string {
  const hex = dice.hex(32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function laySession(desk: Desk, size: number, startMillis: number): void {
  const { dice, home, laid } = desk;
  const sessionId = toUuid(dice);
  const project = `project-${dice.below(6)}`;
  const folder = join(home, '.claude', 'projects', `-home-dev-${project}`);
  mkdirSync(folder, { recursive: true });
  laid.sessions++;
  writeTranscript({ desk, sessionId, folder, cwd: `/home/dev/${project}`, path: join(folder, `${sessionId}.jsonl`), startMillis }, (transcript) => {
    const before = laid.bytes;
    while (transcript.bytes + laid.bytes - before < size) {
      laid.turns++;
      layTurn(transcript);
    }
  });
}

interface Place {
  desk: Desk;
  sessionId: string;
  agentId?: string;
  folder: string;
  cwd: string;
  path: string;
  startMillis: number;
}

function writeTranscript({ path, startMillis, ...place }: Place, lay: (transcript: Transcript) => void): void {
  const file = openSync(path, 'w');
  const transcript: Transcript = {
    ...place, millis: startMillis, bytes: 0, lines: [], parentUuid: null,
    write: (text) => {
      transcript.bytes += writeSync(file, `${text}\n`);
    },
  };
  lay(transcript);
  closeSync(file);
  utimesSync(path, transcript.millis / 1000, transcript.millis / 1000);
  place.desk.laid.files.push(path);
  place.desk.laid.bytes += transcript.bytes;
}

/** A record with all that Claude Code writes around what it says. */
function add(transcript: Transcript, type: string, values: Values): string {
  const { desk, sessionId, agentId, cwd } = transcript;
  transcript.millis += desk.dice.scaled(40, 6000);
  const uuid = toUuid(desk.dice);
  const frame = { parentUuid: transcript.parentUuid, isSidechain: agentId !== undefined, ...(agentId ? { agentId } : {}), userType: 'external', cwd, sessionId, version: '2.1.300', gitBranch: 'main', slug: 'quiet-brook' };
  transcript.write(JSON.stringify({ ...frame, type, ...values, uuid, timestamp: new Date(transcript.millis).toISOString() }));
  transcript.parentUuid = uuid;
  return uuid;
}

function layTurn(transcript: Transcript): void {
  const { dice, words } = transcript.desk;
  const text = words.prose(dice.scaled(60, 3000));
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: dice.hex(1200).repeat(dice.scaled(20, 300)) } };
  const uuid = add(transcript, 'user', { message: { role: 'user', content: dice.percent(4) ? [{ type: 'text', text }, image] : text }, permissionMode: 'default' });
  transcript.write(JSON.stringify({ type: 'file-history-snapshot', messageId: uuid, snapshot: { messageId: uuid, trackedFileBackups: toBackups(transcript), timestamp: new Date(transcript.millis).toISOString() }, isSnapshotUpdate: false }));
  const steps = dice.scaled(1, 25);
  for (let step = 0; step < steps; step++) layAnswer(transcript, dice.percent(20) ? 3 : 1);
  layAnswer(transcript, 0);
  add(transcript, 'system', { subtype: 'stop_hook_summary', hookCount: 1, hookInfos: [{ command: 'true' }], hookErrors: [], preventedContinuation: false, stopReason: '', hasOutput: false, level: 'suggestion' });
  add(transcript, 'system', { subtype: 'turn_duration', durationMs: dice.scaled(2000, 300_000), isMeta: false });
}

function toBackups({ desk: { dice, words } }: Transcript): Values {
  return Object.fromEntries(Array.from({ length: dice.below(12) }, () => [words.path(), { backupFileName: `${dice.hex(16)}@v2`, version: 2, backupTime: '2026-05-01T10:00:00.000Z' }]));
}

/** One answer: thinking, words, calls, each a line of its own with the whole usage; then the results. */
function layAnswer(transcript: Transcript, calls: number): void {
  const { dice, words } = transcript.desk;
  const id = `msg_01${dice.hex(22)}`;
  const requestId = `req_011${dice.hex(21)}`;
  const usage = { input_tokens: dice.below(10), cache_creation_input_tokens: dice.scaled(100, 9000), cache_read_input_tokens: dice.scaled(9000, 160_000), cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 0 }, output_tokens: dice.scaled(20, 4000), service_tier: 'standard' };
  const addBlock = (block: Values, isLast: boolean): void => {
    add(transcript, 'assistant', { requestId, message: { model: 'claude-sonnet-4-5-20250929', id, type: 'message', role: 'assistant', content: [block], stop_reason: isLast ? (calls > 0 ? 'tool_use' : 'end_turn') : null, stop_sequence: null, usage } });
  };
  if (dice.percent(40)) addBlock({ type: 'thinking', thinking: words.prose(dice.scaled(200, 5000)), signature: dice.hex(dice.scaled(300, 2000)) }, false);
  if (calls === 0 || dice.percent(40)) addBlock({ type: 'text', text: words.prose(dice.scaled(80, 3000)) }, calls === 0);
  const asked = Array.from({ length: calls }, () => toCall(transcript));
  asked.forEach(({ callId, name, input }, index) => addBlock({ type: 'tool_use', id: callId, name, input }, index === asked.length - 1));
  for (const call of asked) {
    if (dice.percent(10)) add(transcript, 'progress', { toolUseID: call.callId, parentToolUseID: call.callId, data: { type: 'bash_progress', output: words.code(400), fullOutput: words.code(400), elapsedTimeSeconds: 3, totalLines: 12 } });
    add(transcript, 'user', { message: { role: 'user', content: [{ tool_use_id: call.callId, type: 'tool_result', content: call.result, ...(call.isError ? { is_error: true } : {}) }] }, toolUseResult: call.structured });
  }
}

interface Call {
  callId: string;
  name: string;
  input: Values;
  result: unknown;
  structured: unknown;
  isError?: boolean;
}

function toCall(transcript: Transcript): Call {
  const { dice, words } = transcript.desk;
  const callId = `toolu_01${dice.hex(22)}`;
  const roll = dice.below(100);
  const size = dice.scaled(300, 50_000);
  if (roll < 30) return toBash(callId, transcript.desk, size);
  if (roll < 60) {
    const [path, content] = [words.path(), words.code(size)];
    const numbered = content.split('\n').map((line, index) => `${String(index + 1).padStart(6)}→${line}`).join('\n');
    return { callId, name: 'Read', input: { file_path: path }, result: numbered, structured: { type: 'text', file: { filePath: path, content, numLines: 100, startLine: 1, totalLines: 100 } } };
  }
  if (roll < 85) return toEdit(callId, transcript.desk, size);
  if (roll < 95) {
    const found = words.code(dice.scaled(100, 8000));
    return { callId, name: 'Grep', input: { pattern: 'read.*Line', path: 'src', output_mode: 'content' }, result: found, structured: { mode: 'content', numFiles: 0, filenames: [], content: found, numLines: 40 } };
  }
  if (roll < 96) return { callId, name: 'Read', input: { file_path: '/home/dev/shot.png' }, result: [{ type: 'image', source: { type: 'base64', data: dice.hex(1000).repeat(dice.scaled(10, 200)), media_type: 'image/png' } }], structured: { type: 'image', file: { type: 'image/png', originalSize: 1000 } } };
  return transcript.agentId === undefined ? toTask(callId, transcript) : toBash(callId, transcript.desk, size);
}

function toBash(callId: string, { dice, words }: Desk, size: number): Call {
  const stdout = words.code(size);
  const isError = dice.percent(8);
  const input = { command: `npm test -- ${words.path()} && git status --short`, description: 'Run the tests of this part' };
  return { callId, name: 'Bash', input, isError, result: isError ? `Exit code 1\n${stdout}` : stdout, structured: isError ? `Error: Exit code 1\n${stdout}` : { stdout, stderr: '', interrupted: false, isImage: false, noOutputExpected: false } };
}

function toEdit(callId: string, { dice, words }: Desk, size: number): Call {
  const [path, before, after, originalFile] = [words.path(), words.code(dice.scaled(80, 2500)), words.code(dice.scaled(80, 2500)), words.code(size)];
  const structuredPatch = [{ oldStart: 10, oldLines: 8, newStart: 10, newLines: 9, lines: [...before.split('\n').map((line) => `-${line}`), ...after.split('\n').map((line) => `+${line}`)] }];
  return {
    callId, name: 'Edit', input: { file_path: path, old_string: before, new_string: after, replace_all: false },
    result: `The file ${path} has been updated. Here's the result of running \`cat -n\` on a snippet of the edited file:\n${after}`,
    structured: { filePath: path, oldString: before, newString: after, originalFile, structuredPatch, userModified: false, replaceAll: false },
  };
}

/** A subagent, with a transcript of its own. */
function toTask(callId: string, parent: Transcript): Call {
  const { desk, sessionId, folder, cwd, millis } = parent;
  const { dice, words } = desk;
  const agentId = `a${dice.hex(16)}`;
  const prompt = words.prose(800);
  const below = join(folder, sessionId, 'subagents');
  mkdirSync(below, { recursive: true });
  writeFileSync(join(below, `agent-${agentId}.meta.json`), JSON.stringify({ agentType: 'Explore', description: 'Look around', toolUseId: callId }));
  writeTranscript({ desk, sessionId, agentId, folder, cwd, path: join(below, `agent-${agentId}.jsonl`), startMillis: millis }, (child) => {
    add(child, 'user', { message: { role: 'user', content: prompt } });
    const steps = dice.scaled(2, 15);
    for (let step = 0; step < steps; step++) layAnswer(child, 1);
    layAnswer(child, 0);
    parent.millis = child.millis;
  });
  const answer = words.prose(1500);
  return {
    callId, name: 'Task', input: { description: 'Look around', prompt, subagent_type: 'Explore' }, result: [{ type: 'text', text: answer }],
    structured: { status: 'completed', prompt, agentId, content: [{ type: 'text', text: answer }], totalDurationMs: parent.millis - millis, totalTokens: 20_000, totalToolUseCount: 5 },
  };
}
