/** What the switches of other tracers mean here. Their names are a contract: docs/content.md lists them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseShellSharing } from '#spoor/config/shell-sharing.ts';
import { HOOK_VARIABLES } from '#spoor/hook/variables.ts';

const CAPTURE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
const WORDS = ['prompt', 'answer', 'reasoning'];
const TEXTS = [...WORDS, 'toolArguments', 'toolResult'];

const CASES: readonly [Record<string, string>, object | undefined][] = [
  [{}, undefined],
  [{ ARIZE_LOG_PROMPTS: '', [CAPTURE]: ' ' }, undefined],
  ...['0', 'false', 'NO', 'Off', ' no '].map((word): [Record<string, string>, object] => [{ ARIZE_LOG_PROMPTS: word }, { withheld: WORDS }]),
  ...['1', 'true', 'YES', 'On'].map((word): [Record<string, string>, object] => [{ ARIZE_LOG_PROMPTS: word }, { shown: WORDS }]),
  [{ ARIZE_LOG_TOOL_DETAILS: 'false' }, { withheld: ['toolArguments'] }],
  [{ ARIZE_LOG_TOOL_CONTENT: 'false' }, { withheld: ['toolResult'], input: 'withheld' }],
  [{ ARIZE_LOG_TOOL_CONTENT: '1', ARIZE_LOG_TOOL_DETAILS: '1' }, { shown: ['toolArguments', 'toolResult'], input: 'shown' }],
  ...['false', 'NO_CONTENT', 'no_content', 'EVENT_ONLY'].map((word): [Record<string, string>, object] => [{ [CAPTURE]: word }, { withheld: TEXTS }]),
  ...['true', 'SPAN_ONLY', 'span_and_event'].map((word): [Record<string, string>, object] => [{ [CAPTURE]: word }, { shown: TEXTS, input: 'shown' }]),
  [{ [CAPTURE]: 'true', ARIZE_LOG_PROMPTS: 'false' }, { withheld: WORDS, shown: ['toolArguments', 'toolResult'], input: 'shown' }],
  [{ OPENINFERENCE_HIDE_INPUTS: 'true' }, { withheld: ['prompt', 'toolArguments'] }],
  [{ OPENINFERENCE_HIDE_OUTPUTS: 'TRUE' }, { withheld: ['answer', 'reasoning', 'toolResult'] }],
  [{ OPENINFERENCE_HIDE_INPUTS: 'false', OPENINFERENCE_HIDE_OUTPUT_TEXT: '0' }, undefined],
  [{ SPOOR_CONTENT: 'none' }, { atMost: 'none' }],
  [{ SPOOR_CONTENT: 'preview' }, { atMost: 'preview' }],
  [{ SPOOR_CONTENT: 'full' }, undefined],
];

for (const [env, value] of CASES) {
  test(JSON.stringify(env), () => assert.deepEqual(parseShellSharing(env), { ...(value ? { value } : {}), problems: [] }));
}

test('a word that is not known restricts, and is told', () => {
  for (const [env, withheld] of [[{ ARIZE_LOG_PROMPTS: 'maybe' }, WORDS], [{ [CAPTURE]: 'SOME' }, TEXTS], [{ OPENINFERENCE_HIDE_INPUT_TEXT: 'hm' }, ['prompt']]] as const) {
    const { value, problems } = parseShellSharing(env);
    assert.deepEqual(value, { withheld });
    assert.match(problems[0]?.detail ?? '', /: known are true/);
    assert.equal(problems.length, 1);
  }
});

test('a hook carries every one of them over', () => {
  for (const name of CASES.flatMap(([env]) => Object.keys(env))) assert.ok(HOOK_VARIABLES.includes(name), name);
});
