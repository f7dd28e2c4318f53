/** The sessions that ship with the project, for people who have none of their own yet. Invented from end to end. */
import { mcp, read, shell, skill, subagent, turn, write, type ModelScript, type SessionScript } from './script.ts';

export interface SampleSession {
  startsAt: string;
  script: SessionScript;
}

const SONNET: ModelScript = { id: 'claude-sonnet-4.5', contextWindowTokens: 200_000, rateMultiplier: 1.3 };
const HAIKU: ModelScript = { id: 'claude-haiku-4.5', contextWindowTokens: 200_000, rateMultiplier: 0.4 };

const fixTide: SampleSession = {
  startsAt: '2026-09-14T08:12:31.402Z',
  script: {
    seed: 'sample-tide',
    folder: 'tide-tables',
    model: SONNET,
    steps: [
      turn(
        'The test for spring tides fails since the clocks changed. Find out why and fix it.',
        [
          {
            text: "I'll look at the test and the function under it.",
            tools: [
              shell('npm test -- spring', '1 failing\n  expected 04:12, got 05:12\n', { purpose: 'See how the test fails', durationMillis: 4180, exitCode: 1 }),
              read('src/tides.ts', 'export function highWater(day: Date): string {\n  return day.toTimeString().slice(0, 5);\n}\n', { purpose: 'Read the function', durationMillis: 6 }),
            ],
            durationMillis: 2900,
            credits: 0.0621,
          },
          {
            text: 'It formats in local time. The table is in UTC.',
            tools: [write({ command: 'str_replace', path: 'src/tides.ts', old_str: 'day.toTimeString().slice(0, 5)', new_str: 'day.toISOString().slice(11, 16)' }, { purpose: 'Format in UTC', durationMillis: 14, approval: { decision: 'approved', waitMillis: 5300 } })],
            durationMillis: 3600,
            credits: 0.0574,
          },
          { tools: [shell('npm test', '42 passing\n', { purpose: 'Run the whole suite', durationMillis: 7420 })], durationMillis: 1400, credits: 0.0388 },
          { text: 'The high water was formatted in local time; the table is in UTC. Fixed in `src/tides.ts`, all 42 tests pass.', durationMillis: 2100, credits: 0.0312 },
        ],
        { contextUsagePercent: 6.75 },
      ),
      { step: 'idle', millis: 210_000 },
      turn(
        'Now release it as a patch.',
        [
          { text: 'There is a skill for that.', tools: [skill('release', { purpose: 'Load the release steps', durationMillis: 5 })], durationMillis: 1900, credits: 0.0402 },
          { tools: [shell('npm version patch', 'v2.4.1\n', { purpose: 'Raise the version', durationMillis: 860 })], durationMillis: 1700, credits: 0.0377 },
          { tools: [shell('git push --force --follow-tags', '', { purpose: 'Publish the tag', approval: { decision: 'denied', waitMillis: 8700 } })], durationMillis: 1500, credits: 0.0361 },
          { text: 'Version 2.4.1 is tagged. I did not push: you said no to the forced push.', durationMillis: 1800, credits: 0.0295 },
        ],
        { contextUsagePercent: 8.5 },
      ),
    ],
  },
};

const surveyBuoys: SampleSession = {
  startsAt: '2026-09-15T13:40:02.118Z',
  script: {
    seed: 'sample-buoys',
    folder: 'buoy-watch',
    model: SONNET,
    steps: [
      turn(
        'Which buoys stopped reporting this week, and is there a ticket for each?',
        [
          {
            text: 'Two questions at once: the log and the tracker.',
            tools: [
              subagent('Find silent buoys', [
                { name: 'log', role: 'log-reader', turns: [turn('Which buoys are silent in logs/buoys.log since Monday?', [{ tools: [{ name: 'grep', input: { pattern: 'silent', path: 'logs/buoys.log' }, purpose: 'Find silent buoys', result: { json: { numMatches: 3, numFiles: 1, results: [{ file: 'logs/buoys.log', count: 3 }] } }, durationMillis: 90 }], durationMillis: 1600, credits: 0.0183 }, { text: 'B-07, B-19 and B-22.', durationMillis: 900, credits: 0.0121 }], { contextUsagePercent: 2.25 })] },
                { name: 'batteries', role: 'log-reader', turns: [turn('Which of them had a low battery before?', [{ tools: [shell("awk '/low battery/' logs/power.log", 'B-19 11.2V\n', { purpose: 'Look for low batteries', durationMillis: 140 })], durationMillis: 2300, credits: 0.0196 }, { text: 'Only B-19.', durationMillis: 700, credits: 0.0104 }], { contextUsagePercent: 2.5 })] },
              ], { purpose: 'Read both logs side by side' }),
              mcp('tracker', 'search_tickets', { text: 'buoy', state: 'open' }, { tickets: [{ id: 'OPS-311', title: 'B-07 silent' }] }, { purpose: 'Find open tickets', durationMillis: 1240 }),
            ],
            durationMillis: 3300,
            credits: 0.0714,
          },
          { tools: [mcp('tracker', 'create_ticket', { title: 'B-19 silent, low battery before' }, { id: 'OPS-318' }, { purpose: 'File the missing ticket', durationMillis: 1890, approval: { decision: 'approved', waitMillis: 3900 } })], durationMillis: 2200, credits: 0.0433 },
          { text: 'B-07 (OPS-311) and B-19 (new: OPS-318, battery). B-22 has none: it reported again an hour ago.', durationMillis: 2600, credits: 0.0389 },
        ],
        { contextUsagePercent: 11.25 },
      ),
    ],
  },
};

const tidyHarbour: SampleSession = {
  startsAt: '2026-09-16T16:05:44.930Z',
  script: {
    seed: 'sample-harbour',
    folder: 'harbour-map',
    model: HAIKU,
    steps: [
      turn('Rename every dock in docks.json to its new number.', [{ tools: [read('docks.json', '[{"dock":"A"}]\n', { durationMillis: 4 })], durationMillis: 1100, credits: 0.0091 }, { tools: [shell('./renumber --all', '', { purpose: 'Renumber all docks', durationMillis: 60_000 })], durationMillis: 1300, credits: 0.0096 }], {
        ends: { how: 'cancelled', during: 'tools', afterMillis: 17_400 },
        contextUsagePercent: 3.5,
      }),
      { step: 'idle', millis: 31_000 },
      turn('That hangs. Only rename dock A.', [], { ends: { how: 'error', kind: 'throttling', durationMillis: 6200 } }),
      { step: 'idle', millis: 12_000 },
      turn('Only rename dock A.', [{ tools: [write({ command: 'str_replace', path: 'docks.json', old_str: '"A"', new_str: '"101"' }, { durationMillis: 9 }), shell('./check docks.json', 'ok\n', { durationMillis: 320 })], durationMillis: 1500, credits: 0.0102 }, { text: 'Dock A is now 101.', durationMillis: 900, credits: 0.0083 }], { contextUsagePercent: 4.25 }),
    ],
  },
};

export const sampleSessions: readonly SampleSession[] = [fixTide, surveyBuoys, tidyHarbour];
