/** Our entries in a hook file of Copilot's. */
import { parseNodeScript, toQuotedCommand, withVariable, withoutVariable } from '../hook-command.ts';
import type { ListedHooks } from '../listed-hooks.ts';
import { AGENT } from './names.ts';

/** Seconds; Copilot's own default is 30, and it waits for its hooks. */
const TIMEOUT_SECONDS = 3;

/**
 * Spelled as Claude Code spells them, which VS Code reads, too, and which makes Copilot CLI tell more. Not among them: `PermissionRequest`,
 * which runs whether or not a person is asked; `Notification`, which tells of a question but not about what; `PreMcpToolCall`, `PreCompact`
 * and `ErrorOccurred`, which tell nothing that the history does not.
 */
const HOOK_EVENTS = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'SubagentStart', 'SubagentStop', 'Stop', 'SessionEnd'];

/** Whose payload does not name the event, however that is spelled: the command does. */
const NAMELESS = 'SubagentStart';

const EVENT_VARIABLE = 'SPOOR_HOOK_EVENT';

/** What Copilot runs of ours. On Windows it reads another key, and runs that in PowerShell. */
export function toCopilotHooks(command: string): ListedHooks {
  const isShell = parseNodeScript(command) === undefined;
  const key = isShell ? 'bash' : 'powershell';
  return {
    agent: AGENT, command, events: HOOK_EVENTS, key,
    toRun(event) {
      const told = event === NAMELESS ? withVariable(command, EVENT_VARIABLE, event) : command;
      // A hook that fails keeps its tool from running: PowerShell leaves with 0 also where it finds no node.
      return isShell ? told : `try { ${toQuotedCommand(told)} } catch { }; exit 0`;
    },
    toBare: (run) => withoutVariable(unwrap(run), EVENT_VARIABLE),
    toEntry: (run) => ({ type: 'command', [key]: run, timeoutSec: TIMEOUT_SECONDS }),
  };
}

/** What PowerShell is to run, out of the text around it. Other commands stay as they are. */
export function unwrap(value: string): string {
  return value.replace(/^try \{ (node -e ".*") \} catch \{ \}; exit 0$/, '$1');
}
