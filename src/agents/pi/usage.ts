/** pi's token counts and costs, and the names of the providers it asks. */
import type { Cost } from '../../core/cost.ts';
import type { FactOf } from '../../core/fact.ts';
import type { Usage } from '../../core/usage.ts';
import { asAmount, asCount, asRecord, asText } from '../untrusted.ts';

/** `{input, output, cacheRead, cacheWrite, reasoning?}`: input is without the cache, output with reasoning. undefined: nothing was counted. */
export function parseUsage(value: unknown): Usage | undefined {
  const told = asRecord(value);
  const [input, output, read, write, reasoning] = [told?.input, told?.output, told?.cacheRead, told?.cacheWrite, told?.reasoning].map(asCount);
  if (![input, output, read, write].some((count) => count !== undefined && count > 0)) return undefined;
  const usage: Usage = {};
  if (input !== undefined) usage.inputTokens = input + (read ?? 0) + (write ?? 0);
  if (output !== undefined) usage.outputTokens = output;
  if (read !== undefined) usage.cacheReadTokens = read;
  if (write !== undefined) usage.cacheCreationTokens = write;
  if (reasoning !== undefined) usage.reasoningTokens = reasoning;
  const hour = asCount(told?.cacheWrite1h);
  if (hour) usage.cacheCreation1hTokens = hour;
  return usage;
}

type Answered = FactOf<'model.answered'>;

/** `{cost: {input, output, cacheRead, cacheWrite, total, totalFromProvider?}}` in dollars: pi multiplies, or passes on what the provider said. */
export function parseCost(usage: unknown): Pick<Answered, 'cost' | 'isProvidersCost'> {
  const told = asRecord(asRecord(usage)?.cost);
  const usd = asAmount(told?.total);
  if (usd === undefined) return {};
  if (told?.totalFromProvider === true) return { cost: { usd }, isProvidersCost: true };
  const parts = { inputUsd: asAmount(told?.input), cacheReadUsd: asAmount(told?.cacheRead), cacheWriteUsd: asAmount(told?.cacheWrite), outputUsd: asAmount(told?.output) };
  return { cost: { usd, ...Object.fromEntries(Object.entries(parts).filter(([, part]) => part)) } satisfies Cost };
}

/** A person signs in to these with a plan: what pi works out is not charged. */
const PLANS: ReadonlySet<string> = new Set(['openai-codex', 'google-gemini-cli', 'google-antigravity']);

/** What a provider, as pi names it, charges in, where its name tells. */
export function toBilling(provider: unknown): Pick<Answered, 'billing'> {
  const name = asText(provider) ?? '';
  if (name === 'github-copilot') return { billing: 'premium-requests' };
  return PLANS.has(name) ? { billing: 'subscription' } : {};
}

/** These have another name in OTel's conventions (`gen_ai.provider.name`). */
const PROVIDERS: Readonly<Record<string, string>> = {
  'amazon-bedrock': 'aws.bedrock',
  'azure-openai-responses': 'azure.ai.openai',
  google: 'gcp.gemini',
  'google-gemini-cli': 'gcp.gemini',
  'google-vertex': 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  'openai-codex': 'openai',
  xai: 'x_ai',
};

/** A provider as pi names it → its name in the conventions, or as it is. */
export function toProvider(provider: unknown): string | undefined {
  const name = asText(provider);
  return name !== undefined && Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : name;
}
