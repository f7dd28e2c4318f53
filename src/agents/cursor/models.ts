/** Cursor's names of models, and who provides each: Cursor resells other vendors' models beside its own. */
import { asText } from '../untrusted.ts';

/** Of what a person left to Cursor to choose the name is not told. `inherit`: a subagent's, the parent's model. */
const NO_MODEL = new Set(['default', 'auto', 'inherit', 'unknown', '?']);

/** By how their names begin → `gen_ai.provider.name`. */
const PROVIDERS: readonly (readonly [start: RegExp, provider: string])[] = [
  [/^claude/, 'anthropic'],
  [/^(?:gpt|o\d|codex)/, 'openai'],
  [/^gemini/, 'gcp.gemini'],
  [/^grok/, 'x_ai'],
  [/^deepseek/, 'deepseek'],
  [/^kimi/, 'moonshot_ai'],
  [/^(?:composer|cursor)/, 'cursor'],
];

/** A model's name where it is one of a model; undefined for a choice that was left to Cursor. */
export function asModel(value: unknown): string | undefined {
  const name = asText(value);
  return name === undefined || NO_MODEL.has(name.toLowerCase()) ? undefined : name;
}

/** A model's name → its provider; undefined where the name says nothing of one. */
export function toProvider(model: string | undefined): string | undefined {
  // Some builds write the vendor before the name: `anthropic/claude-…`.
  const name = model?.toLowerCase().replace(/^.*\//, '') ?? '';
  return PROVIDERS.find(([start]) => start.test(name))?.[1];
}
