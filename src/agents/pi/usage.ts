/** pi's token counts, and the names of the providers it asks. */
import type { Usage } from '../../core/usage.ts';
import { asCount, asRecord, asText } from '../untrusted.ts';

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
  return usage;
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
