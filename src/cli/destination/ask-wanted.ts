/** The questions of `spoor destination add`, for a person at a terminal. */
import type { Config } from '../../config/config.ts';
import { isLoopback } from '../../config/destination/address.ts';
import { findPreset, presets } from '../../exporters/presets/index.ts';
import type { Preset, PresetNeed } from '../../exporters/presets/preset.ts';
import { defaultRegion, toPresetUrl } from '../../exporters/presets/preset-url.ts';
import type { CliContext } from '../context.ts';
import { Failure } from '../failure.ts';
import { say } from '../terminal/say.ts';
import { toWanted, type AddOptions, type Wanted } from './wanted.ts';

/** Answers that cannot be meant are asked for again so often. */
const MOST_TRIES = 3;

/** Asks for what the flags leave open. Throws a `Failure` when the person goes away. */
export async function askWanted(name: string | undefined, options: AddOptions, { config, context }: { config: Config; context: CliContext }): Promise<Wanted> {
  const placed = await askPlace(options, context);
  const preset = placed.preset === undefined ? undefined : findPreset(placed.preset);
  const secrets: Record<string, string> = {};
  const answers: AddOptions = { ...options, ...placed };
  if (preset) await askNeeds(preset, { answers, secrets, context });
  const where = answers.url ?? (preset ? toPresetUrl(preset, answers.region) : undefined);
  answers.project ??= await askLine(`Project (Enter: ${config.project ?? 'none'}): `, context);
  answers.content ??= await askContent(where === undefined || isLoopback(where) ? 'preview' : 'none', context);
  const wanted = toWanted(name, answers, { config, context });
  return { ...wanted, secrets };
}

async function askPlace(options: AddOptions, context: CliContext): Promise<Pick<AddOptions, 'preset' | 'url' | 'path'>> {
  if (options.preset !== undefined || options.url !== undefined || options.path !== undefined) return {};
  await say(context.stderr, 'Where shall traces go?');
  const width = Math.max(...presets.map(({ title }) => title.length));
  await context.stderr.write(presets.map(({ title, url }, index) => `  ${String(index + 1).padStart(2)}  ${title.padEnd(width)}  ${url.includes('{') ? '' : url}`.trimEnd()).join('\n') + '\n');
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const answer = (await askLine('A number, an address (http://…) or a file (/…/traces.jsonl): ', context)) ?? '';
    const preset = /^\d+$/.test(answer) ? presets[Number(answer) - 1] : findPreset(answer.toLowerCase());
    if (preset) return { preset: preset.id };
    if (/^https?:\/\//i.test(answer)) return { url: answer };
    if (/^[~/]/.test(answer)) return { path: answer };
    await say(context.stderr, 'That is none of them.');
  }
  throw new Failure('Nothing was changed.');
}

interface Asking {
  answers: AddOptions;
  secrets: Record<string, string>;
  context: CliContext;
}

async function askNeeds(preset: Preset, asking: Asking): Promise<void> {
  const { answers, context } = asking;
  if (preset.regions && answers.region === undefined && answers.url === undefined) await askRegion(preset, Object.keys(preset.regions), asking);
  else if (!preset.url.includes('{') && answers.url === undefined) answers.url = await askLine(`Address (Enter: ${preset.url}): `, context);
  for (const need of preset.needs) {
    if (need.key === 'region') answers.region ??= answers.url === undefined ? await askText(need, context) : undefined;
    else if (need.isSecret) await askSecret(need, asking);
    else if (need.key !== 'apiKey') answers[need.key] ??= await askText(need, context);
  }
}

async function askRegion(preset: Preset, known: readonly string[], { answers, context }: Asking): Promise<void> {
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const answer = await askLine(`Region (${known.join(', ')}) or an address of your own (Enter: ${defaultRegion(preset) ?? ''}): `, context);
    if (answer === undefined) return;
    if (/^https?:\/\//i.test(answer)) return void (answers.url = answer);
    if (known.includes(answer)) return void (answers.region = answer);
    await say(context.stderr, `There is no ${answer}.`);
  }
  throw new Failure('Nothing was changed.');
}

/** Undefined: what stands in the variable, or nothing. */
async function askText({ title, variable, isOptional }: PresetNeed, context: CliContext): Promise<string | undefined> {
  const isSet = variable !== undefined && Boolean(context.environment.env[variable]);
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const answer = await askLine(`${toSentence(title)}${isSet ? ` (Enter: taken from ${variable})` : isOptional ? ' (Enter: none)' : ''}: `, context);
    if (answer !== undefined || isSet || isOptional) return answer;
  }
  throw new Failure(`Nothing was changed: the ${title} is needed.`);
}

/** A key that is typed is not shown, and stands in a file of its own; a reference (`env:NAME`) stays one. */
async function askSecret(need: PresetNeed, { answers, secrets, context }: Asking): Promise<void> {
  if (answers.apiKeyEnv !== undefined || answers.apiKeyFile !== undefined) return;
  const { title, variable, isOptional } = need;
  const isSet = variable !== undefined && Boolean(context.environment.env[variable]);
  const standard = isSet || !isOptional ? `taken from ${variable ?? 'nowhere'}` : 'none';
  const typed = (await ask(`${toSentence(title)}, not shown (Enter: ${standard}): `, context, true)).trim();
  if (typed.startsWith('env:')) answers.apiKeyEnv = typed.slice('env:'.length);
  else if (typed.startsWith('file:')) answers.apiKeyFile = typed.slice('file:'.length);
  else if (typed !== '') secrets[need.key] = typed;
}

async function askContent(standard: 'none' | 'preview', context: CliContext): Promise<string> {
  await say(context.stderr, 'What of prompts, answers and tool content goes along: none, preview (the first 200 characters) or full?');
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const answer = (await askLine(`Content (Enter: ${standard}): `, context))?.toLowerCase();
    if (answer === undefined) return standard;
    if (['none', 'preview', 'full'].includes(answer)) return answer;
    await say(context.stderr, 'Write none, preview or full.');
  }
  throw new Failure('Nothing was changed.');
}

/** Undefined: only Enter was pressed. */
async function askLine(question: string, context: CliContext): Promise<string | undefined> {
  const answer = (await ask(question, context, false)).trim();
  return answer === '' ? undefined : answer;
}

async function ask(question: string, context: CliContext, isHidden: boolean): Promise<string> {
  const answer = await context.ask(question, { isHidden });
  if (answer === undefined) throw new Failure('Nothing was changed.');
  return answer;
}

function toSentence(title: string): string {
  return title.charAt(0).toUpperCase() + title.slice(1);
}
