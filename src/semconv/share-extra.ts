/**
 * What only one agent has (`codex.plan_type`), and the attributes of events → what of it may leave. Numbers and yes or no always may. A text
 * may under a name that is known to stand for a word of the agent's own, and if it looks like one; the names of skills, commands and
 * servers are names of tools; any other is taken for an argument of one.
 */
import type { Attributes, AttributeValue } from '../core/attributes.ts';

/** By the last part of the name. */
const OWN_WORDS: ReadonlySet<string> = new Set([
  'agent', 'mode', 'agent_mode', 'permission_mode', 'approval_mode', 'approval_policy', 'sandbox_policy', 'collaboration_mode', 'effort', 'reasoning_effort', 'thinking_level', 'variant', 'speed', 'service_tier',
  'source', 'origin', 'originator', 'initiator', 'entrypoint', 'intent', 'workflow', 'trigger', 'type', 'kind', 'status', 'stop_reason', 'abort_reason', 'error_type', 'plan_type', 'limit_id', 'balance', 'decision', 'query_source',
  'request_id', 'request_ids', 'interaction_id', 'execution_id', 'turn_id', 'parent_turn_id', 'trace_id', 'rewound_to_message_id',
]);
/** `claude.command.name` is the name of a command, as `codex.slash_command` is. */
const TOOL_NAMES: ReadonlySet<string> = new Set(['skill', 'skills', 'plugin', 'mcp_server', 'mcp_tool', 'tool', 'tools', 'slash_command', 'command', 'name']);
/** `/review`, `server:tool`, `@server/tool`. */
const PLAIN_NAME = /^[\w.:@/+-]{1,64}$/;
const PLAIN_WORD = /^[\w.:@+-]{1,128}$/;

export interface ExtraLimits {
  /** Undefined: it may not leave. */
  toolName(name: string): string | undefined;
  text(text: string): string | undefined;
}

/** The same object where all of it may leave. */
export function shareExtra(extra: Attributes, limits: ExtraLimits): Attributes {
  const entries = Object.entries(extra);
  if (entries.every(([, value]) => typeof value !== 'string' && !Array.isArray(value))) return extra;
  return Object.fromEntries(entries.flatMap(([name, value]): [string, AttributeValue][] => {
    const kept = shareValue(name, value, limits);
    return kept === undefined ? [] : [[name, kept]];
  }));
}

function shareValue(name: string, value: AttributeValue, limits: ExtraLimits): AttributeValue | undefined {
  const limit = findLimit(name.slice(name.lastIndexOf('.') + 1), limits);
  if (typeof value === 'string') return limit(value);
  if (!Array.isArray(value)) return value;
  const kept = (value as readonly string[]).flatMap((text) => limit(text) ?? []);
  return kept.length === 0 ? undefined : kept;
}

function findLimit(last: string, limits: ExtraLimits): (text: string) => string | undefined {
  // A command that a person wrote may be told with all that stands behind it.
  if (TOOL_NAMES.has(last)) return (text) => (PLAIN_NAME.test(text) ? limits.toolName(text) : limits.text(text));
  return OWN_WORDS.has(last) ? (text) => (PLAIN_WORD.test(text) ? text : limits.text(text)) : limits.text;
}
