/** What a row of the waterfall says about its span: kind, name, details, reason. */
import { toCallTarget } from '../../core/call-summary.ts';
import { addCosts, type CostSum } from '../../core/cost.ts';
import type { Span } from '../../core/span.ts';
import { toPlainLine } from './clean-text.ts';
import { toCostCell, toCountText, toCreditsText } from './number-text.ts';
import type { SpanNode } from './span-tree.ts';

export type RowKind = 'session' | 'chat' | 'tool' | 'skill' | 'mcp' | 'subagent' | 'permission' | 'event' | 'idle';

/** The kind of row a span makes: tools are told apart by what they are for. */
export function toRowKind(span: Span): RowKind {
  if (span.kind === 'agent') return 'subagent';
  if (span.kind !== 'tool') return span.kind;
  if (span.values.skillName) return 'skill';
  return span.values.mcpServer ? 'mcp' : 'tool';
}

/** The row's name, safe to print. */
export function toLabel(span: Span): string {
  return toPlainLine(toRawLabel(span)) || '(no name)';
}

function toRawLabel({ kind, agent, values }: Span): string {
  if (kind === 'chat') return values.responseModel ?? values.requestModel ?? 'model';
  if (kind === 'agent') return values.agentName ?? agent;
  if (kind === 'permission') return 'permission';
  if (values.skillName) return `skill ${values.skillName}`;
  if (values.mcpServer) return `${values.mcpServer} / ${values.mcpTool ?? values.toolName ?? 'tool'}`;
  return values.toolName ?? 'tool';
}

/** What else is worth saying, the most telling first; safe to print. */
export function toDetails(node: SpanNode): string[] {
  const { span } = node;
  const raw = span.kind === 'chat' ? chatDetails(span) : span.kind === 'agent' ? agentDetails(node) : span.kind === 'tool' ? toolDetails(span) : [];
  return raw.flatMap((text) => (text === undefined ? [] : [toPlainLine(text)])).filter((text) => text !== '');
}

function chatDetails({ values }: Span): (string | undefined)[] {
  const { usage, credits, contextUsagePercent, cost, equivalentCost } = values;
  const creditsText = toCreditsText(credits);
  return [
    contextUsagePercent === undefined ? undefined : `ctx ${Math.round(contextUsagePercent)}%`,
    creditsText === undefined ? undefined : `${creditsText} cr`,
    toCostCell({ usd: cost?.usd, equivalentUsd: equivalentCost?.usd }) || undefined,
    usage?.inputTokens === undefined ? undefined : `${short(usage.inputTokens)}→${usage.outputTokens === undefined ? '?' : short(usage.outputTokens)} tok`,
  ];
}

function toolDetails({ values }: Span): (string | undefined)[] {
  return [toCallTarget(values), values.toolPurpose];
}

function agentDetails(node: SpanNode): (string | undefined)[] {
  const chats = count(node, 'chat');
  const tools = count(node, 'tool');
  const credits = toCreditsText(sumCredits(node));
  return [
    chats > 0 ? toCountText(chats, 'chat') : undefined,
    tools > 0 ? toCountText(tools, 'tool') : undefined,
    credits === undefined ? undefined : `${credits} cr`,
    toCostCell(sumCosts(node)) || undefined,
  ];
}

/** Why it did not go well, in one line; safe to print. */
export function toMessage({ values, outcome }: Span): string | undefined {
  if (outcome === 'ok' || outcome === 'unknown') return undefined;
  const message = toPlainLine(values.errorMessage ?? '') || toPlainLine(values.errorType ?? '');
  if (message) return message;
  return values.exitCode ? `exit code ${values.exitCode}` : undefined;
}

/**
 * Credits of a turn or subagent with everything below it; absent when nothing below knows any. `turnCredits` already is the
 * sum of the chats of its own agent, so only those of nested agents are added to it.
 */
export function sumCredits(node: SpanNode): number | undefined {
  const { values } = node.span;
  const isTotal = node.span.kind === 'agent' && values.turnCredits !== undefined;
  const own = isTotal ? values.turnCredits : values.credits;
  return node.children
    .map((child) => (isTotal ? creditsOfNestedAgents(child) : sumCredits(child)))
    .reduce(add, own);
}

/** What a turn or subagent cost with the subagents below it: each sum is over the chats of its own agent. */
export function sumCosts(node: SpanNode): CostSum | undefined {
  return addCosts(costsOf(node));
}

function costsOf({ span, children }: SpanNode): CostSum[] {
  const own = span.kind === 'agent' ? (span.values.turnCost ?? []) : [];
  return [own, ...children.map(costsOf)].flat();
}

function creditsOfNestedAgents(node: SpanNode): number | undefined {
  if (node.span.kind === 'agent') return sumCredits(node);
  return node.children.map(creditsOfNestedAgents).reduce(add, undefined);
}

function add(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : a + b;
}

function count(node: SpanNode, kind: Span['kind']): number {
  return node.children.reduce((sum, child) => sum + (child.span.kind === kind ? 1 : 0) + count(child, kind), 0);
}

/** `890`, `12.4k`, `1.2M` */
function short(tokens: number): string {
  if (tokens < 1_000) return String(tokens);
  if (tokens < 999_500) return `${(tokens / 1_000).toFixed(tokens < 99_950 ? 1 : 0)}k`;
  return `${(tokens / 1_000_000).toFixed(1)}M`;
}
