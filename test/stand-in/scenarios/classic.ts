/** Sessions of Kiro V1: `--classic` and headless. Credits stand in last turns only: the row forgets those of the turns before. */
import { mcp, read, shell, turn, write, type Scenario } from '../script.ts';

export const headless: Scenario = {
  name: 'classic-hare',
  shows: 'V1, headless: one tool after the other, one of them failing, and a tool of an MCP server',
  sessions: [
    {
      seed: 'classic-hare',
      v1: {},
      steps: [
        turn(
          'Find the burrow.',
          [
            { tools: [shell('find burrow', '', { purpose: 'Look for it', exitCode: 1, durationMillis: 60 })], durationMillis: 300, credits: 0.0125 },
            { text: 'Not here.', tools: [{ ...read('map.txt', ''), result: { error: 'No such file' } }, mcp('maps', 'find_place', { name: 'burrow' }, { found: 1 }, { durationMillis: 40 })], durationMillis: 200, credits: 0.0075 },
            { tools: [write({ command: 'create', path: 'burrow.txt', file_text: 'north' }, { purpose: 'Note it' })], durationMillis: 100, credits: 0.005 },
            { text: 'It is in the north.', durationMillis: 100, credits: 0.0025 },
          ],
          { contextUsagePercent: 1.75 },
        ),
      ],
    },
  ],
};

const walk = (name: string) => turn(`Run to ${name}.`, [{ tools: [shell(`run ${name}`, 'there\n', { durationMillis: 20 })], durationMillis: 60 }, { text: `At ${name}.`, durationMillis: 30 }]);

export const rowEarly: Scenario = {
  name: 'classic-early-vole',
  shows: 'V1: the row is written with each request, also before the stop hook',
  sessions: [{ seed: 'classic-early-vole', v1: { savesRow: 'request' }, steps: [walk('the hedge'), walk('the ditch')] }],
};

export const resumed: Scenario = {
  name: 'classic-resume-boar',
  shows: 'V1: the same conversation in two processes',
  sessions: [{ seed: 'classic-resume-boar', v1: {}, steps: [walk('the oak'), { step: 'restart' }, walk('the mud')] }],
};

export const withoutStop: Scenario = {
  name: 'classic-nostop-lark',
  shows: 'V1 before it had stop hooks',
  sessions: [{ seed: 'classic-nostop-lark', v1: { hasStop: false }, steps: [walk('the field'), walk('the sky')] }],
};

export const refused: Scenario = {
  name: 'classic-refused-shrew',
  shows: 'V1: a call is refused with n, two at once are, one batch is interrupted',
  sessions: [
    {
      seed: 'classic-refused-shrew',
      v1: {},
      steps: [
        turn('Dig.', [{ tools: [shell('dig --deep', '', { approval: { decision: 'denied', waitMillis: 50 } })] }, { text: 'How deep may I dig?' }]),
        turn('Dig here and there.', [{ tools: [shell('dig here', ''), shell('dig there', '', { approval: { decision: 'denied' } })] }, { text: 'Neither, then.' }]),
        turn('Dig anywhere.', [{ tools: [shell('dig anywhere', '', { durationMillis: 5000 })] }], { ends: { how: 'cancelled', during: 'tools' } }),
        turn('Rest.', [{ text: 'Resting.' }]),
      ],
    },
  ],
};

export const twins: Scenario = {
  name: 'classic-twin-mice',
  shows: 'V1: two headless runs at once in one folder, with the same prompt and the same input',
  sessions: ['left', 'right'].map((side) => ({ seed: `classic-twin-mice-${side}`, v1: {}, steps: [turn('Nibble.', [{ tools: [shell('nibble', 'crumbs\n', { durationMillis: 20 })], durationMillis: 30 }, { text: 'Nibbled.' }])] })),
};

export const anonymous: Scenario = {
  name: 'classic-anonymous-mole',
  shows: 'V1 whose hooks tell no session at all: one conversation in two processes, the same prompt twice',
  sessions: [{ seed: 'classic-anonymous-mole', v1: { tellsSession: false }, steps: [walk('the root'), { step: 'idle', millis: 30 }, walk('the root'), { step: 'restart' }, walk('the lawn')] }],
};

export const anonymousEarly: Scenario = {
  name: 'classic-anonymous-early-mole',
  shows: 'the same, its row written with each request: the turn is placed while it goes on',
  sessions: [{ seed: 'classic-anonymous-early-mole', v1: { tellsSession: false, savesRow: 'request' }, steps: [walk('the cellar'), walk('the attic')] }],
};

/** To be played in processes of their own. */
export const anonymousTwins: Scenario = {
  name: 'classic-anonymous-twin-mice',
  shows: 'two such runs at once in one folder, with the same prompt and the same input',
  sessions: ['left', 'right'].map((side) => ({ seed: `classic-anonymous-twin-mice-${side}`, v1: { tellsSession: false }, steps: [turn('Nibble.', [{ tools: [shell('nibble', 'crumbs\n', { durationMillis: 20 })], durationMillis: 30 }, { text: 'Nibbled.' }])] })),
};

export const classicScenarios: readonly Scenario[] = [headless, rowEarly, resumed, withoutStop, refused, twins, anonymous, anonymousEarly];
