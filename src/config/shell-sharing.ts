/**
 * What the variables of a shell say of how much may leave → restrictions and liftings for what runs there, whatever it is sent to. The names
 * are those of Arize's tracers, of OpenTelemetry's GenAI instrumentations and of OpenInference's; docs/content.md lists them all.
 */
import type { Problem } from '../core/problem.ts';
import type { ContentLevel, SharedKind, ShellSharing } from '../core/sharing.ts';

type Variables = Readonly<Record<string, string | undefined>>;

interface Said {
  withheld: Set<SharedKind>;
  shown: Set<SharedKind>;
  input?: 'withheld' | 'shown';
  problems: Problem[];
}

const WORDS = ['prompt', 'answer', 'reasoning'] as const satisfies readonly SharedKind[];
const TEXTS = [...WORDS, 'toolArguments', 'toolResult'] as const satisfies readonly SharedKind[];

/** false keeps these at home, true shows them. Unset or empty says nothing. */
const SWITCHES: readonly (readonly [variable: string, kinds: readonly SharedKind[]])[] = [
  ['ARIZE_LOG_PROMPTS', WORDS], ['ARIZE_LOG_TOOL_DETAILS', ['toolArguments']], ['ARIZE_LOG_TOOL_CONTENT', ['toolResult']],
];

/** https://opentelemetry.io/docs/specs/semconv/gen-ai/: true and false in older libraries, these words in newer ones. Events are what we do not send. */
const CAPTURE_VARIABLE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
const CAPTURES: Readonly<Record<string, boolean>> = { NO_CONTENT: false, EVENT_ONLY: false, SPAN_ONLY: true, SPAN_AND_EVENT: true };

/** https://github.com/Arize-ai/openinference/blob/main/spec/configuration.md: true hides; false is the default, and says nothing. */
const HIDES: readonly (readonly [variable: string, kinds: readonly SharedKind[]])[] = [
  ['OPENINFERENCE_HIDE_INPUTS', ['prompt', 'toolArguments']], ['OPENINFERENCE_HIDE_OUTPUTS', ['answer', 'reasoning', 'toolResult']],
  ['OPENINFERENCE_HIDE_INPUT_MESSAGES', ['prompt']], ['OPENINFERENCE_HIDE_OUTPUT_MESSAGES', ['answer', 'reasoning']],
  ['OPENINFERENCE_HIDE_INPUT_TEXT', ['prompt']], ['OPENINFERENCE_HIDE_OUTPUT_TEXT', ['answer', 'reasoning']],
  ['OPENINFERENCE_HIDE_PROMPTS', ['prompt']], ['OPENINFERENCE_HIDE_CHOICES', ['answer', 'reasoning']],
];

/** What a hook has to carry over for it. */
export const SHARING_VARIABLES: readonly string[] = [CAPTURE_VARIABLE, ...HIDES.map(([variable]) => variable)];

const LEVELS: readonly ContentLevel[] = ['none', 'preview', 'full'];

/** Variables → what they say; no value where they say nothing. A word that is not known restricts, and is told. */
export function parseShellSharing(env: Variables): { value?: ShellSharing; problems: Problem[] } {
  const said: Said = { withheld: new Set(), shown: new Set(), problems: [] };
  for (const [variable, kinds] of SWITCHES) note(said, kinds, readSwitch(env, variable, said.problems));
  // What a call was given and what it gave: both are content to the tracers that have this switch, and its path and command are details.
  const content = readSwitch(env, 'ARIZE_LOG_TOOL_CONTENT', []);
  if (content !== undefined) said.input = content ? 'shown' : 'withheld';
  const captured = readCapture(env, said.problems);
  note(said, TEXTS, captured);
  if (captured) said.input ??= 'shown';
  for (const [variable, kinds] of HIDES) if (readSwitch(env, variable, said.problems, { unknown: true })) note(said, kinds, false);
  const word = textOf(env.SPOOR_CONTENT)?.toLowerCase();
  const atMost = word === undefined ? undefined : (LEVELS.find((level) => level === word) ?? 'none');
  const shown = [...said.shown].filter((kind) => !said.withheld.has(kind));
  const value: ShellSharing = {
    ...(said.withheld.size > 0 ? { withheld: [...said.withheld] } : {}),
    ...(shown.length > 0 ? { shown } : {}),
    ...(said.input ? { input: said.input } : {}),
    ...(atMost && atMost !== 'full' ? { atMost } : {}),
  };
  return Object.keys(value).length > 0 ? { value, problems: said.problems } : { problems: said.problems };
}

function note(said: Said, kinds: readonly SharedKind[], isShown: boolean | undefined): void {
  if (isShown === undefined) return;
  for (const kind of kinds) (isShown ? said.shown : said.withheld).add(kind);
}

/** `unknown`: what a word that is not known counts as. */
function readSwitch(env: Variables, variable: string, problems: Problem[], { unknown = false } = {}): boolean | undefined {
  const word = textOf(env[variable])?.toLowerCase();
  if (word === undefined) return undefined;
  if (/^(?:1|true|yes|on)$/.test(word)) return true;
  if (/^(?:0|false|no|off)$/.test(word)) return false;
  problems.push({ code: 'bad-switch', detail: `${variable}: known are true, 1, yes, on and false, 0, no, off; what it is about is not sent.` });
  return unknown;
}

function readCapture(env: Variables, problems: Problem[]): boolean | undefined {
  const word = textOf(env[CAPTURE_VARIABLE])?.toUpperCase();
  if (word !== undefined && Object.hasOwn(CAPTURES, word)) return CAPTURES[word];
  return readSwitch(env, CAPTURE_VARIABLE, problems);
}

function textOf(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
