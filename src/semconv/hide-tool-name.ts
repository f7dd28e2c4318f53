/** A call whose tool may not be told: what names it goes, from its values and from its own texts. */
import type { Span, SpanValues } from '../core/span.ts';

/** Stands for the name of a tool that may not be told. */
export const HIDDEN_TOOL = 'tool';

/** An id that says nothing but itself: a UUID, or chance behind the prefix of a provider. Some agents make theirs of the tool's name. */
const OPAQUE_ID = /^(?:(?:call|toolu|tooluse|fc|chatcmpl-tool|functions\.call)(?:_[a-z]{1,8})?[_-]?[A-Za-z0-9]{8,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,64})$/;
/** Shorter names are found in half of all words. */
const LEAST_NAME = 3;

/** The same span where it names no tool. */
export function hideToolName(span: Span): Span {
  const { values } = span;
  const names = [values.toolName, values.mcpTool, values.mcpServer, values.skillName].filter((name) => name !== undefined);
  if (names.length === 0) return span;
  const hide = createHider(names);
  const content: Span['content'] = { ...span.content };
  for (const kind of ['toolArguments', 'toolResult'] as const) if (content[kind] !== undefined) content[kind] = hide(content[kind]);
  return { ...span, values: hideInValues(values, hide), content };
}

function hideInValues(values: SpanValues, hide: (text: string) => string): SpanValues {
  const { mcpServer: _server, mcpTool: _tool, skillName: _skill, shellFamily: _family, ...rest } = values;
  const hidden: SpanValues = { ...rest, toolName: HIDDEN_TOOL };
  for (const key of ['toolPurpose', 'skillPath', 'errorType', 'errorMessage', 'shellCommand'] as const) if (hidden[key] !== undefined) hidden[key] = hide(hidden[key]);
  // What was done to a file is what the tool is called in other words.
  if (hidden.files) hidden.files = hidden.files.map(({ path }) => ({ path, operation: HIDDEN_TOOL }));
  if (hidden.toolCallId !== undefined && !OPAQUE_ID.test(hidden.toolCallId)) delete hidden.toolCallId;
  return hidden;
}

/** The names as whole words, in any case; of `mcp__server__tool` and `@server/tool` also the parts. */
function createHider(names: readonly string[]): (text: string) => string {
  const words = new Set(names.flatMap((name) => [name, ...name.split(/__|[@/:]/)]).filter((word) => word.length >= LEAST_NAME));
  const longestFirst = [...words].sort((a, b) => b.length - a.length).map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  if (longestFirst.length === 0) return (text) => text;
  const form = new RegExp(`(?<![A-Za-z0-9])(?:${longestFirst.join('|')})(?![A-Za-z0-9])`, 'gi');
  return (text) => text.replace(form, HIDDEN_TOOL);
}
