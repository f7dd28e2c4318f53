/** Sessions of pi, step by step: the lines of its file, and what our extension tells between them. */
import type { Step } from '../../support/play-steps.ts';
import type { Play } from '../gemini/plays.ts';

const SESSION = '01a10000-0000-7000-8000-0000000000aa';
const FILE = `.pi/agent/sessions/--home-ann-pond--/2026-01-01T00-00-00-000Z_${SESSION}.jsonl`;

interface Call {
  id: string;
  name: string;
  input: object;
  text: string;
  isError?: boolean;
}

/** Writes a session's lines and events, its clock going on with each. */
function createWriter(startMillis: number) {
  const steps: Step[] = [];
  let millis = startMillis;
  let leaf: string | null = null;
  let count = 0;
  const at = (later: number): number => (millis += later);
  const tell = (event: object): void => void steps.push({ hook: { events: [{ at: at(1), sessionID: SESSION, directory: '/home/ann/pond', ...event }] } });
  const message = (value: object): void => {
    const id = String(++count).padStart(8, '0');
    steps.push({ line: [FILE, { type: 'message', id, parentId: leaf, timestamp: new Date(at(2)).toISOString(), message: value }] });
    leaf = id;
  };
  return {
    steps,
    open(): void {
      steps.push({ line: [FILE, { type: 'session', version: 3, id: SESSION, timestamp: new Date(at(1)).toISOString(), cwd: '/home/ann/pond' }] });
      tell({ type: 'session' });
    },
    user(text: string): void {
      const timestamp = at(10);
      const content = [{ type: 'text', text }];
      tell({ type: 'prompt', content, created: timestamp });
      message({ role: 'user', content, timestamp });
    },
    answer(text: string, calls: readonly Call[] = []): void {
      const timestamp = at(10);
      at(100);
      const content = [...(text === '' ? [] : [{ type: 'text', text }]), ...calls.map(({ id, name, input }) => ({ type: 'toolCall', id, name, arguments: input }))];
      message({
        role: 'assistant', content, provider: 'openai', model: 'm1', responseId: `resp_${count}`, stopReason: calls.length > 0 ? 'toolUse' : 'stop', timestamp, durationMs: 100,
        usage: { input: 90, output: 12, cacheRead: 10, cacheWrite: 0, reasoning: 2 },
      });
    },
    start: ({ id, name, input }: Call): void => tell({ type: 'start', toolCallId: id, toolName: name, input }),
    end({ id, name, input, text, isError = false }: Call): void {
      at(50);
      tell({ type: 'end', toolCallId: id, toolName: name, input, result: { toolName: name, content: [{ type: 'text', text }], isError, durationMs: 50 } });
    },
    results(calls: readonly Call[]): void {
      for (const { id, name, text, isError = false } of calls) message({ role: 'toolResult', toolCallId: id, toolName: name, content: [{ type: 'text', text }], isError, durationMs: 50, timestamp: at(1) });
    },
    abort: (): void => message({ role: 'assistant', content: [], provider: 'openai', model: 'm1', stopReason: 'aborted', timestamp: at(1), durationMs: 0 }),
    settle: (aborted = false): void => tell({ type: 'settled', aborted }),
  };
}

const shell: Call = { id: 'call_1', name: 'bash', input: { command: 'ls' }, text: 'frog' };
const twin: Call = { ...shell, id: 'call_2' };
const missing: Call = { id: 'call_3', name: 'read', input: { path: '/home/ann/pond/x' }, text: 'ENOENT', isError: true };

/** Calls side by side, two of them alike, and the same prompt again with the same ids of calls. */
function playTools(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 8000);
  play.open();
  for (const round of [1, 2]) {
    play.user('look around');
    play.answer('Looking.', [shell, twin, missing]);
    for (const call of [shell, twin, missing]) play.start(call);
    for (const call of [missing, shell, twin]) play.end(call);
    play.results([shell, twin, missing]);
    play.answer(`Frogs, ${round}.`);
    play.settle();
  }
  return play.steps;
}

/** The person stops it while a call runs, and asks for something else. */
function playAbort(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 8000);
  const sleep: Call = { id: 'call_9', name: 'bash', input: { command: 'sleep 99' }, text: 'Command aborted', isError: true };
  play.open();
  play.user('sleep');
  play.answer('', [sleep]);
  play.start(sleep);
  play.end(sleep);
  play.results([sleep]);
  play.abort();
  play.settle(true);
  play.user('wake');
  play.answer('Awake.');
  play.settle();
  return play.steps;
}

export const piPlays: Play[] = [
  {
    name: 'twins, a failure, and the same prompt again', sessionId: SESSION, steps: playTools, stepsBeforeEnd: 14,
    tree: [0, 1].map((turn) => `  turn ${turn}  ok model=m1 "look around" ❮"Frogs, ${turn + 1}."
    chat ok answer=${turn === 0 ? 'resp_1' : 'resp_7'} model=m1 tokens=100/12(r10,t2) toolUse ❮"Looking."
    tool bash ok call=call_1 batch=3
    tool bash ok call=call_2 batch=3
    tool read error call=call_3 batch=3 read:/home/ann/pond/x error=tool_error
    chat ok answer=${turn === 0 ? 'resp_5' : 'resp_1'} model=m1 tokens=100/12(r10,t2) stop ❮"Frogs, ${turn + 1}."
`).reduce((text, turn) => text + turn, 'session 01a10000\n'),
  },
  { name: 'an interruption', sessionId: SESSION, steps: playAbort, stepsBeforeEnd: 7, tree: `session 01a10000
  turn 0  cancelled model=m1 "sleep"
    chat ok answer=resp_1 model=m1 tokens=100/12(r10,t2) toolUse
    tool bash cancelled call=call_9
  turn 1  ok model=m1 "wake" ❮"Awake."
    chat ok answer=resp_5 model=m1 tokens=100/12(r10,t2) stop ❮"Awake."
` },
];
