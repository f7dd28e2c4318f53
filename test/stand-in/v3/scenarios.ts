/** Sessions of Kiro's V3 engine; a suite that walks this list tests what is added to it. */
import { read, shell, turn, type V3Scenario, type V3Turn } from './script.ts';

const step = (name: string): V3Turn => turn(`Walk to ${name}.`, [{ tools: [shell(`walk ${name}`, 'there')] }, { text: `At ${name}.` }]);

export const v3Scenarios: readonly V3Scenario[] = [
  {
    name: 'serial-vole',
    shows: 'one tool after the other, reasoning kept and withheld, a turn without tools, credits of the whole turn',
    sessions: [{ seed: 'serial-vole', steps: [
      turn('Count the seeds.', [
        { text: 'I look.', reasoning: 'Seeds lie in the burrow.', tools: [read('seeds.md', { durationMillis: 12 })] },
        { tools: [shell('wc -l seeds.md', '41', { exitCode: 3 })] },
        { text: '41.' },
      ], { credits: 0.5 }),
      turn('Thank you.', [{ text: 'Gladly.' }], { credits: 0.125 }),
    ] }],
  },
  {
    name: 'approval-shrew',
    shows: 'a person allows a command, refuses another, accepts a review of changes and rejects one',
    sessions: [{ seed: 'approval-shrew', steps: [
      turn('Dig.', [
        { tools: [shell('dig', 'a root', { approval: { option: 'always-accept' } })] },
        { tools: [shell('dig --deep', '', { approval: { option: 'reject' } })] },
        { tools: [{ name: 'fs_write', input: { path: 'a.txt', text: 'x' }, output: 'Created the a.txt file.', approval: { option: 'accept', isReview: true } }] },
        { tools: [{ name: 'str_replace', input: { path: 'a.txt', oldStr: 'x', newStr: 'y' }, output: '', approval: { option: 'reject', isReview: true } }] },
        { text: 'Dug.' },
      ]),
    ] }],
  },
  {
    name: 'parallel-weasel',
    shows: 'three calls at once, two of them equal, one fails',
    sessions: [{ seed: 'parallel-weasel', steps: [
      turn('Look thrice.', [{ tools: [shell('date', 'Mon'), shell('date', 'Mon'), read('gone.txt', { fails: true, output: 'No such file' })] }, { text: 'Monday.' }]),
    ] }],
  },
  {
    name: 'steered-stoat',
    shows: 'a word in the middle of a turn joins it; a compaction between turns',
    sessions: [{ seed: 'steered-stoat', steps: [
      turn('Run north.', [{ tools: [shell('run north', 'running')], steer: 'No, south.' }, { text: 'South, then.' }]),
      { step: 'compact' },
      step('the hedge'),
    ] }],
  },
  {
    name: 'cancelled-mouse',
    shows: 'Esc while a tool runs; Esc while the model speaks; a process that was killed; then all is well',
    sessions: [{ seed: 'cancelled-mouse', steps: [
      turn('Nibble.', [{ text: 'Nibbling.', tools: [shell('nibble', '')] }], { ends: 'cancelled' }),
      turn('Speak.', [{ tools: [read('song.md')] }, { text: 'I was going to', isBrokenOff: true }], { ends: 'cancelled' }),
      turn('Sleep.', [{ tools: [shell('sleep', '')] }], { ends: 'killed' }),
      step('the barn'),
    ] }],
  },
  {
    name: 'repeated-bat',
    shows: 'the same prompt, tool and input three times over',
    sessions: [{ seed: 'repeated-bat', steps: [1, 2, 3].map(() => turn('Again.', [{ tools: [shell('squeak', 'eek')] }, { text: 'Eek.' }])) }],
  },
  {
    name: 'subagent-fox',
    shows: 'a subagent in a file below the session, another in a session beside it; neither fires hooks',
    sessions: [{ seed: 'subagent-fox', model: 'stand-in-model-3', steps: [
      turn('Survey.', [
        { tools: [{ name: 'invoke_sub_agent', hookName: 'subagent_scout', input: { name: 'scout', prompt: 'Survey the north.' }, output: 'Elk.', child: { place: 'sub-executions', turns: [turn('Survey the north.', [{ tools: [shell('ls north', 'elk')] }, { text: 'Elk.' }])] } }] },
        { tools: [{ name: 'invoke_sub_agent', hookName: 'subagent_scout', input: { name: 'scout', prompt: 'Survey the south.' }, output: 'Hares.', child: { place: 'beside', turns: [turn('Survey the south.', [{ text: 'Hares.' }])] } }] },
        { text: 'Elk and hares.' },
      ]),
    ] }],
  },
  {
    name: 'two-moles',
    shows: 'two sessions at once with the same prompts and inputs',
    sessions: [{ seed: 'two-moles-left', steps: [step('the lawn'), step('the lawn')] }, { seed: 'two-moles-right', steps: [step('the lawn'), step('the lawn')] }],
  },
];
