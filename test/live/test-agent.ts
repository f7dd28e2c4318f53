/** The suite of one agent: every scenario that it can play, for real. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExportedSpan } from './exported-span.ts';
import { toExpectedLines, toFoundLines } from './expected-trace.ts';
import type { LiveAgent } from './live-agent.ts';
import type { Served } from './model/model-server.ts';
import { scenarios, type Ability, type Scenario } from './scenarios.ts';
import { findMissing, openStage, type LiveStage } from './stage.ts';
import type { EndedProgram } from './run-program.ts';

/** Registers the tests of one agent. What it cannot do stands in its `cannot`, with the reason. */
export function testAgent(agent: LiveAgent): void {
  const skip = findMissing(agent);
  for (const [name, scenario] of Object.entries(scenarios) as [Ability, Omit<Scenario, 'name'>][]) {
    if (agent.cannot[name] !== undefined) continue;
    test(`${agent.title}: ${name}`, { skip }, async (t) => {
      const stage = await openStage(agent, { name, ...scenario });
      t.after(() => stage.close());
      await stage.install();
      const ended = await playRuns(stage, { name, ...scenario });
      await assertTraced(agent, { stage, scenario: { name, ...scenario }, ended });
    });
  }
  test(`${agent.title}: nothing is other with our hooks than without`, { skip }, async (t) => {
    const scenario: Scenario = { name: 'one tool', ...scenarios['one tool'] };
    const play = async (isTraced: boolean): Promise<unknown> => {
      const stage = await openStage(agent, scenario);
      t.after(() => stage.close());
      if (isTraced) await stage.install();
      const [ended] = await playRuns(stage, scenario);
      return { ...toOwnWords(stage, ended), asked: stage.model.served.map((one) => toAsked(stage, one)) };
    };
    assert.deepEqual(await play(true), await play(false));
  });
}

async function playRuns(stage: LiveStage, { runs }: Scenario): Promise<EndedProgram[]> {
  const ended: EndedProgram[] = [];
  for (const run of runs) {
    const sessionId = run.resumes ? (await stage.collect())[0]?.sessionId : undefined;
    ended.push(await stage.run(run, sessionId));
  }
  return ended;
}

interface Played {
  stage: LiveStage;
  scenario: Scenario;
  ended: EndedProgram[];
}

async function assertTraced(agent: LiveAgent, { stage, scenario, ended }: Played): Promise<void> {
  const { served, faults } = stage.model;
  assert.deepEqual(faults, []);
  const said = ended.map(({ code, signal, out, err }) => `left with ${code ?? signal}\n${out}\n${err}`).join('\n');
  for (const { phrase } of scenario.parts) assert.ok(served.some((one) => one.phrase === phrase), `the model was never asked "${phrase}":\n${said}`);
  const spans = await stage.collect();
  const expected = toExpectedLines(agent, scenario, served);
  assert.deepEqual(toFoundLines(agent, spans), expected, said);
  assertHooksCame(spans);
  assertDelivered({ stage, spans, scenario });
  const imported = await stage.importAlone();
  assert.deepEqual(toFoundLines(agent, imported), expected, 'by import alone');
  if (agent.hooksKnowIds) assert.deepEqual(toIds(imported), toIds(spans), 'span ids by import alone');
}

/** A time that a hook told is no guess. */
function assertHooksCame(spans: readonly ExportedSpan[]): void {
  const tools = spans.filter(({ operation, outcome }) => operation === 'execute_tool' && ['ok', 'error'].includes(outcome));
  assert.deepEqual(tools.filter(({ times }) => times === 'estimated').map(({ span }) => span.name), []);
  assert.ok(spans.some(({ times }) => times === 'hook'), 'no hook told a time');
}

function assertDelivered({ stage, spans, scenario }: { stage: LiveStage; spans: readonly ExportedSpan[]; scenario: Scenario }): void {
  const delivered = stage.backend.spansById();
  assert.deepEqual(stage.backend.problems, []);
  assert.deepEqual([...delivered.keys()].filter((id) => !spans.some(({ spanId }) => spanId === id)), [], 'something was sent that is not in the store');
  if (scenario.runs.some(({ interruptAt }) => interruptAt !== undefined)) return;
  assert.deepEqual(spans.filter(({ spanId }) => !delivered.has(spanId)).map(({ span }) => span.name), [], 'not delivered');
  const parents = scenario.runs.map(({ traceParent }) => traceParent);
  for (const { spanId, parentSpanId, traceId, turnIndex } of spans) {
    const sent = delivered.get(spanId);
    const parent = parents[turnIndex];
    assert.deepEqual([sent?.traceId, sent?.parentSpanId], [parent?.traceId ?? traceId, parentSpanId ?? parent?.spanId]);
  }
}

function toIds(spans: readonly ExportedSpan[]): string[] {
  return spans.filter(({ operation }) => operation !== 'permission').map(({ spanId, parentSpanId, operation }) => `${operation} ${spanId} below ${parentSpanId}`).sort();
}

/** What the agent said, without what is other each time. */
function toOwnWords({ places }: LiveStage, ended: EndedProgram | undefined): Pick<EndedProgram, 'code' | 'out'> {
  return { code: ended?.code ?? null, out: (ended?.out ?? '').replaceAll(places.project, '<project>') };
}

/** What the model was asked. */
function toAsked({ places }: LiveStage, { phrase, step, request }: Served): unknown {
  const items = request.items.map((item) => ('text' in item ? { ...item, text: item.text.replaceAll(places.project, '<project>').replaceAll(places.home, '<home>') } : item));
  return { phrase, step, tools: request.tools.map(({ name }) => name).sort(), items };
}
