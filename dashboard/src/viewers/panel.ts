/** Which viewers the panel of a span shows: decided by what the call is made of, for each agent names its tools differently. */
import type { SpanAnswer } from '../../../src/query/api/session.ts';
import { toNature } from '../models/waterfall/tool-nature.ts';
import { isRecord, parseCallArguments, parseJson, type CallArguments, type FileEdit, type FilePatch } from './call-arguments.ts';
import { toNumberedLines, toSearchHits, toShellOutput, toTerminalText, type NumberedLine, type SearchHit } from './call-result.ts';

export type PanelView =
  | { type: 'diff'; edits: FileEdit[]; patches: FilePatch[] }
  | { type: 'command'; text: string }
  | { type: 'terminal'; text: string }
  | { type: 'lines'; lines: NumberedLine[]; path?: string }
  | { type: 'hits'; hits: SearchHit[] }
  | { type: 'markdown'; text: string }
  | { type: 'json'; value: unknown }
  | { type: 'text'; text: string };

export type ContentName = keyof SpanAnswer['content'];

export interface PanelPart {
  title: string;
  side: 'input' | 'output';
  view: PanelView;
  /** The text it is made of, for "show all" and copying. */
  content: ContentName;
  /** Characters of the whole text, where the page has less. */
  wholeLength?: number;
}

/** The parts of a span's panel, input before output; a span without content has none. */
export function toPanel(span: SpanAnswer): PanelPart[] {
  const { content } = span;
  const parts: PanelPart[] = [];
  const add = (side: PanelPart['side'], title: string, { name, view }: { name: ContentName; view: PanelView }): void => {
    parts.push({ side, title, view, content: name, ...(span.cut[name] === undefined ? {} : { wholeLength: span.cut[name] }) });
  };
  if (content.prompt !== undefined) add('input', 'Prompt', { name: 'prompt', view: { type: 'markdown', text: content.prompt } });
  const call = parseCallArguments(content.toolArguments);
  if (content.toolArguments !== undefined) {
    for (const [title, view] of toInputs(span, call, content.toolArguments)) add('input', title, { name: 'toolArguments', view });
  }
  if (content.reasoning !== undefined) add('output', 'Reasoning', { name: 'reasoning', view: { type: 'markdown', text: content.reasoning } });
  if (content.answer !== undefined) add('output', 'Answer', { name: 'answer', view: { type: 'markdown', text: content.answer } });
  if (content.toolResult !== undefined) add('output', 'Result', { name: 'toolResult', view: toOutput(span, call, content.toolResult) });
  return parts;
}

function toInputs(span: SpanAnswer, call: CallArguments, text: string): [string, PanelView][] {
  if (call.edits.length > 0 || call.patches.length > 0) return [['Change', { type: 'diff', edits: call.edits, patches: call.patches }]];
  const command = span.shellCommand ?? call.command;
  if (command !== undefined && natureOf(span) === 'shell') return [['Command', { type: 'command', text: command }]];
  if (call.prompt !== undefined && natureOf(span) === 'agent') return [['Prompt', { type: 'markdown', text: call.prompt }]];
  const value = parseJson(text);
  return [['Arguments', typeof value === 'string' ? { type: 'text', text: value } : { type: 'json', value }]];
}

function toOutput(span: SpanAnswer, call: CallArguments, text: string): PanelView {
  const nature = natureOf(span);
  if (nature === 'shell') return { type: 'terminal', text: toTerminalText(toShellOutput(text)) };
  const isFailed = span.outcome === 'error' || span.outcome === 'denied';
  if (nature === 'read' && !isFailed) return { type: 'lines', lines: toNumberedLines(text, call.firstLine), ...(call.path === undefined ? {} : { path: call.path }) };
  const hits = nature === 'search' || nature === 'list' ? toSearchHits(text) : undefined;
  if (hits) return { type: 'hits', hits };
  const value = parseJson(text);
  if (isRecord(value) || Array.isArray(value)) return { type: 'json', value };
  if (nature === 'agent' || nature === 'web' || nature === 'skill') return { type: 'markdown', text };
  return text.includes('\u001b[') ? { type: 'terminal', text: toTerminalText(text) } : { type: 'text', text };
}

/** What has a command is a shell, by whatever name. */
function natureOf(span: SpanAnswer): ReturnType<typeof toNature> {
  return span.shellCommand === undefined ? toNature(span.toolName ?? span.name, span.mcpServer !== undefined) : 'shell';
}
