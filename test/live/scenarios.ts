/**
 * What every agent is put through, told once. A scenario is what people type (`runs`, each a process of the agent) and what the model
 * says to it (`parts`). What the trace must then be follows from both: see `expected-trace.ts`.
 */
import type { Part, ScriptedCall } from './model/script.ts';

export interface Scenario {
  runs: Run[];
  parts: Part[];
}

export interface Run {
  /** The prompt: a part's phrase, as it is. */
  phrase: string;
  /** Goes on with the session of the run before. */
  resumes?: boolean;
  /** Nobody allows a call that needs a permission. Otherwise all are allowed. */
  asks?: boolean;
  /** Interrupted as soon as this file stands in the project. */
  interruptAt?: string;
  /** The run's shell is part of this trace. */
  traceParent?: { traceId: string; spanId: string };
}

/** What an agent can be asked to do: names of `scenarios`. */
export type Ability = 'one tool' | 'parallel tools' | 'failing tools' | 'a denied tool' | 'a subagent' | 'MCP' | 'a resumed session' | 'an interrupted tool' | 'a traced shell';

const shell = (command: string, outcome: ScriptedCall['outcome'] = 'ok'): ScriptedCall => ({ tool: 'shell', command, outcome });

/** A file that stands in every project. */
export const NOTES_FILE = 'notes.txt';
const STARTED = 'started-lynx';

export const scenarios: Record<Ability, Scenario> = {
  'one tool': {
    runs: [{ phrase: 'ask the lone heron' }],
    parts: [{ phrase: 'ask the lone heron', answers: [{ thinking: 'A heron stands alone.', text: 'I will look for it.', calls: [shell('echo lone-heron')] }, { text: 'The heron was there.' }] }],
  },
  'parallel tools': {
    runs: [{ phrase: 'ask three swans' }],
    parts: [
      {
        phrase: 'ask three swans',
        answers: [{ text: 'All three at once.', calls: [shell('sleep 0.4; echo first-swan'), shell('echo second-swan'), { tool: 'read', file: NOTES_FILE, outcome: 'ok' }] }, { calls: [shell('echo fourth-swan')] }, { text: 'They were four.' }],
      },
    ],
  },
  'failing tools': {
    runs: [{ phrase: 'ask the clumsy crow' }],
    parts: [{ phrase: 'ask the clumsy crow', answers: [{ calls: [shell('echo clumsy >&2; exit 3', 'error')] }, { calls: [{ tool: 'read', file: 'no-such-crow.txt', outcome: 'error' }] }, { text: 'Both failed.' }] }],
  },
  'a denied tool': {
    runs: [{ phrase: 'ask the shy badger', asks: true }],
    parts: [{ phrase: 'ask the shy badger', answers: [{ calls: [shell('touch denied-badger', 'denied')] }, { text: 'It was not allowed.' }] }],
  },
  'a subagent': {
    runs: [{ phrase: 'ask the old wolf' }],
    parts: [
      { phrase: 'ask the old wolf', answers: [{ text: 'I will send the cub.', calls: [{ tool: 'subagent', phrase: 'run young wolf', outcome: 'ok' }] }, { text: 'The cub is back.' }] },
      { phrase: 'run young wolf', answers: [{ calls: [shell('echo young-wolf')] }, { text: 'I ran.' }] },
    ],
  },
  MCP: {
    runs: [{ phrase: 'ask the counting magpie' }],
    parts: [{ phrase: 'ask the counting magpie', answers: [{ calls: [{ tool: 'mcp', a: 19, b: 23, outcome: 'ok' }] }, { calls: [{ tool: 'mcp', a: 13, b: 1, outcome: 'error' }] }, { text: 'One sum is missing.' }] }],
  },
  'a resumed session': {
    runs: [{ phrase: 'ask the migrating goose' }, { phrase: 'ask the goose again', resumes: true }],
    parts: [
      { phrase: 'ask the migrating goose', answers: [{ calls: [shell('echo goose-south')] }, { text: 'It flew south.' }] },
      { phrase: 'ask the goose again', answers: [{ calls: [shell('echo goose-north')] }, { text: 'It flew north.' }] },
    ],
  },
  'an interrupted tool': {
    runs: [{ phrase: 'ask the sleeping lynx', interruptAt: STARTED }],
    parts: [{ phrase: 'ask the sleeping lynx', answers: [{ text: 'Wait for it.', calls: [shell(`touch ${STARTED}; sleep 60`, 'cancelled')] }] }],
  },
  'a traced shell': {
    runs: [{ phrase: 'ask the tracked otter', traceParent: { traceId: '5f0e8a3c9b7d41268c1f0a9e7b3d5c21', spanId: '9c4b1e7a2f6d8035' } }],
    parts: [{ phrase: 'ask the tracked otter', answers: [{ calls: [shell('echo tracked-otter')] }, { text: 'The track is fresh.' }] }],
  },
};
