/** Made-up rows of the list of sessions: any number of them, each from its place alone. */
import type { SessionOrder, SessionRow, SessionsAnswer, SessionState } from '#spoor/query/api/sessions.ts';

const TITLES = [
  'Mend the pagination of the invoice list', 'Why does the nightly import fail on Sundays?', 'Write tests for the retry queue', 'Move the settings page to the new router', 'Find out what makes the build slow',
  'Rename Customer to Account everywhere, in the database too', 'Add rate limits to the public API', 'Read the crash report of 14 November', 'Upgrade to the new SDK', 'Translate the error messages',
];
const AGENTS = ['claude-code', 'codex', 'kiro', 'gemini', 'copilot', 'opencode'];
const MODELS = ['claude-opus-4-5', 'gpt-5.2-codex', 'claude-sonnet-4-5', 'gemini-3-pro', 'gpt-5-mini', 'qwen3-coder'];
const PROJECTS = ['invoices', 'web-shop', 'infra', 'spoor', 'mobile-app'];
const BRANCHES = ['main', 'feature/retry-queue', 'fix/pagination', 'release/2.4'];
const SKILLS = ['pdf', 'code-review', 'release-notes', 'sql'];

const MINUTE = 60_000;

/** The row that is `index` places below the newest. */
export function toSampleRow(index: number, nowMillis: number): SessionRow {
  const at = (index * 7919) % 1000;
  const state = toState(index, at);
  const activeMillis = index === 4 ? 92 * MINUTE : 4000 + ((at * at) % 1_800_000);
  const lastMillis = nowMillis - (index < 2 ? 1000 : index * 4 * MINUTE);
  const model = 0.3 + (at % 40) / 100;
  const tool = 0.1 + (at % 17) / 60;
  const wait = at % 3 === 0 ? 0.12 : 0;
  const errors = at % 5 === 0 ? at % 9 : 0;
  const isCredits = index % AGENTS.length === 2;
  const usd = Math.round(activeMillis / 3000) / 100;
  return {
    agent: AGENTS[index % AGENTS.length] ?? 'kiro',
    sessionId: `session-${index}`,
    state,
    ...(index % 23 === 22 ? {} : { title: `${TITLES[index % TITLES.length]}${index >= TITLES.length ? ` (${index})` : ''}` }),
    project: PROJECTS[at % PROJECTS.length],
    cwd: `/home/dev/${PROJECTS[at % PROJECTS.length]}`,
    ...(at % 4 === 3 ? {} : { branch: BRANCHES[at % BRANCHES.length] }),
    models: index % 7 === 3 ? [MODELS[index % MODELS.length] ?? '', 'claude-haiku-4-5'] : [MODELS[index % MODELS.length] ?? ''],
    agentVersion: '2.1.0',
    startMillis: lastMillis - activeMillis * 1.4,
    lastMillis,
    activeMillis,
    wallMillis: activeMillis * 1.4,
    shares: { model: activeMillis * model, tool: activeMillis * tool, wait: activeMillis * wait, gate: 0, idle: activeMillis * 0.4, other: activeMillis * Math.max(0, 1 - model - tool - wait) },
    turns: 1 + (at % 12),
    toolCalls: at % 240,
    modelCalls: at % 120,
    errors,
    denied: at % 11 === 0 ? 2 : 0,
    subagents: at % 6 === 0 ? at % 4 : 0,
    tokens: { input: at * 4100, output: at * 130, cacheRead: at * 3600 },
    cost: isCredits ? { credits: Math.round(usd * 30) / 10, provenance: ['provider'] } : at % 13 === 0 ? { unpriced: [{ model: 'qwen3-coder', reason: 'unknown-model', chats: 12 }] } : index % 3 === 0 ? { equivalentUsd: usd, provenance: ['estimated'] } : { usd, provenance: ['estimated'] },
    skills: at % 4 === 0 ? SKILLS.slice(0, 1 + (at % 3)) : [],
    contextPercent: 10 + (at % 80),
    configFingerprint: 'c0ffee12',
  };
}

function toState(index: number, at: number): SessionState {
  if (index === 0) return 'running';
  if (index === 1) return 'waiting';
  if (index === 2) return 'idle';
  return at % 9 === 0 ? 'failed' : at % 14 === 0 ? 'unknown' : 'done';
}

/** What the list is asked with, as the made-up server understands it. */
export interface SampleList {
  count: number;
  nowMillis: number;
  /** Told with each page. */
  withTotal?: boolean;
}

/** One page of the list: the key is the place of its first row. Restrictions are read as far as the tests use them. */
export function toSampleSessions({ count, nowMillis, withTotal = true }: SampleList, search: URLSearchParams): SessionsAnswer {
  const text = search.get('text');
  const start = Number(search.get('after') ?? 0);
  const limit = Number(search.get('limit') ?? 50);
  const rows = selectRows({ count, nowMillis }, search);
  const items = rows.slice(start, start + limit).map((index) => (text === null ? toSampleRow(index, nowMillis) : withSnippet(toSampleRow(index, nowMillis), text)));
  return { items, ...(start + limit < rows.length ? { next: String(start + limit) } : {}), ...(withTotal ? { total: rows.length } : {}), longestActiveMillis: 92 * MINUTE, queryMillis: 3.2 };
}

const everyRow = new Map<number, number[]>();

function selectRows({ count, nowMillis }: SampleList, search: URLSearchParams): number[] {
  const isWhole = ['agent', 'text', 'hasErrors', 'order', 'ascending'].every((name) => !search.has(name));
  if (!everyRow.has(count)) everyRow.set(count, Array.from({ length: count }, (_, index) => index));
  if (isWhole) return everyRow.get(count) ?? [];
  const agents = search.getAll('agent');
  const hasText = search.get('text') !== null;
  const rows = Array.from({ length: count }, (_, index) => index).filter((index) => {
    if (agents.length === 0 && !hasText && search.get('hasErrors') === null) return true;
    const row = toSampleRow(index, nowMillis);
    return (agents.length === 0 || agents.includes(row.agent)) && (!hasText || index % 3 === 0) && (search.get('hasErrors') === null || row.errors > 0);
  });
  const order = search.get('order') as SessionOrder | null;
  if (order === 'errors' || order === 'toolCalls') {
    const value = new Map(rows.map((index) => [index, toSampleRow(index, nowMillis)[order]]));
    rows.sort((a, b) => (value.get(b) ?? 0) - (value.get(a) ?? 0) || a - b);
  }
  return search.get('ascending') === null ? rows : rows.reverse();
}

function withSnippet(row: SessionRow, text: string): SessionRow {
  return { ...row, snippet: `… npm ERR! the \u0002${text}\u0003 of the queue was refused: expected 3 rows, got 0 … at \u0002${text}\u0003 (src/queue/retry.ts:41)`, snippetSpanId: `span-${row.sessionId}` };
}
