/** A store's spans as text that a person can review: structure and values, no times, no random ids. */
import type { Session } from '#spoor/core/session.ts';
import type { Span } from '#spoor/core/span.ts';
import type { Usage } from '#spoor/core/usage.ts';
import type { Store } from '#spoor/store/store.ts';

export interface TreeTextOptions {
  /** false: without what only hooks can tell, so that a live trace and an import compare. */
  clocks: boolean;
  /** false: without what it cost, for trees that are written down by hand. */
  costs?: boolean;
}

/** One block a session, one line a span. */
export function toTreeText(store: Store, options: TreeTextOptions): string {
  const roots = store.listSessions({}).sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
  return roots.map((session) => sessionText(store, session, options)).join('\n');
}

function sessionText(store: Store, { agent, sessionId }: Session, options: TreeTextOptions): string {
  const spans = store.readSpans(agent, sessionId);
  const children = new Map<string | undefined, Span[]>();
  const ids = new Set(spans.map((span) => span.spanId));
  for (const span of spans) {
    const parent = span.parentSpanId !== undefined && ids.has(span.parentSpanId) ? span.parentSpanId : undefined;
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const lines: string[] = [`session ${sessionId.slice(0, 8)}`];
  const add = (parent: string | undefined, depth: number): void => {
    for (const span of (children.get(parent) ?? []).sort(inOrder)) {
      lines.push(`${'  '.repeat(depth)}${spanText(span, options)}`);
      add(span.spanId, depth + 1);
    }
  };
  add(undefined, 1);
  return `${lines.join('\n')}\n`;
}

/** By turn, then as they came; where nothing tells the order (parallel calls, parallel subagents), by id. */
function inOrder(a: Span, b: Span): number {
  const key = (span: Span): string => `${span.values.toolCallId ?? ''} ${span.values.responseId ?? ''} ${span.spanId}`;
  if (a.turnIndex !== b.turnIndex && a.sessionId === b.sessionId) return a.turnIndex - b.turnIndex;
  if (a.kind === 'agent' && b.kind === 'agent' && a.sessionId !== b.sessionId) return a.sessionId < b.sessionId ? -1 : 1;
  if (a.kind === 'tool' && b.kind === 'tool' && a.values.batchSize !== undefined && b.values.batchSize !== undefined) return key(a) < key(b) ? -1 : 1;
  if (a.startUnixNano !== b.startUnixNano) return a.startUnixNano < b.startUnixNano ? -1 : 1;
  return key(a) < key(b) ? -1 : 1;
}

function spanText(span: Span, { clocks, costs = true }: TreeTextOptions): string {
  const { values } = span;
  const parts = [
    span.kind === 'agent' ? `turn ${span.turnIndex} ${values.agentName ?? ''}` : span.kind,
    values.toolName, values.mcpServer && `mcp=${values.mcpServer}/${values.mcpTool}`, values.skillName && `skill=${values.skillName}`,
    span.outcome, values.decision && `decision=${values.decision}`,
    values.toolCallId && `call=${values.toolCallId.slice(-6)}`, values.responseId && `answer=${values.responseId.slice(0, 6)}`,
    values.requestModel && `model=${values.requestModel}`,
    values.repository && `repository=${[values.repository.url ?? values.repository.name, values.repository.branch, values.repository.commit?.slice(0, 7)].filter(Boolean).join('@')}`,
    values.usage && `tokens=${toUsageText(values.usage)}`,
    values.credits !== undefined && `credits=${values.credits}`, values.turnCredits !== undefined && `turnCredits=${round(values.turnCredits)}`,
    ...(costs ? toCostTexts(span) : []),
    values.contextUsagePercent !== undefined && `context=${values.contextUsagePercent}%`,
    values.exitCode !== undefined && `exit=${values.exitCode}`, values.batchSize !== undefined && `batch=${values.batchSize}`,
    values.files?.map((file) => `${file.operation}:${file.path}`).join(','),
    values.errorType && `error=${values.errorType}`, values.finishReasons?.join(','),
    span.content.prompt && JSON.stringify(span.content.prompt), span.kind !== 'tool' && span.content.answer && `❮${JSON.stringify(span.content.answer)}`,
    span.events.map((event) => `!${event.name}`).join(' '), span.links.length > 0 && 'linked',
    clocks && `times=${span.provenance.times}`, clocks && !span.final && 'NOT FINAL', clocks && span.incomplete && 'incomplete',
    span.endUnixNano === undefined && 'OPEN',
  ];
  return parts.filter(Boolean).join(' ');
}

/** What it cost and who says so. That something is charged in credits shows by their number. */
function toCostTexts({ values, provenance }: Span): (string | undefined)[] {
  const { billing, cost, equivalentCost, unpriced, turnCost, premiumRequests, turnPremiumRequests } = values;
  return [
    billing && billing !== 'credits' ? `billing=${billing}` : undefined,
    cost && `usd=${cost.usd}(${provenance.cost})`, equivalentCost && `equivalent=${equivalentCost.usd}(${provenance.cost})`, unpriced && `unpriced=${unpriced}`,
    premiumRequests === undefined ? undefined : `premium=${premiumRequests}`, turnPremiumRequests === undefined ? undefined : `turnPremium=${turnPremiumRequests}`,
    turnCost?.usd === undefined ? undefined : `turnUsd=${turnCost.usd}`, turnCost?.equivalentUsd === undefined ? undefined : `turnEquivalent=${turnCost.equivalentUsd}`,
    turnCost?.unpriced && `turnUnpriced=${turnCost.unpriced.map(({ model, reason, chats }) => `${chats}×${model ?? '-'}:${reason}`).join(',')}`,
  ];
}

/** Sums of binary fractions: equal to the picocredit. */
function round(value: number): number {
  return Number(value.toFixed(12));
}

/** in/out, then what is known of cache reads, cache writes, those of them for an hour, searches and reasoning. */
function toUsageText({ inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens, cacheCreation1hTokens, reasoningTokens, webSearches }: Usage): string {
  const more = [cacheReadTokens && `r${cacheReadTokens}`, cacheCreationTokens && `w${cacheCreationTokens}`, cacheCreation1hTokens && `h${cacheCreation1hTokens}`, webSearches && `s${webSearches}`, reasoningTokens && `t${reasoningTokens}`].filter(Boolean);
  return `${inputTokens ?? '-'}/${outputTokens ?? '-'}${more.length > 0 ? `(${more.join(',')})` : ''}`;
}
