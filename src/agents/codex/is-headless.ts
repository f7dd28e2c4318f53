/** Whether a person sits before Codex. */
import { basename } from 'node:path';
import type { HookEvent } from '../agent.ts';
import { asRecord, asText } from '../untrusted.ts';
import { readHead } from './files.ts';
import { codexHistory } from './history.ts';

/**
 * `codex exec` says so itself. Options may stand before the command; words behind it may be the person's prompt. It may be over before
 * anybody looks: then its rollout tells by which door the session was begun.
 */
export function isHeadless(event: HookEvent, processes: readonly (readonly string[])[]): boolean {
  const own = processes.find((words) => words.slice(0, 2).some(isCodex));
  if (!own) return isBegunByExec(event);
  const words = own.slice(own.findIndex(isCodex) + 1);
  const command = words.find((word, index) => !word.startsWith('-') && !isValue(words[index - 1]));
  return command === 'exec' || command === 'e';
}

function isBegunByExec({ payload, env }: HookEvent): boolean {
  const sessionId = asText(parseJson(payload)?.session_id);
  const source = sessionId === undefined ? undefined : codexHistory.find({ home: env.HOME, env, platform: process.platform }, sessionId);
  const head = source?.files[0] && readHead(source.files[0].path);
  return head?.source === 'exec' || head?.originator === 'codex_exec';
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isCodex(word: string): boolean {
  return /^codex(?:-[a-z0-9_-]+)?(?:\.(?:exe|js))?$/.test(basename(word));
}

/** Whether an option's value follows it as a word of its own. */
function isValue(option: string | undefined): boolean {
  return option !== undefined && /^(?:-[cmpsaCi]|--(?:config|model|profile|sandbox|ask-for-approval|cd|image|local-provider|enable|disable|add-dir|remote))$/.test(option);
}
