/** OpenCode's token counts, and the names of the providers it asks. */
import type { FactOf } from '../../core/fact.ts';
import type { Usage } from '../../core/usage.ts';
import { asCount, asRecord, asText } from '../untrusted.ts';

/** `{input, output, reasoning, cache: {read, write}}`: input is without the cache, output without reasoning. undefined: nothing was counted. */
export function parseUsage(value: unknown): Usage | undefined {
  const tokens = asRecord(value);
  const cache = asRecord(tokens?.cache);
  const [input, output, reasoning] = [asCount(tokens?.input), asCount(tokens?.output), asCount(tokens?.reasoning)];
  const [read, write] = [asCount(cache?.read), asCount(cache?.write)];
  if (![input, output, reasoning, read, write].some((count) => count !== undefined && count > 0)) return undefined;
  const usage: Usage = {};
  if (input !== undefined) usage.inputTokens = input + (read ?? 0) + (write ?? 0);
  if (output !== undefined) usage.outputTokens = output + (reasoning ?? 0);
  if (read !== undefined) usage.cacheReadTokens = read;
  if (write !== undefined) usage.cacheCreationTokens = write;
  if (reasoning !== undefined) usage.reasoningTokens = reasoning;
  return usage;
}

/** OpenCode names providers as models.dev does; these have another name in OTel's conventions (`gen_ai.provider.name`). */
const PROVIDERS: Readonly<Record<string, string>> = {
  'amazon-bedrock': 'aws.bedrock',
  azure: 'azure.ai.openai',
  'azure-cognitive-services': 'azure.ai.inference',
  google: 'gcp.gemini',
  'google-vertex': 'gcp.vertex_ai',
  'google-vertex-anthropic': 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  moonshotai: 'moonshot_ai',
  xai: 'x_ai',
};

/** A provider's id → its name in the conventions, or the id itself. */
export function toProvider(providerId: unknown): string | undefined {
  const id = asText(providerId);
  return id !== undefined && Object.hasOwn(PROVIDERS, id) ? PROVIDERS[id] : id;
}

/** Providers of models.dev that are plans: a request is not charged by itself. */
const PLANS: ReadonlySet<string> = new Set(['zai-coding-plan', 'zhipuai-coding-plan', 'kimi-for-coding', 'minimax-coding-plan', 'minimax-cn-coding-plan', 'alibaba-coding-plan']);

/** What a provider charges in, where its id tells. */
export function toBilling(providerId: unknown): Pick<FactOf<'model.answered'>, 'billing'> {
  const id = asText(providerId) ?? '';
  if (id === 'github-copilot' || id === 'github-copilot-enterprise') return { billing: 'premium-requests' };
  return PLANS.has(id) ? { billing: 'subscription' } : {};
}
