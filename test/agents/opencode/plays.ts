/** Sessions of OpenCode, step by step: its files (the older store, for they are text) and what our plugin tells between them. */
import type { Step } from '../../support/play-steps.ts';
import type { Play } from '../gemini/plays.ts';

const SESSION = 'ses_play0001';
const CHILD = 'ses_play0002';
const STORAGE = '.local/share/opencode/storage';

type Values = Record<string, unknown>;

/** Writes a session's records and events, its clock going on with each. */
function createWriter(startMillis: number) {
  const steps: Step[] = [];
  let millis = startMillis;
  let parts = 0;
  const at = (later = 0): number => (millis += later);
  const file = (path: string, value: object): void => void steps.push({ file: [`${STORAGE}/${path}`, value] });
  const tell = (...events: Values[]): void => void steps.push({ hook: { events: events.map((event) => ({ at: at(), ...event })) } });
  const part = (sessionID: string, messageID: string, values: Values, id = `prt_${String(++parts).padStart(4, '0')}`): string => {
    file(`part/${messageID}/${id}.json`, { id, sessionID, messageID, ...values });
    return id;
  };
  const message = (sessionID: string, id: string, values: Values): void => file(`message/${sessionID}/${id}.json`, { id, sessionID, ...values });
  return {
    steps, at, tell, part,
    session(sessionID: string, parentID?: string): void {
      file(`session/global/${sessionID}.json`, { id: sessionID, version: '1.1.30', directory: '/home/ann/pond', title: 'Pond', time: { created: at(1), updated: at() }, ...(parentID === undefined ? {} : { parentID }) });
      tell({ type: 'session', sessionID, directory: '/home/ann/pond', ...(parentID === undefined ? {} : { parentID }) });
    },
    user(sessionID: string, id: string, text: string): void {
      const created = at(10);
      message(sessionID, id, { role: 'user', time: { created }, agent: 'build', model: { providerID: 'openai', modelID: 'm1' } });
      part(sessionID, id, { type: 'text', text });
      tell({ type: 'prompt', sessionID, turnID: id, text, created, agent: 'build' });
    },
    answer(sessionID: string, id: string, parentID: string): { end(finish: string): void; fail(name: string): void } {
      const base = { role: 'assistant', parentID, modelID: 'm1', providerID: 'openai', agent: 'build', mode: 'build' };
      const created = at(5);
      message(sessionID, id, { ...base, cost: 0, tokens: { input: 0, output: 0, reasoning: 0, cache: { read: 0, write: 0 } }, time: { created } });
      return {
        end: (finish) => message(sessionID, id, { ...base, cost: 0.5, tokens: { input: 90, output: 10, reasoning: 2, cache: { read: 10, write: 0 } }, finish, time: { created, completed: at(5) } }),
        fail: (name) => message(sessionID, id, { ...base, cost: 0, tokens: { input: 0, output: 0, reasoning: 0, cache: { read: 0, write: 0 } }, error: { name, data: { message: 'no' } }, time: { created, completed: at(5) } }),
      };
    },
    say(sessionID: string, messageID: string, text: string): void {
      part(sessionID, messageID, { type: 'text', text, time: { start: at(20), end: at(20) } });
    },
    /** A call that begins to run; the function ends it. */
    call(place: { sessionID: string; turnID: string; messageID: string }, name: string, input: Values): (state: Values) => void {
      const callID = `call_${name}`;
      const start = at(10);
      const write = (state: Values, id?: string): string => part(place.sessionID, place.messageID, { type: 'tool', callID, tool: name, state: { input, ...state } }, id);
      const id = write({ status: 'running', time: { start } });
      tell({ type: 'tool', ...place, part: { callID, tool: name, state: { status: 'running', input, time: { start } } } });
      return (state) => {
        const ended = { ...state, time: { start, end: at(100) } };
        write(ended, id);
        tell({ type: 'tool', ...place, part: { callID, tool: name, state: { input, ...ended } } });
      };
    },
  };
}

/** Calls side by side, one of which fails, and a question. */
function playTools(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 5000);
  play.session(SESSION);
  play.user(SESSION, 'msg_01', 'look around');
  const first = play.answer(SESSION, 'msg_02', 'msg_01');
  play.say(SESSION, 'msg_02', 'Looking.');
  const place = { sessionID: SESSION, turnID: 'msg_01', messageID: 'msg_02' };
  const endShell = play.call(place, 'bash', { command: 'ls', description: 'Lists' });
  const endRead = play.call(place, 'read', { filePath: '/home/ann/pond/x' });
  endRead({ status: 'error', error: 'File not found' });
  endShell({ status: 'completed', output: 'frog', title: 'ls', metadata: { exit: 0 } });
  first.end('tool-calls');
  const second = play.answer(SESSION, 'msg_03', 'msg_01');
  play.say(SESSION, 'msg_03', 'One frog.');
  second.end('stop');
  play.tell({ type: 'idle', sessionID: SESSION, turnID: 'msg_01' });
  return play.steps;
}

/** A subagent, in a session of its own. */
function playSubagent(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 8000);
  play.session(SESSION);
  play.user(SESSION, 'msg_01', 'ask the heron');
  const first = play.answer(SESSION, 'msg_02', 'msg_01');
  const end = play.call({ sessionID: SESSION, turnID: 'msg_01', messageID: 'msg_02' }, 'task', { prompt: 'fish?', subagent_type: 'explore' });
  play.session(CHILD, SESSION);
  play.user(CHILD, 'msg_03', 'fish?');
  const asked = play.answer(CHILD, 'msg_04', 'msg_03');
  play.call({ sessionID: CHILD, turnID: 'msg_03', messageID: 'msg_04' }, 'grep', { pattern: 'fish', path: '/home/ann/pond' })({ status: 'completed', output: '3', title: 'grep', metadata: {} });
  asked.end('tool-calls');
  const told = play.answer(CHILD, 'msg_05', 'msg_03');
  play.say(CHILD, 'msg_05', 'Three.');
  told.end('stop');
  play.tell({ type: 'idle', sessionID: CHILD, turnID: 'msg_03' });
  end({ status: 'completed', output: 'Three.', title: 'ask', metadata: { sessionId: CHILD } });
  first.end('tool-calls');
  const last = play.answer(SESSION, 'msg_06', 'msg_01');
  play.say(SESSION, 'msg_06', 'Three fish.');
  last.end('stop');
  play.tell({ type: 'idle', sessionID: SESSION, turnID: 'msg_01' });
  return play.steps;
}

/** The person stops it while a call runs, and asks for something else. */
function playInterrupt(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 5000);
  play.session(SESSION);
  play.user(SESSION, 'msg_01', 'sleep');
  const first = play.answer(SESSION, 'msg_02', 'msg_01');
  play.call({ sessionID: SESSION, turnID: 'msg_01', messageID: 'msg_02' }, 'bash', { command: 'sleep 99', description: 'Sleeps' })({ status: 'error', error: 'Tool execution aborted', metadata: {} });
  first.fail('MessageAbortedError');
  play.tell({ type: 'idle', sessionID: SESSION, turnID: 'msg_01', error: 'MessageAbortedError' });
  play.user(SESSION, 'msg_03', 'wake');
  const second = play.answer(SESSION, 'msg_04', 'msg_03');
  play.say(SESSION, 'msg_04', 'Awake.');
  second.end('stop');
  play.tell({ type: 'idle', sessionID: SESSION, turnID: 'msg_03' });
  return play.steps;
}

export const openCodePlays: Play[] = [
  {
    name: 'calls side by side, one of which fails', sessionId: SESSION, steps: playTools, stepsBeforeEnd: countBeforeEnd(playTools),
    tree: `session ses_play
  turn 0 build ok model=m1 "look around" ❮"One frog."
    chat ok answer=msg_02 model=m1 tokens=100/12(r10,t2) tool-calls ❮"Looking."
    tool bash ok call=l_bash exit=0 batch=2
    tool read error call=l_read batch=2 read:/home/ann/pond/x error=tool_error
    chat ok answer=msg_03 model=m1 tokens=100/12(r10,t2) stop ❮"One frog."
`,
  },
  {
    name: 'a subagent', sessionId: SESSION, steps: playSubagent, stepsBeforeEnd: countBeforeEnd(playSubagent),
    tree: `session ses_play
  turn 0 build ok model=m1 "ask the heron" ❮"Three fish."
    chat ok answer=msg_02 model=m1 tokens=100/12(r10,t2) tool-calls
    tool task ok call=l_task
      turn 0 explore ok model=m1 "fish?" ❮"Three."
        chat ok answer=msg_04 model=m1 tokens=100/12(r10,t2) tool-calls
        tool grep ok call=l_grep search:/home/ann/pond
        chat ok answer=msg_05 model=m1 tokens=100/12(r10,t2) stop ❮"Three."
    chat ok answer=msg_06 model=m1 tokens=100/12(r10,t2) stop ❮"Three fish."
`,
  },
  {
    // The first turn is over before the last step.
    name: 'an interruption', sessionId: SESSION, steps: playInterrupt, stepsBeforeEnd: 10,
    tree: `session ses_play
  turn 0 build cancelled model=m1 "sleep"
    chat cancelled answer=msg_02 model=m1
    tool bash cancelled call=l_bash
  turn 1 build ok model=m1 "wake" ❮"Awake."
    chat ok answer=msg_04 model=m1 tokens=100/12(r10,t2) stop ❮"Awake."
`,
  },
];

/** The last answer's end, and the rest after it, are two steps. */
function countBeforeEnd(play: (nowMillis: number) => Step[]): number {
  return play(0).length - 2;
}
