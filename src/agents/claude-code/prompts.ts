/** What a line of the user says: a person's prompt, a slash command, or one of the many things that Claude Code writes in the user's name. */
import { asList, asRecord, asText } from '../untrusted.ts';

export type UserText =
  | { kind: 'prompt'; text: string }
  | { kind: 'command'; text: string; name: string }
  | { kind: 'interruption' }
  /** Written by the agent: an echo of a local command, a reminder, a summary. It opens no turn. */
  | { kind: 'echo' };

const INTERRUPTION = /^\[Request interrupted by user/;
const ECHO = /^<(?:local-command-|bash-)/;
const COMMAND = /^<command-(?:name|message)>/;
const COMMAND_NAME = /<command-name>\s*([^<]*?)\s*<\/command-name>/;
const COMMAND_ARGS = /<command-args>([\s\S]*?)<\/command-args>/;
/** Word of a background task: Claude Code prompts itself with it. */
const NOTIFICATION = /^\s*<task-notification>/;

/** Text blocks as one text; what has no text stands as its kind. */
export function toPromptText(content: unknown): string {
  if (typeof content === 'string') return content;
  return asList(content)
    .flatMap((entry) => {
      const block = asRecord(entry);
      if (block?.type === 'text') return [asText(block.text) ?? ''];
      return block?.type === 'image' || block?.type === 'document' ? [`[${block.type}]`] : [];
    })
    .join('\n');
}

/** A user line's text → what it is. `isMeta`: the line says itself that no person wrote it. */
export function parseUserText(text: string, isMeta: boolean): UserText {
  if (INTERRUPTION.test(text)) return { kind: 'interruption' };
  if (isMeta || ECHO.test(text)) return { kind: 'echo' };
  if (!COMMAND.test(text)) return { kind: 'prompt', text };
  const name = COMMAND_NAME.exec(text)?.[1] ?? '';
  const args = COMMAND_ARGS.exec(text)?.[1]?.trim() ?? '';
  const command = name.startsWith('/') ? name : `/${name}`;
  return { kind: 'command', text: args === '' ? command : `${command} ${args}`, name: command.slice(1) };
}

/** Whether a prompt is the agent's own: a background task has something to tell. */
export function isNotification(text: string): boolean {
  return NOTIFICATION.test(text);
}
