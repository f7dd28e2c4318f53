/** Secrets are taken out of facts before anything is stored. Ids and keys stay as they are: spans are joined by them. */
import type { Fact } from '../core/fact.ts';
import { scrubValue, type ScrubText } from '../processors/scrub.ts';

/** Fields that hold ids, times, numbers or words of ours, at the top of a fact and in its `tool`. */
const KEPT = new Set([
  'agent', 'sessionId', 'source', 'key', 'at', 'order', 'turnKey', 'runKey', 'type', 'messageId', 'messageIds', 'responseId', 'callId', 'nativeCallId', 'callIds', 'parent', 'startedAt', 'endedAt',
  'durationNano', 'requestCredits', 'requestCount', 'reason', 'outcome', 'usage', 'credits', 'name', 'canonicalName', 'mcpServer', 'mcpTool', 'model',
  'requestModel', 'responseModel', 'provider', 'finishReasons', 'change', 'contextUsagePercent', 'contextWindowTokens', 'isSynthetic', 'exitCode', 'errorType',
  'channel', 'shell', 'agentPid', 'askId', 'decision', 'links', 'isEndTold', 'turnCredits', 'recordId', 'started', 'cost', 'isProvidersCost', 'billing', 'premiumRequests', 'turnPremiumRequests', 'serviceTier', 'requestId', 'attempts', 'attempt', 'told',
]);

/** A fact → the same fact without secrets. Applied to both sides of a call, so that what was equal stays equal. */
export function scrubFact(fact: Fact): Fact {
  return scrubFields(fact) as Fact;
}

/** The same; `scrub`: see `scrubValue`. */
export function scrubFactBy(fact: Fact, scrub: ScrubText | undefined): Fact {
  return scrubFields(fact, scrub) as Fact;
}

function scrubFields(value: object, scrub?: ScrubText): object {
  const scrubbed: Record<string, unknown> = { ...value };
  // Their names are ours: no list of them has to be made for every fact.
  for (const name in scrubbed) {
    const field = scrubbed[name];
    if (field === undefined || field === null || typeof field === 'number' || typeof field === 'bigint' || KEPT.has(name)) continue;
    scrubbed[name] = name === 'tool' || name === 'result' ? scrubFields(field as object, scrub) : scrubValue(field, scrub).value;
  }
  return scrubbed;
}
