/** Sessions in which nothing goes wrong. */
import { mcp, read, shell, skill, subagent, turn, write, type Scenario, type ToolScript } from '../script.ts';

export const serial: Scenario = {
  name: 'serial-otter',
  shows: 'one tool after the other, a request each, credits each',
  sessions: [
    {
      seed: 'serial-otter',
      steps: [
        turn(
          'Count the lines of otter.txt, then the words.',
          [
            { tools: [shell('wc -l otter.txt', '41 otter.txt\n', { purpose: 'Count the lines', durationMillis: 130 })], durationMillis: 900, credits: 0.0131 },
            { text: 'Now the words.', tools: [shell('wc -w otter.txt', '', { purpose: 'Count the words', durationMillis: 70, exitCode: 3 })], durationMillis: 700, credits: 0.0172 },
            { text: '41 lines; the words could not be counted.', durationMillis: 500, credits: 0.0113 },
          ],
          { contextUsagePercent: 2.25 },
        ),
        turn('Thank you.', [{ text: 'Gladly.', durationMillis: 300, credits: 0.0059 }], { contextUsagePercent: 2.5 }),
      ],
    },
  ],
};

/** The first call is the slowest: its result comes back last. */
function crossing(results: 'call' | 'completion'): Scenario['sessions'] {
  const tools = [300, 180, 60].map((durationMillis, index) => shell(`sleep-and-say ${index}`, `said ${index}\n`, { purpose: `Say ${index}`, durationMillis }));
  return [
    {
      seed: `parallel-heron-${results}`,
      steps: [turn('Say all three at once.', [{ tools, resultsOrder: results, durationMillis: 400, credits: 0.021 }, { text: 'All three said.', durationMillis: 200, credits: 0.009 }])],
    },
  ];
}

export const parallel: Scenario = { name: 'parallel-heron', shows: 'three calls of one tool, results in the order of the calls', sessions: crossing('call') };

export const parallelSwapped: Scenario = { name: 'parallel-swapped-heron', shows: 'three calls of one tool whose results come back the other way round', sessions: crossing('completion') };

export const identicalInputs: Scenario = {
  name: 'twin-newt',
  shows: 'two calls of one answer that do not differ in name or input, and one that differs in name alone',
  sessions: [
    {
      seed: 'twin-newt',
      steps: [
        turn('Look twice.', [
          { tools: [shell('date', 'Mon\n', { durationMillis: 90 }), shell('date', 'Mon\n', { durationMillis: 40 }), { ...shell('date', 'Mon\n'), name: 'introspect' }], durationMillis: 100, credits: 0.004 },
          { text: 'Monday, three times.', credits: 0.003 },
        ]),
      ],
    },
  ],
};

export const mcpTool: Scenario = {
  name: 'mcp-lynx',
  shows: 'a tool of an MCP server beside a built-in one',
  sessions: [
    {
      seed: 'mcp-lynx',
      steps: [
        turn('Which tickets are open?', [
          { tools: [mcp('tracker-lynx', 'list_tickets', { state: 'open' }, { tickets: [17, 23] }, { purpose: 'List open tickets', durationMillis: 240 }), read('tickets.md', '# Tickets\n')], credits: 0.031 },
          { text: '17 and 23.', credits: 0.012 },
        ]),
      ],
    },
  ],
};

/** The same under the other spellings that histories may use. */
export const mcpSpellings: Scenario[] = (['@server/tool', 'tool'] as const).map((mcpNames) => ({
  name: `mcp-lynx-${mcpNames === 'tool' ? 'bare' : 'at'}`,
  shows: `the history writes an MCP tool as ${mcpNames}`,
  sessions: mcpTool.sessions.map((session) => ({ ...session, seed: `mcp-lynx-${mcpNames}`, mcpNames })),
}));

export const skillLoad: Scenario = {
  name: 'skill-marten',
  shows: 'a skill is read, then followed',
  sessions: [
    {
      seed: 'skill-marten',
      steps: [
        turn('Release it.', [
          { tools: [skill('release-marten', { purpose: 'Load the release skill', durationMillis: 8 })], credits: 0.008 },
          { tools: [shell('make release', 'done\n', { durationMillis: 2600 })], credits: 0.015 },
          { text: 'Released.', credits: 0.006 },
        ]),
      ],
    },
  ],
};

export const subagents: Scenario = {
  name: 'subagent-wolf',
  shows: 'two subagents side by side, a third after both; each a session of its own',
  sessions: [
    {
      seed: 'subagent-wolf',
      steps: [
        turn('Survey the forest.', [
          {
            tools: [
              subagent('Survey the forest', [
                { name: 'north', role: 'scout-wolf', turns: [turn('Survey the north.', [{ tools: [shell('ls north', 'elk\n', { durationMillis: 50 })], durationMillis: 200, credits: 0.011 }, { text: 'Elk.', credits: 0.004 }])] },
                { name: 'south', role: 'scout-wolf', turns: [turn('Survey the south.', [{ tools: [shell('ls south', 'hare\n', { durationMillis: 30 })], durationMillis: 150, credits: 0.013 }, { text: 'Hares.', credits: 0.005 }])] },
                { name: 'tally', role: 'clerk-wolf', dependsOn: ['north', 'south'], turns: [turn('Tally both.', [{ text: 'Elk and hares.', durationMillis: 90, credits: 0.003 }])] },
              ], { purpose: 'Send scouts' }),
              read('map.md', '# Map\n', { durationMillis: 5 }),
            ],
            durationMillis: 300,
            credits: 0.022,
          },
          { text: 'Elk in the north, hares in the south.', credits: 0.007 },
        ]),
      ],
    },
  ],
};

export const thirtyTools: Scenario = {
  name: 'thirty-ants',
  shows: 'thirty calls in one answer',
  sessions: [
    {
      seed: 'thirty-ants',
      steps: [
        turn('Carry thirty grains.', [
          { tools: Array.from({ length: 30 }, (_, index): ToolScript => (index % 3 === 0 ? read(`grain-${index}.txt`, 'grain\n', { durationMillis: index }) : shell(`carry ${index}`, 'ok\n', { durationMillis: 31 - index }))), credits: 0.09 },
          { text: 'Carried.', credits: 0.01 },
        ]),
      ],
    },
  ],
};

export const fileEdits: Scenario = {
  name: 'file-edits-beaver',
  shows: 'files created, changed, read and searched; two writes of one answer queue',
  sessions: [
    {
      seed: 'file-edits-beaver',
      steps: [
        turn('Build the dam.', [
          { tools: [write({ command: 'create', path: 'dam.txt', content: 'mud\n' }, { durationMillis: 12 }), write({ command: 'create', path: 'lodge.txt', content: 'twigs\n' }, { durationMillis: 9 })], credits: 0.01 },
          { tools: [write({ command: 'str_replace', path: 'dam.txt', old_str: 'mud', new_str: 'mud and logs' }, { durationMillis: 7 })], credits: 0.01 },
          {
            tools: [
              { name: 'glob', input: { pattern: '*.txt' }, result: { json: { filePaths: ['dam.txt', 'lodge.txt'], totalFiles: 2, truncated: false } }, durationMillis: 3 },
              { name: 'grep', input: { pattern: 'logs' }, result: { json: { numMatches: 1, numFiles: 1, results: [{ file: 'dam.txt', count: 1 }] } }, durationMillis: 4 },
              read('dam.txt', 'mud and logs\n', { durationMillis: 2 }),
            ],
            credits: 0.01,
          },
          { text: 'The dam holds.', credits: 0.005 },
        ]),
      ],
    },
  ],
};
