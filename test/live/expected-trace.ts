/**
 * The trace as one line a span, once as it must be by what the model served and once as it was exported: two lists that are equal,
 * or whose difference says what is wrong.
 */
import type { ExportedSpan } from './exported-span.ts';
import type { LiveAgent } from './live-agent.ts';
import type { Served, ServedCall } from './model/model-server.ts';
import type { ScriptedCall } from './model/script.ts';
import type { Tokens } from './model/wire.ts';
import type { Scenario } from './scenarios.ts';

/** What the spans must be, in no order. */
export function toExpectedLines(agent: LiveAgent, { runs }: Scenario, served: readonly Served[]): string[] {
  const lines: string[] = [];
  const add = (phrase: string, owner: string): void => {
    for (const one of served.filter((each) => each.phrase === phrase)) {
      if (one.isWhole) lines.push(`${owner} > ${toChatLine({ model: one.request.model, responseId: isKept(agent, owner) ? one.answerId : undefined, tokens: agent.toTokens?.(one) ?? one.tokens })}`);
      for (const call of one.calls) addCall(call, owner);
    }
  };
  const addCall = (call: ServedCall, owner: string): void => {
    const { scripted } = call;
    const spanCall = agent.toSpanCall ? agent.toSpanCall(call, scripted) : {};
    if (spanCall === null) return;
    const { name = call.name, id = call.id } = spanCall;
    const line = `${owner} > tool ${name} ${id}`;
    lines.push(`${line} ${toOutcome(agent, scripted)}${toMcpText(agent.toMcp?.(scripted))}`);
    if (scripted.tool !== 'subagent') return;
    lines.push(`${line} > agent ok`);
    add(scripted.phrase, `${line} > agent`);
  };
  for (const [index, { phrase, interruptAt }] of runs.entries()) {
    lines.push(`turn ${index} ${interruptAt === undefined ? 'ok' : agent.leavesAtOnce ? 'unknown' : 'cancelled'}`);
    add(phrase, `turn ${index}`);
  }
  return lines.sort();
}

function toOutcome(agent: LiveAgent, scripted: ScriptedCall): string {
  if (agent.leavesAtOnce && scripted.outcome === 'cancelled') return 'unknown';
  return agent.toOutcome?.(scripted) ?? scripted.outcome;
}

/** What the spans are. Permissions stand between a call and nothing: they are left out. */
export function toFoundLines(agent: LiveAgent, spans: readonly ExportedSpan[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return spans.filter(({ operation }) => operation !== 'permission').map((span) => toLine(agent, span, byId)).sort();
}

function toLine(agent: LiveAgent, span: ExportedSpan, byId: ReadonlyMap<string, ExportedSpan>): string {
  const path = toPath(span, byId);
  if (span.operation === 'chat') return `${path} > ${toChatLine({ model: span.model, responseId: isKept(agent, path) ? span.responseId : undefined, tokens: span.tokens ?? {} })}`;
  if (span.operation === 'execute_tool') return `${path} > ${toName(span)} ${span.outcome}${toMcpText(span.mcp)}`;
  if (span.operation === 'invoke_agent') return `${path === '' ? '' : `${path} > `}${toName(span)} ${span.outcome}`;
  return `${path} > ${span.operation}`;
}

function isKept({ keepsResponseId }: LiveAgent, owner: string): boolean {
  return keepsResponseId === 'always' || (keepsResponseId === 'in-turns' && !owner.endsWith(' > agent'));
}

/** The names of the spans above. */
function toPath({ parentSpanId }: ExportedSpan, byId: ReadonlyMap<string, ExportedSpan>): string {
  if (parentSpanId === undefined) return '';
  const parent = byId.get(parentSpanId);
  if (!parent) return 'nobody';
  const above = toPath(parent, byId);
  return above === '' ? toName(parent) : `${above} > ${toName(parent)}`;
}

function toName(span: ExportedSpan): string {
  if (span.operation === 'execute_tool') return `tool ${span.toolName} ${span.callId}`;
  return span.parentSpanId === undefined ? `turn ${span.turnIndex}` : 'agent';
}

/** A 0 that an agent wrote down says no more than nothing. */
function toChatLine({ model, responseId, tokens }: { model?: string; responseId?: string; tokens: Partial<Tokens> }): string {
  const { input, output, cacheRead, cacheWrite, reasoning } = tokens;
  const figures = [['in', input], ['out', output], ['read', cacheRead], ['written', cacheWrite], ['reasoned', reasoning]].flatMap(([name, count]) => (count === undefined || count === 0 ? [] : [`${name} ${count}`]));
  return `chat ${model}${responseId === undefined ? '' : ` ${responseId}`}: ${figures.join(', ')}`;
}

function toMcpText(mcp: ExportedSpan['mcp']): string {
  return mcp?.server === undefined ? '' : ` mcp ${mcp.server}/${mcp.tool}`;
}
