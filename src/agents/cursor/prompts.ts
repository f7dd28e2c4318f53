/**
 * What a person typed, out of what Cursor wrote around it: transcripts and the chat stores of `cursor-agent` hold
 * `<timestamp>…</timestamp>`, `<user_query>…</user_query>` and blocks of context in one text.
 */
import type { Attributes } from '../../core/attributes.ts';
import { asList, asRecord, asText } from '../untrusted.ts';
import { PREFIX } from './names.ts';

const QUERY = /<user_query>\n?([\s\S]*?)\n?<\/user_query>/g;
const TIMESTAMP = /^\s*<timestamp>([^<]{1,80})<\/timestamp>\s*/;
/** Context alone: nobody said it. */
const CONTEXT_ONLY = /^\s*<(?:user_info|system_reminder|rules|git_status|project_layout|open_and_recently_viewed_files|agent_skills|agent_transcripts|mcp_[a-z_]+|additional_data)>/;

/** The words of a person; undefined where the text is only context that Cursor added. */
export function toPromptText(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const queries = [...text.matchAll(QUERY)].map(([, query]) => query ?? '');
  if (queries.length > 0) return asText(queries.join('\n').trim());
  return CONTEXT_ONLY.test(text) ? undefined : asText(text.replace(TIMESTAMP, '').trim());
}

/** `Sunday, Aug 2, 2026, 3:51 AM (UTC-7)`, to the minute, as Cursor writes it before a prompt → nanoseconds since the epoch. */
export function toPromptTime(text: string | undefined): bigint | undefined {
  const told = TIMESTAMP.exec(text ?? '')?.[1];
  const match = told && /^(?:[A-Za-z]+, )?([A-Za-z]{3} \d{1,2}, \d{4}), (\d{1,2}:\d\d [AP]M) \(UTC(?:([+-])(\d{1,2})(?::(\d\d))?)?\)$/.exec(told.replace(/[\u00a0\u202f]/g, ' '));
  if (!match) return undefined;
  const [, date, time, sign, hours = '0', minutes = '0'] = match;
  const local = Date.parse(`${date ?? ''} ${time ?? ''} UTC`);
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return Number.isNaN(local) || local - offset < 0 ? undefined : BigInt(local - offset) * 1_000_000n;
}

/** The text of a message: itself, or its text blocks. */
export function toMessageText(content: unknown): string | undefined {
  if (typeof content === 'string') return asText(content);
  const texts = asList(content).flatMap((block) => {
    const values = asRecord(block);
    return values?.type === 'text' ? (asText(values.text) ?? []) : [];
  });
  return texts.length > 0 ? texts.join('\n') : undefined;
}

/** A prompt that begins with a command of the person's own names it. */
export function toPromptExtra(prompt: string | undefined): Attributes {
  const command = /^\/([A-Za-z][\w:-]{0,60})(?=\s|$)/.exec(prompt ?? '')?.[1];
  return command === undefined ? {} : { [`${PREFIX}command`]: command };
}
