/** Sessions of some turns for the stage of `delivery-stage.ts`: stored, put in and closed as the collector does it. */
import assert from 'node:assert/strict';
import type { Agent } from '#spoor/agents/agent.ts';
import { kiro } from '#spoor/agents/kiro/agent.ts';
import { closeSessions } from '#spoor/collector/close-sessions.ts';
import type { Span } from '#spoor/core/span.ts';
import type { WireSpan } from '#spoor/otlp/trace.ts';
import { buildSpan, buildTurn, idOf, traceOf } from '../store/builders.ts';
import { destinationOf, NOW, type Stage } from './delivery-stage.ts';

/** In milliseconds. */
export const MINUTE = 60_000;
/** Destinations of each grouping. */
export const SESSION = destinationOf('whole', { trace: 'session' });
export const SPAWN = destinationOf('spawned', { trace: 'session', newTraceOn: 'spawn' });
export const TURN = destinationOf('a');

/** Whether the agent works on a session, as each test says. */
interface Play {
  running?: boolean;
}

/** So many minutes after the stage's clock began, in Unix ns. */
export const nanoAt = (minute: number): bigint => BigInt(NOW + minute * MINUTE) * 1_000_000n;

/** A turn of one minute: root `number`, chat `number + 1`, a tool `number + 2`, in a trace of their own. */
export function turnAt(number: number, minute: number, some: Partial<Span> = {}): Span[] {
  const times = { startUnixNano: nanoAt(minute), endUnixNano: nanoAt(minute + 1) };
  const own = { traceId: traceOf(number), turnIndex: number, ...some };
  return [
    buildSpan(number, { kind: 'agent', values: { provider: 'kiro', requestModel: `model-${number}` }, ...own, ...times }),
    buildSpan(number + 1, { kind: 'chat', parentSpanId: idOf(number), values: {}, ...own, ...times }),
    buildSpan(number + 2, { parentSpanId: idOf(number), ...own, ...times }),
  ];
}

/** Stores a turn and puts what of it is final in for delivery, as the collector does. */
export function put(stage: Stage, spans: Span[], { settled = true, shell }: { settled?: boolean; shell?: string } = {}): void {
  const [root] = spans as [Span];
  stage.store.transaction(() => {
    const row = buildTurn(0, { rootSpanId: root.spanId, sessionId: root.sessionId, turnIndex: root.turnIndex, closed: settled, settled, ...(shell === undefined ? {} : { shell }) });
    const saved = stage.store.saveTurn(row, spans);
    stage.delivery.enqueue(saved.finalised, stage.clock.now);
  });
}

/** Closes the sessions that are over, as a step of the collector does. Returns how many. */
export function close(stage: Stage, play: Play = {}): number {
  const agent: Agent = { ...kiro, history: { roots: () => [], discover: () => ({ sources: [], problems: [] }), find: () => undefined, isRunning: () => play.running, read: () => ({ facts: [], problems: [], isComplete: true, hasRecords: false }) } };
  return closeSessions(
    { store: stage.store, environment: { env: {}, platform: 'linux' }, findAgent: () => agent, enqueueEnvelope: (envelope) => stage.delivery.enqueueEnvelope(envelope), nowMillis: () => stage.clock.now },
    { all: true },
  );
}

/** What a destination took, in order. */
export function wireOf(stage: Stage, destination: string): WireSpan[] {
  return stage.requests.filter((request) => request.destination === destination).flatMap(({ batch }) => batch.resourceSpans.flatMap(({ spans }) => spans));
}

/** The agent_session spans that a destination took. */
export function envelopesOf(stage: Stage, destination = 'whole'): WireSpan[] {
  return wireOf(stage, destination).filter(({ name }) => name.startsWith('agent_session'));
}

/** Every parent is there, and what holds nothing but the envelope is its child. */
export function checkTree(spans: readonly WireSpan[]): void {
  const ids = spans.map(({ spanId }) => spanId);
  assert.equal(new Set(ids).size, ids.length);
  for (const span of spans) assert.equal(span.parentSpanId === undefined, span.name.startsWith('agent_session'), span.name);
  for (const { parentSpanId } of spans) assert.ok(parentSpanId === undefined || ids.includes(parentSpanId));
}
