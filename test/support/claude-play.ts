/**
 * Plays Claude Code sessions out of finished transcripts: their lines are written one after the other at their own times, and the hooks
 * that Claude Code would have run come between them. No process and no clock: the moments are those of the lines.
 */
import { appendFileSync, mkdirSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { claudeCode } from '#spoor/agents/claude-code/agent.ts';
import type { AgentEnvironment } from '#spoor/agents/agent.ts';
import type { Delivery } from '#spoor/collector/deliver.ts';
import { createPipeline, type Pipeline } from '#spoor/collector/pipeline.ts';
import type { EndedTurn } from '#spoor/collector/reconcile.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import type { Span } from '#spoor/core/span.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { createStoredHome, type Cleanup } from './stored-home.ts';

type Values = Record<string, unknown>;
interface Block extends Values {
  type: string;
}

/** Something that happens: a line is written, or a hook runs. */
export interface Step {
  atMillis: number;
  line?: { path: string; text: string };
  hook?: Values;
  /** Which registration ran it. */
  channel?: string;
}

export interface ClaudeStage {
  root: string;
  environment: AgentEnvironment;
  store: SqliteStore;
  pipeline: Pipeline;
  delivered: Span[];
  now: number;
}

/** A delivery over the store, which gets what becomes final as well. */
export type CreateDelivery = (store: SqliteStore, nowMillis: () => number) => Pick<Delivery, 'enqueue' | 'enqueueEnvelope'>;

/** An empty home with a store and the collector's pipeline, gone after the test. */
export function createClaudeStage(t: Cleanup, createDelivery?: CreateDelivery): ClaudeStage {
  const { root, home, store } = createStoredHome(t, 'claude');
  const environment: AgentEnvironment = { home: root, env: {}, platform: process.platform };
  const delivered: Span[] = [];
  const stage = { root, environment, store, delivered, now: 0 } as ClaudeStage;
  const nowMillis = (): number => stage.now;
  const delivery = createDelivery?.(store, nowMillis);
  const enqueue = (spans: readonly Span[], { endMillis }: EndedTurn): void => {
    delivered.push(...spans);
    delivery?.enqueue(spans, endMillis);
  };
  stage.pipeline = createPipeline({ home, store, environment, agents: [claudeCode], nowMillis, enqueue, enqueueEnvelope: (envelope) => delivery?.enqueueEnvelope(envelope) });
  return stage;
}

/** All that happened in the transcripts of a home, in order of time. */
export function toSteps(home: string): Step[] {
  const root = join(home, '.claude', 'projects');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(root, path)).isFile());
  const seen = new Set<unknown>();
  const steps = files.sort().flatMap((path) => (path.endsWith('.jsonl') ? stepsOf(root, path, seen) : [{ atMillis: 0, line: { path: join('.claude', 'projects', path), text: readFileSync(join(root, path), 'utf8') } }]));
  return steps.sort((a, b) => a.atMillis - b.atMillis);
}

/** Lines that stand in several files, or twice in one: a fork, a resume. No hook ran for the copy, which is written with what follows it. */
function stepsOf(root: string, path: string, seen: Set<unknown>): Step[] {
  const lines = readFileSync(join(root, path), 'utf8').split('\n').filter(Boolean);
  const agentId = /agent-(.+)\.jsonl$/.exec(path)?.[1];
  const run: Run = { base: { session_id: agentId ? mainOf(path) : basename(path, '.jsonl'), cwd: '/work/shop', ...(agentId ? { agent_id: agentId, agent_type: 'Explore' } : {}) }, lastText: '', isOpen: false, isSentBack: false, calls: new Map() };
  let atMillis = 0;
  return lines.flatMap((text, index): Step[] => {
    const values = JSON.parse(text) as Values;
    const isCopy = values.uuid !== undefined && seen.has(values.uuid);
    seen.add(values.uuid);
    atMillis = Math.max(atMillis, isCopy ? ownTimeAfter(lines, index) : Date.parse(String(values.timestamp)) || 0);
    const line: Step = { atMillis, line: { path: join('.claude', 'projects', path), text: `${text}\n` } };
    if (isCopy) return [line];
    const { before, after } = agentId ? childHooks(values, run, { isFirst: index === 0, isLast: index === lines.length - 1 }) : mainHooks(values, run);
    return [...before.map((hook) => ({ atMillis: atMillis - 4, hook })), line, ...after.map((hook) => ({ atMillis: atMillis + 4, hook }))];
  });
}

function ownTimeAfter(lines: readonly string[], index: number): number {
  return Date.parse(String((JSON.parse(lines[lines.length - 1] ?? '') as Values).timestamp)) - (lines.length - index);
}

function mainOf(path: string): string {
  return /([^/\\]+)[/\\]subagents[/\\]/.exec(path)?.[1] ?? '';
}

interface Run {
  base: Values;
  lastText: string;
  lastId?: unknown;
  isOpen: boolean;
  isSentBack: boolean;
  calls: Map<string, Values>;
}

interface Hooks {
  before: Values[];
  after: Values[];
}

function contentOf(values: Values): Block[] {
  const content = (values.message as Values | undefined)?.content;
  return Array.isArray(content) ? (content as Block[]) : typeof content === 'string' ? [{ type: 'text', text: content }] : [];
}

function textOf(values: Values): string {
  return contentOf(values).flatMap((block) => (block.type === 'text' ? [String(block.text)] : [])).join('\n');
}

function mainHooks(values: Values, run: Run): Hooks {
  const { base } = run;
  const text = textOf(values);
  if (values.type === 'assistant' && text !== '') noteText(run, values, text);
  if (values.type === 'assistant') run.isOpen ||= run.isSentBack;
  // A stop hook sent it back to work: there will be another.
  if (values.isMeta && text.startsWith('Stop hook feedback')) {
    run.isSentBack = true;
    return closing(run, { ...base, hook_event_name: 'Stop', last_assistant_message: run.lastText });
  }
  if (values.type === 'assistant' && values.isApiErrorMessage) return closing(run, { ...base, hook_event_name: 'StopFailure', error: 'unknown', last_assistant_message: text });
  if (values.type === 'system' && /^(stop_hook_summary|turn_duration)$/.test(String(values.subtype))) return closing(run, { ...base, hook_event_name: 'Stop', last_assistant_message: run.lastText });
  const calls = callHooks(values, run);
  if (values.type !== 'user' || calls || values.isMeta || values.isCompactSummary || /^(\[Request|<bash|<local|<command-name>\/(model|clear))/.test(text)) return calls ?? { before: [], after: [] };
  Object.assign(run, { isOpen: true, isSentBack: false });
  const command = /<command-name>(.*?)<\/command-name>[\s\S]*<command-args>(.*?)<\/command-args>/.exec(text);
  return { before: [{ ...base, hook_event_name: 'UserPromptSubmit', prompt_id: values.uuid, prompt: command ? `${command[1]} ${command[2]}` : text }], after: [] };
}

function noteText(run: Run, values: Values, text: string): void {
  const { id } = values.message as Values;
  run.lastText = id === run.lastId ? `${run.lastText}\n${text}` : text;
  run.lastId = id;
}

function closing(run: Run, hook: Values): Hooks {
  const before = run.isOpen ? [hook] : [];
  run.isOpen = false;
  return { before, after: [] };
}

/** A call's hooks, or undefined where the line holds none. A refused call has no end. */
function callHooks(values: Values, { base, calls }: Run): Hooks | undefined {
  const blocks = contentOf(values);
  const uses = blocks.filter(({ type }) => type === 'tool_use').map((block) => ({ tool_name: block.name, tool_input: block.input, tool_use_id: block.id }));
  for (const use of uses) calls.set(String(use.tool_use_id), use);
  if (uses.length > 0) return { before: [], after: uses.map((use) => ({ ...base, ...use, hook_event_name: 'PreToolUse' })) };
  const result = blocks.find(({ type }) => type === 'tool_result');
  if (!result) return undefined;
  const call = calls.get(String(result.tool_use_id));
  if (values.toolDenialKind) return { before: [], after: [] };
  if (result.is_error) return { before: [{ ...base, ...call, hook_event_name: 'PostToolUseFailure', error: result.content }], after: [] };
  return { before: [{ ...base, ...call, hook_event_name: 'PostToolUse', tool_response: values.toolUseResult ?? result.content, duration_ms: 5 }], after: [] };
}

function childHooks(values: Values, run: Run, { isFirst, isLast }: { isFirst: boolean; isLast: boolean }): Hooks {
  const { before, after } = callHooks(values, run) ?? { before: [], after: [] };
  return {
    before: isFirst ? [{ ...run.base, hook_event_name: 'SubagentStart' }, ...before] : before,
    after: isLast ? [...after, { ...run.base, hook_event_name: 'SubagentStop', last_assistant_message: textOf(values) }] : after,
  };
}

/** Plays the steps. `isLost`: whether a hook was killed before it had written. After each step everything due is brought up to date. */
export function play(stage: ClaudeStage, steps: readonly Step[], isLost: (index: number) => boolean = () => false): void {
  steps.forEach((step, index) => {
    stage.now = Math.max(stage.now, step.atMillis);
    if (step.line) write(stage, step.line);
    else if (step.hook && !isLost(index)) runHook(stage, step.hook, { index, step });
    stage.pipeline.step({ all: true });
  });
  stage.now += 86_400_000;
  stage.pipeline.step({ all: true });
}

function write({ root, now }: ClaudeStage, { path, text }: { path: string; text: string }): void {
  const to = join(root, path);
  mkdirSync(dirname(to), { recursive: true });
  if (path.endsWith('.jsonl')) appendFileSync(to, text);
  else writeFileSync(to, text);
  utimesSync(to, now / 1000, now / 1000);
}

/** What the drain does with one event. */
function runHook({ store, root, now }: ClaudeStage, payload: Values, { index, step }: { index: number; step: Step }): void {
  const at = { unixNano: BigInt(step.atMillis) * 1_000_000n, source: 'hook' as const };
  const env = { HOME: root, ...(step.channel === undefined ? {} : { SPOOR_HOOK_CHANNEL: step.channel }) };
  const { value = [] } = claudeCode.parsePayload({ agent: 'claude-code', key: `hook-${index}`, payload: JSON.stringify(payload), truncated: false, at, order: index, env });
  const facts = value.map(scrubFact);
  store.addFacts(facts);
  for (const fact of facts) if (fact.type === 'session.seen') store.saveSession({ agent: fact.agent, sessionId: fact.sessionId, cwd: fact.cwd, parent: fact.parent });
  for (const sessionId of new Set(facts.map((fact) => fact.sessionId))) store.markDue('claude-code', sessionId, now);
}

/** Every span of a store, by its id. */
export function spansOf(store: SqliteStore): Map<string, Span> {
  return new Map(store.listSessions({}).flatMap((session) => store.readSpans('claude-code', session.sessionId)).map((span) => [span.spanId, span]));
}

