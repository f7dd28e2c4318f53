/** Whose model it was and who served it, in the words of OpenInference. */
import type { SpanValues } from '../core/span.ts';

export interface Vendor {
  /** Who serves the model; absent: nobody told. */
  provider?: string;
  /** Whose model, or whose API, it is. */
  system?: string;
}

/** `gen_ai.provider.name` → OpenInference's two (spec/llm_spans.md); without a system the model's own name may tell it. */
const VENDORS: Readonly<Record<string, Vendor>> = {
  'anthropic': { provider: 'anthropic', system: 'anthropic' },
  'aws.bedrock': { provider: 'aws' },
  'azure.ai.inference': { provider: 'azure' },
  'azure.ai.openai': { provider: 'azure', system: 'openai' },
  'cohere': { provider: 'cohere', system: 'cohere' },
  'deepseek': { provider: 'deepseek', system: 'deepseek' },
  'gcp.gemini': { provider: 'google' },
  'gcp.gen_ai': { provider: 'google' },
  'gcp.vertex_ai': { provider: 'google', system: 'vertexai' },
  'groq': { provider: 'groq' },
  'mistral_ai': { provider: 'mistralai', system: 'mistralai' },
  'moonshot_ai': { provider: 'moonshot' },
  'openai': { provider: 'openai', system: 'openai' },
  'perplexity': { provider: 'perplexity' },
  'x_ai': { provider: 'xai', system: 'xai' },
};

/** Families of models that one vendor alone makes. */
const MAKERS: readonly (readonly [family: RegExp, system: string])[] = [
  [/\bclaude\b/i, 'anthropic'],
  [/\b(?:gpt|chatgpt|codex|o[134])\b/i, 'openai'],
  [/\b(?:mistral|mixtral|codestral|devstral|magistral)\b/i, 'mistralai'],
  [/\bdeepseek\b/i, 'deepseek'],
  [/\bgrok\b/i, 'xai'],
  [/\bllama\b/i, 'meta'],
  [/\bcommand-[ra]\b/i, 'cohere'],
  [/\b(?:nova|titan)\b/i, 'amazon'],
];

/** One that nobody lists (an agent that sells models itself) keeps its own name. */
export function toVendor({ provider, requestModel, responseModel }: Pick<SpanValues, 'provider' | 'requestModel' | 'responseModel'>): Vendor {
  if (provider === undefined) return {};
  const known: Vendor = Object.hasOwn(VENDORS, provider) ? (VENDORS[provider] ?? {}) : { provider };
  const model = responseModel ?? requestModel ?? '';
  return { ...known, system: known.system ?? MAKERS.find(([family]) => family.test(model))?.[1] ?? known.provider };
}
