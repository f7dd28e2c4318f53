/** The suite of one agent: every scenario that it can play, for real. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '#spoor/core/fact.ts';
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
  for (const name of Object.keys(scenarios) as Ability[]) {
    if (agent.cannot[name] !== undefined) continue;
    test(`${agent.title}: ${name}`, { skip }, async (t) => {
      const scenario = toScenario(agent, name);
      const stage = await openStage(agent, scenario);
      t.after(() => stage.close());
      await stage.install();
      await assertTraced(agent, { stage, name, scenario, ended: await playRuns(stage, scenario) });
    });
  }
  test(`${agent.title}: nothing is other with our hooks than without`, { skip }, async (t) => {
    const scenario = toScenario(agent, 'one tool');
    const toText = (text: string): string => agent.toStableText?.(text) ?? text;
    const play = async (isTraced: boolean): Promise<unknown> => {
      const stage = await openStage(agent, scenario);
      t.after(() => stage.close());
      if (isTraced) await stage.install();
      const [ended] = await playRuns(stage, scenario);
      return { code: ended?.code, out: toText(withoutPlaces(stage, ended?.out ?? '')), asked: stage.model.served.map((one) => toAsked(one, (text) => toText(withoutPlaces(stage, text)))) };
    };
    assert.deepEqual(await play(true), await play(false));
  });
}

/** A scenario as this agent plays it. */
export function toScenario(agent: LiveAgent, name: Ability): Scenario {
  const { runs, parts } = scenarios[name];
  const started = new Set(parts.flatMap(({ answers }) => answers.flatMap(({ calls = [] }) => calls.map((call) => call.tool === 'subagent' && call.phrase))));
  return { runs, parts: parts.map((part) => ({ ...part, answers: agent.toAnswers?.(part.answers, { isSubagent: started.has(part.phrase) }) ?? part.answers })) };
}

/** Plays its runs, one process of the agent after the other. */
export async function playRuns(stage: LiveStage, { runs }: Scenario): Promise<EndedProgram[]> {
  const ended: EndedProgram[] = [];
  for (const run of runs) {
    const sessionId = run.resumes ? (await stage.collect())[0]?.sessionId : undefined;
    ended.push(await stage.run(run, sessionId));
  }
  return ended;
}

interface Played {
  stage: LiveStage;
  name: Ability;
  scenario: Scenario;
  ended: EndedProgram[];
}

async function assertTraced(agent: LiveAgent, { stage, name, scenario, ended }: Played): Promise<void> {
  const { served, faults } = stage.model;
  assert.deepEqual(faults.slice(0, 1), []);
  const said = ended.map(({ code, signal, out, err }) => `left with ${code ?? signal}\n${out}\n${err}`).join('\n');
  for (const { phrase } of scenario.parts) assert.ok(served.some((one) => one.phrase === phrase), `the model was never asked "${phrase}":\n${said}`);
  const spans = await stage.collect();
  const expected = toExpectedLines(agent, scenario, served);
  assert.deepEqual(toFoundLines(agent, spans), expected, said);
  assertHooksCame(spans, stage.readHookFacts([...new Set(spans.map(({ sessionId }) => sessionId))]));
  assertDelivered({ stage, spans, scenario });
  if (agent.untold?.[name] !== undefined) return;
  const imported = await stage.importAlone();
  assert.deepEqual(toFoundLines(agent, imported), expected, 'by import alone');
  if (agent.hooksKnowIds) assert.deepEqual(toIds(imported), toIds(spans), 'span ids by import alone');
}

/** Hooks told of every turn and every call that ran, and so no time of a call is a guess. */
function assertHooksCame(spans: readonly ExportedSpan[], facts: readonly Fact[]): void {
  const tools = spans.filter(({ operation, outcome }) => operation === 'execute_tool' && ['ok', 'error'].includes(outcome));
  const turns = spans.filter(({ operation, parentSpanId }) => operation === 'invoke_agent' && parentSpanId === undefined);
  const count = (type: Fact['type']): number => facts.filter((fact) => fact.type === type).length;
  assert.deepEqual({ turns: count('turn.started') >= turns.length, tools: count('tool.started') >= tools.length }, { turns: true, tools: true }, `${facts.map(({ type }) => type).join(' ')}`);
  assert.deepEqual(tools.filter(({ times }) => times === 'estimated').map(({ span }) => span.name), []);
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

function withoutPlaces({ places }: LiveStage, text: string): string {
  return text.replaceAll(places.project, '<project>').replaceAll(places.home, '<home>').replaceAll(places.modelUrl, '<model>');
}

/** What the model was asked. */
function toAsked({ phrase, step, request }: Served, toText: (text: string) => string): unknown {
  return { phrase, step, tools: request.tools.map(({ name }) => name).sort(), items: request.items.map((item) => ('text' in item ? { ...item, text: toText(item.text) } : item)) };
}
