/**
 * The body of our extension, which pi loads into its own process. It only listens and returns nothing, so that pi goes on as without it. It
 * imports nothing of pi: an extension that fails to load keeps pi from starting.
 */

/** A tool's input or output beyond so many characters is left to the history. */
const MOST_TEXT = 65_536;

/** JavaScript, to stand behind what `in-process-plugin.ts` puts before it. */
export const EXTENSION_BODY = `const isSmall = (value) => value === undefined || JSON.stringify(value).length <= ${MOST_TEXT};

export default function spoor(pi) {
  let isPrompt = false;
  const inputs = new Map();
  const readers = {
    session_start: () => ({ type: 'session' }),
    before_agent_start: () => void (isPrompt = true),
    // The first of a run is the prompt; what follows in it steers, and stands in the history.
    message_end: ({ message }) => {
      if (message.role !== 'user' || !isPrompt) return undefined;
      isPrompt = false;
      return { type: 'prompt', content: isSmall(message.content) ? message.content : undefined, created: message.timestamp };
    },
    tool_execution_start: ({ toolCallId, toolName, args }) => {
      const input = isSmall(args) ? structuredClone(args) : undefined;
      inputs.set(toolCallId, input);
      return { type: 'start', toolCallId, toolName, input };
    },
    tool_execution_end: ({ toolCallId, toolName, result, isError, durationMs }) => {
      const { content, details } = result ?? {};
      const input = inputs.get(toolCallId);
      inputs.delete(toolCallId);
      const named = details?.server === undefined ? undefined : { server: details.server, tool: details.tool };
      return { type: 'end', toolCallId, toolName, input, result: { toolName, content: isSmall(content) ? content : undefined, details: named, isError, durationMs } };
    },
    agent_settled: ({ aborted }) => ({ type: 'settled', aborted }),
    session_shutdown: () => sendRest(),
  };
  for (const [name, read] of Object.entries(readers)) {
    pi.on(name, (event, ctx) => {
      try {
        const told = read(event);
        if (told !== undefined) tell({ at: Date.now(), sessionID: ctx.sessionManager.getSessionId(), directory: ctx.cwd, mode: ctx.mode, ...told });
      } catch {}
    });
  }
}
`;
