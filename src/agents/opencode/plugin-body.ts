/**
 * The body of our plugin, which OpenCode loads into its own process. It only listens: it registers `event`, `dispose` and the hook before a
 * slash command, and changes nothing of what these are given. One export, for OpenCode calls every function that a plugin exports.
 */

/** A tool's input beyond so many characters is left to the history. */
const MOST_INPUT = 65_536;
/** Messages and calls that are remembered of a session; of one that goes on for weeks the oldest are forgotten. */
const MOST_REMEMBERED = 20_000;

/** JavaScript, to stand behind what `in-process-plugin.ts` puts before it. */
export const PLUGIN_BODY = `// In a person's terminal it runs in a thread without words.
const COMMAND_NAME = process.argv.slice(2).find((word) => ['run', 'serve', 'acp', 'github', 'web', 'attach'].includes(word));
const IS_HEADLESS = ['run', 'serve', 'acp', 'github'].includes(COMMAND_NAME);
const report = (event) => tell({ ...event, isHeadless: IS_HEADLESS });

function remember(map, key, value) {
  map.set(key, value);
  if (map.size > ${MOST_REMEMBERED}) map.delete(map.keys().next().value);
}

function createListener(directory) {
  const sessions = new Map();
  const stateOf = (sessionID) => {
    if (typeof sessionID !== 'string') throw new Error('no session');
    if (!sessions.has(sessionID)) {
      sessions.set(sessionID, { turns: new Map(), users: new Map(), told: new Map() });
      report({ at: Date.now(), type: 'session', sessionID, directory });
    }
    return sessions.get(sessionID);
  };
  const once = (state, key) => !state.told.has(key) && (remember(state.told, key, true), true);

  function onSession({ id, parentID, directory: cwd, title, version }) {
    if (typeof id !== 'string') return;
    if (!sessions.has(id)) sessions.set(id, { turns: new Map(), users: new Map(), told: new Map() });
    if (once(sessions.get(id), 'session')) report({ at: Date.now(), type: 'session', sessionID: id, parentID, directory: cwd ?? directory, title, version });
  }

  function onMessage({ id, sessionID, role, parentID, agent, time }) {
    const state = stateOf(sessionID);
    if (role === 'user') remember(state.users, id, { agent, created: time?.created });
    else if (role === 'assistant' && parentID !== undefined && !state.turns.has(id)) {
      remember(state.turns, id, state.turns.get(parentID) ?? parentID);
      state.last = state.turns.get(id);
      state.isRunning = true;
    }
  }

  function onPart(part) {
    const state = stateOf(part.sessionID);
    const user = state.users.get(part.messageID);
    if (user) onPrompt(state, part, user);
    else if (part.type === 'tool') onTool(state, part);
  }

  function onPrompt(state, part, user) {
    const { messageID: id, sessionID } = part;
    if (part.type === 'compaction' && part.auto !== false && state.last !== undefined && !state.turns.has(id)) remember(state.turns, id, state.last);
    const turnID = state.turns.get(id) ?? id;
    if (turnID !== id) return;
    const text = part.type === 'text' && part.synthetic !== true && part.ignored !== true ? part.text : undefined;
    if (!once(state, (text === undefined ? 'turn ' : 'prompt ') + id)) return;
    remember(state.turns, id, id);
    state.last = id;
    state.isRunning = true;
    state.error = undefined;
    report({ at: Date.now(), type: 'prompt', sessionID, turnID, text, created: user.created, agent: user.agent, command: state.command });
    if (text !== undefined) state.command = undefined;
  }

  function onTool(state, { messageID, sessionID, callID, tool, state: told }) {
    const turnID = state.turns.get(messageID);
    const isOver = told.status === 'completed' || told.status === 'error';
    if (turnID === undefined || (!isOver && told.status !== 'running')) return;
    if (!once(state, (isOver ? 'end ' : 'start ') + messageID + '/' + callID)) return;
    const { sessionId, exit } = told.metadata ?? {};
    const input = JSON.stringify(told.input ?? null).length > ${MOST_INPUT} ? undefined : told.input;
    const output = isOver && typeof told.output === 'string' && told.output.length <= ${MOST_INPUT} ? told.output : undefined;
    report({ at: Date.now(), type: 'tool', sessionID, turnID, messageID, part: { callID, tool, state: { status: told.status, input, output, error: told.error, metadata: { sessionId, exit }, time: told.time } } });
  }

  function onAsk({ id, sessionID, tool, messageID = tool?.messageID, callID = tool?.callID }) {
    const turnID = stateOf(sessionID).turns.get(messageID);
    if (turnID !== undefined && callID !== undefined) report({ at: Date.now(), type: 'asked', sessionID, turnID, askID: id, messageID, callID });
    if (turnID !== undefined && callID !== undefined) remember(stateOf(sessionID).turns, 'ask ' + id, turnID);
  }

  function onReply({ sessionID, requestID, permissionID, reply, response }) {
    const askID = requestID ?? permissionID;
    const turnID = stateOf(sessionID).turns.get('ask ' + askID);
    if (turnID !== undefined) report({ at: Date.now(), type: 'answered', sessionID, turnID, askID, reply: reply ?? response });
  }

  function onIdle(sessionID) {
    const state = stateOf(sessionID);
    if (!state.isRunning || state.last === undefined) return;
    state.isRunning = false;
    report({ at: Date.now(), type: 'idle', sessionID, turnID: state.last, error: state.error });
  }

  return {
    'session.created': ({ info }) => onSession(info),
    'session.updated': ({ info }) => onSession(info),
    'session.deleted': ({ info }) => sessions.delete(info.id),
    'session.idle': ({ sessionID }) => onIdle(sessionID),
    'session.status': ({ sessionID, status }) => status?.type === 'idle' && onIdle(sessionID),
    'session.error': ({ sessionID, error }) => sessionID && (stateOf(sessionID).error = error?.name ?? 'UnknownError'),
    'message.updated': ({ info }) => onMessage(info),
    'message.part.updated': ({ part }) => onPart(part),
    'permission.asked': onAsk,
    'permission.updated': onAsk,
    'permission.replied': onReply,
    command: ({ sessionID, command }) => void (stateOf(sessionID).command = command),
  };
}

export const Spoor = async ({ directory } = {}) => {
  const listener = createListener(directory);
  const hear = (name, properties) => {
    try {
      if (Object.hasOwn(listener, name)) listener[name](properties);
    } catch {}
  };
  return {
    event: async ({ event }) => hear(event?.type, event?.properties),
    'command.execute.before': async (input) => hear('command', input),
    dispose: async () => sendRest(),
  };
};
`;
