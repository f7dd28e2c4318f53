import type { SpanValues } from '../core/span.ts';

/** A line of a list holds no more. */
const LENGTH = 200;

/** One line for people about a call: its command, its file, the tool of its server, its purpose; undefined where none is known. */
export function toSummaryLine({ shellCommand, files, skillName, mcpTool, toolPurpose }: SpanValues): string | undefined {
  const [file] = files ?? [];
  const text = shellCommand ?? file?.path ?? skillName ?? mcpTool ?? toolPurpose;
  return text?.slice(0, LENGTH).replace(/\s+/g, ' ').replace(/[\uD800-\uDBFF]$/, '').trim();
}
