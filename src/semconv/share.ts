/**
 * A neutral span → what of it may leave for one destination. It is applied before any dialect: what does not come out of here stands in no
 * attribute, name or status of any of them.
 */
import type { Session } from '../core/session.ts';
import type { ContentKind, Span, SpanValues } from '../core/span.ts';
import type { Sharing } from '../core/sharing.ts';
import { limitContent } from './content.ts';

/** Stands for the name of a tool that may not be told. */
const HIDDEN_TOOL = 'tool';

type Limit = (text: string | undefined, kind: ContentKind) => string | undefined;

/** Texts, paths, commands and purposes cut as the destination's levels say; ids, times, numbers and outcomes stay. */
export function shareSpan(span: Span, { content }: Sharing): Span {
  const limit: Limit = (text, kind) => limitContent(text, kind, content);
  const values = content.toolName === 'none' ? withoutToolName(span.values) : span.values;
  return { ...span, values: limitValues(values, span, limit), content: limitTexts(span.content, limit) };
}

/** The folder that a session works in is content like the arguments of its tools. */
export function shareSession(session: Session, { content }: Sharing): Session {
  const { cwd, ...rest } = session;
  const limited = limitContent(cwd, 'toolArguments', content);
  return limited === undefined ? rest : { ...rest, cwd: limited };
}

function limitTexts(content: Span['content'], limit: Limit): Span['content'] {
  const limited: Span['content'] = {};
  for (const [kind, text] of Object.entries(content) as [ContentKind, string][]) {
    const kept = limit(text, kind);
    if (kept !== undefined) limited[kind] = kept;
  }
  return limited;
}

/** What of the values repeats an argument, a result or an answer. */
function limitValues(values: SpanValues, { kind }: Span, limit: Limit): SpanValues {
  const { toolPurpose, skillPath, files, shellCommand, errorMessage } = values;
  if (toolPurpose === undefined && skillPath === undefined && files === undefined && shellCommand === undefined && errorMessage === undefined) return values;
  return {
    ...values,
    toolPurpose: limit(toolPurpose, 'toolArguments'),
    skillPath: limit(skillPath, 'toolArguments'),
    files: files?.map(({ path, operation }) => ({ path: limit(path, 'toolArguments') ?? '', operation })),
    shellCommand: limit(shellCommand, 'toolArguments'),
    errorMessage: limit(errorMessage, kind === 'tool' || kind === 'mcp' ? 'toolResult' : 'answer'),
  };
}

/** What else would tell which tool it was goes with its name. */
function withoutToolName(values: SpanValues): SpanValues {
  if (values.toolName === undefined && values.mcpTool === undefined && values.mcpServer === undefined) return values;
  const { mcpServer: _server, mcpTool: _tool, skillName: _skill, shellFamily: _family, ...rest } = values;
  return { ...rest, toolName: HIDDEN_TOOL };
}
