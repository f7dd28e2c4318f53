/** One request to a model: tokens, cost, times and words. */
import { roundUsd, type Cost } from '#spoor/core/cost.ts';
import { roundCredits } from '#spoor/core/credits.ts';
import { millisToNano } from '#spoor/core/time.ts';
import type { Usage } from '#spoor/core/usage.ts';
import type { Span } from '#spoor/core/span.ts';
import { MODELS } from './people-and-tools.ts';
import { toSpan, type Scene, type TurnState } from './scene.ts';

/** Adds the span and moves the turn on. `calls`: how many calls the model asks for; with none it is the last answer. */
export function generateChat(scene: Scene, state: TurnState, { calls }: { calls: number }): void {
  const { dice, words } = scene.bench;
  const model = MODELS[scene.model];
  const durationMillis = dice.lognormal(model?.medianMillis ?? 4000, 0.6);
  const usage = toUsage(scene, state);
  const outcome = dice.percent(99) ? 'ok' : dice.percent(50) ? 'error' : 'cancelled';
  const values: Span['values'] = {
    provider: scene.kind.provider,
    requestModel: scene.model,
    responseModel: scene.model,
    responseId: `msg_${dice.hex(24)}`,
    finishReasons: [calls > 0 ? 'tool_use' : 'end_turn'],
    usage,
    contextUsagePercent: Math.round((state.contextTokens / (model?.windowTokens ?? 200_000)) * 1000) / 10,
    ...toPrice(scene, usage),
    ...(dice.percent(40) ? { timeToFirstChunkNano: millisToNano(durationMillis * 0.2) } : {}),
    ...(outcome === 'error' ? { errorType: 'overloaded_error' } : {}),
  };
  const content: Span['content'] = calls > 0 && dice.percent(55) ? {} : { answer: words.prose(dice.scaled(40, 700)) };
  const endMillis = state.atMillis + durationMillis;
  const provenance = { model: 'transcript', usage: 'transcript', cost: values.cost || values.equivalentCost ? 'estimated' : undefined, credits: values.credits === undefined ? undefined : 'transcript' } as const;
  state.spans.push(toSpan(scene, state, { kind: 'chat', parentSpanId: state.plan.spanId, startMillis: state.atMillis, endMillis, outcome, values, content, provenance }));
  state.left -= 1;
  state.atMillis = endMillis + 5;
}

/** Most of the input was there before: all but the newest comes out of the cache. */
function toUsage(scene: Scene, state: TurnState): Usage {
  const { dice } = scene.bench;
  const outputTokens = Math.max(8, Math.round(dice.lognormal(220, 0.9)));
  const fresh = 200 + Math.round(dice.lognormal(900, 0.9));
  state.contextTokens += fresh + outputTokens;
  const usage: Usage = { inputTokens: state.contextTokens, outputTokens, cacheReadTokens: state.contextTokens - fresh };
  if (scene.kind.agent === 'claude-code') usage.cacheCreationTokens = Math.round(fresh * 0.9);
  if (scene.kind.agent === 'codex') usage.reasoningTokens = Math.round(outputTokens * 0.4);
  return usage;
}

function toPrice(scene: Scene, { inputTokens = 0, outputTokens = 0, cacheReadTokens = 0 }: Usage): Partial<Span['values']> {
  if (scene.kind.billing === 'credits') return { billing: 'credits', credits: roundCredits(0.002 + outputTokens / 9000) };
  const price = MODELS[scene.model]?.price;
  if (!price) return { unpriced: 'unknown-provider' };
  const [inputUsd, cacheReadUsd, outputUsd] = [((inputTokens - cacheReadTokens) * price[0]) / 1e6, (cacheReadTokens * price[1]) / 1e6, (outputTokens * price[2]) / 1e6].map(roundUsd);
  const cost: Cost = { usd: roundUsd((inputUsd ?? 0) + (cacheReadUsd ?? 0) + (outputUsd ?? 0)), inputUsd, cacheReadUsd, outputUsd };
  return scene.isSubscription ? { billing: 'subscription', equivalentCost: cost } : { billing: 'api', cost };
}
