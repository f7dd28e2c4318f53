/** Sessions that are compacted, rewound, resumed, or are not alone. */
import { read, shell, turn, type Scenario, type SessionScript } from '../script.ts';

const step = (name: string, credits: number) => turn(`Walk to ${name}.`, [{ tools: [shell(`walk ${name}`, 'there\n', { durationMillis: 40 })], durationMillis: 100, credits }, { text: `At ${name}.`, credits: credits / 2 }]);

export const compaction: Scenario = {
  name: 'compaction-snail',
  shows: 'a compaction with a line and one without, between turns',
  sessions: [
    {
      seed: 'compaction-snail',
      steps: [step('leaf', 0.02), { step: 'compact', summary: 'Walked to the leaf.', durationMillis: 1800 }, step('stone', 0.03), { step: 'compact', summary: 'Walked on.', recorded: false }, step('moss', 0.04), { step: 'clear' }, step('dew', 0.05)],
    },
  ],
};

export const rewind: Scenario = {
  name: 'rewind-salmon',
  shows: 'a fork after the first of two turns: the child repeats it',
  sessions: [{ seed: 'rewind-salmon', steps: [step('the weir', 0.02), step('the mill', 0.03), { step: 'rewind', keepTurns: 1 }, step('the ford', 0.04)] }],
};

export const resume: Scenario = {
  name: 'resume-bear',
  shows: 'the same session in three processes, the second of them killed',
  sessions: [{ seed: 'resume-bear', steps: [step('the den', 0.02), { step: 'restart' }, step('the stream', 0.03), { step: 'restart', killed: true }, step('the ridge', 0.04)] }],
};

export const newChat: Scenario = {
  name: 'new-chat-stork',
  shows: 'two sessions, one after the other, in one process',
  sessions: [{ seed: 'new-chat-stork', steps: [step('the roof', 0.02), { step: 'new-chat' }, step('the meadow', 0.03)] }],
};

const neighbour = (seed: string): SessionScript => ({
  seed,
  titleSavedEarly: true,
  steps: [turn('Sing.', [{ tools: [shell('sing', 'la\n', { durationMillis: 30 }), read('score.txt', 'do re mi\n')], durationMillis: 60, credits: 0.011 }, { text: 'Sung.', credits: 0.004 }]), turn('Sing.', [{ text: 'La.', credits: 0.002 }])],
});

export const twoSessions: Scenario = {
  name: 'two-wrens',
  shows: 'two sessions at once in one folder, with the same prompts and the same inputs',
  sessions: [neighbour('two-wrens-left'), neighbour('two-wrens-right')],
};

export const repeatedPrompts: Scenario = {
  name: 'repeated-cuckoo',
  shows: 'the same prompt, the same tool and the same input, three times over',
  sessions: [{ seed: 'repeated-cuckoo', steps: [1, 2, 3].map(() => turn('Again.', [{ tools: [shell('call', 'cuckoo\n', { durationMillis: 25 })], credits: 0.006 }, { text: 'Cuckoo.', credits: 0.003 }])) }],
};

/** The test puts hooks in at `install`; the agent reads its profile when it starts or is swapped. */
export const installedMidway: Scenario = {
  name: 'installed-midway-swift',
  shows: 'a session that began without hooks: they are there from its third turn on, after a resume',
  sessions: [{ seed: 'installed-midway-swift', steps: [step('the eaves', 0.02), { step: 'call', name: 'install' }, step('the cloud', 0.03), { step: 'restart' }, step('the south', 0.04)] }],
};
