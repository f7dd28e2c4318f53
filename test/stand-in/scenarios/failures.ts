/** Sessions in which something is refused, fails or is broken off. */
import { mcp, read, shell, turn, write, type CancelEnd, type Scenario } from '../script.ts';

export const denied: Scenario = {
  name: 'denied-badger',
  shows: 'a person says no after a while: the model goes on without; and says yes to another',
  sessions: [
    {
      seed: 'denied-badger',
      steps: [
        turn('Dig here.', [
          { tools: [shell('dig --deep', '', { purpose: 'Dig', approval: { decision: 'denied', waitMillis: 3200 } })], durationMillis: 500, credits: 0.02 },
          { text: 'Then elsewhere.', tools: [shell('dig --shallow', 'a root\n', { approval: { decision: 'approved', waitMillis: 1400 }, durationMillis: 90 })], durationMillis: 400, credits: 0.021 },
          { text: 'A root.', credits: 0.008 },
        ]),
      ],
    },
  ],
};

export const deniedBatch: Scenario = {
  name: 'denied-batch-badger',
  shows: 'one of three calls is denied: none runs, and the history tells only of the two that were asked for',
  sessions: [
    {
      seed: 'denied-batch-badger',
      steps: [
        turn('Dig thrice.', [
          {
            tools: [
              shell('dig east', '', { approval: { decision: 'approved', waitMillis: 200 } }),
              shell('dig west', '', { approval: { decision: 'denied', waitMillis: 900 } }),
              read('soil.md', 'clay\n'),
            ],
            credits: 0.03,
          },
          { text: 'No digging, then.', credits: 0.01 },
        ]),
      ],
    },
  ],
};

export const failedTool: Scenario = {
  name: 'failed-tool-crow',
  shows: 'one of two parallel calls fails: no hook after it',
  sessions: [
    {
      seed: 'failed-tool-crow',
      steps: [
        turn('Open both boxes.', [
          { tools: [{ ...read('box-a.txt', ''), result: { error: 'No such file: box-a.txt' }, durationMillis: 20 }, read('box-b.txt', 'a coin\n', { durationMillis: 60 })], credits: 0.014 },
          { tools: [{ ...mcp('locks-crow', 'pick', { box: 'a' }, {}), result: { error: 'server went away' }, durationMillis: 800 }], credits: 0.013 },
          { text: 'A coin in b.', credits: 0.006 },
        ]),
      ],
    },
  ],
};

/** A good turn before and after, so that what is left open shows. */
function cancelledAt(seed: string, ends: CancelEnd): Scenario['sessions'] {
  const tools = [shell('march north', 'there\n', { durationMillis: 60, approval: { decision: 'approved', waitMillis: 300 } }), shell('march south', 'there\n', { durationMillis: 9000 })];
  const answers = ends.during === 'answer' ? [] : [{ text: 'Marching.', tools, durationMillis: 200, credits: 0.02 }];
  return [
    {
      seed,
      steps: [
        turn('Hello.', [{ text: 'Hello.', credits: 0.004 }]),
        turn('March.', answers, { ends }),
        turn('And now rest.', [{ tools: [shell('rest', 'rested\n')], credits: 0.011 }, { text: 'Rested.', credits: 0.004 }]),
      ],
    },
  ];
}

export const cancelled: Scenario[] = [
  { name: 'cancelled-tools-goose', shows: 'Esc while tools run', sessions: cancelledAt('cancelled-tools-goose', { how: 'cancelled', during: 'tools', afterMillis: 1500 }) },
  { name: 'cancelled-approval-goose', shows: 'Esc while a person is asked', sessions: cancelledAt('cancelled-approval-goose', { how: 'cancelled', during: 'approval', afterMillis: 2500 }) },
  { name: 'cancelled-answer-goose', shows: 'Esc while the model speaks; its place is taken by a text', sessions: cancelledAt('cancelled-answer-goose', { how: 'cancelled', during: 'answer', afterMillis: 700 }) },
  { name: 'cancelled-prompt-goose', shows: 'Esc while the model speaks; the prompt is taken back', sessions: cancelledAt('cancelled-prompt-goose', { how: 'cancelled', during: 'answer', afterMillis: 700, leaves: 'cancelled-prompt' }) },
  { name: 'cancelled-traceless-goose', shows: 'Esc while the model speaks; no line tells of the turn', sessions: cancelledAt('cancelled-traceless-goose', { how: 'cancelled', during: 'answer', afterMillis: 700, leaves: 'nothing' }) },
];

export const failedRequest: Scenario = {
  name: 'error-moth',
  shows: 'the first request fails, so the turn leaves no line; the next turn is fine',
  sessions: [
    {
      seed: 'error-moth',
      steps: [
        turn('Fly.', [], { ends: { how: 'error', kind: 'throttling', durationMillis: 4000 } }),
        turn('Fly again.', [{ text: 'Flying.', credits: 0.005 }]),
      ],
    },
  ],
};

export const failedLater: Scenario = {
  name: 'error-later-moth',
  shows: 'the request after the tools fails: the history calls them cancelled although they had ended well',
  sessions: [
    {
      seed: 'error-later-moth',
      steps: [
        turn('Circle the lamp.', [{ tools: [write({ command: 'create', path: 'lamp.txt', content: 'lit' }, { durationMillis: 10 })], durationMillis: 300, credits: 0.017 }], { ends: { how: 'error', kind: 'serviceFailure', durationMillis: 2000 } }),
        turn('Leave the lamp.', [{ text: 'Left.', credits: 0.004 }]),
      ],
    },
  ],
};

export const failedSilently: Scenario = {
  name: 'error-silent-moth',
  shows: 'the request fails and the build runs no stop hook then',
  sessions: [{ seed: 'error-silent-moth', steps: [turn('Hover.', [], { ends: { how: 'error', stopHook: false } }), turn('Land.', [{ text: 'Landed.', credits: 0.003 }])] }],
};
