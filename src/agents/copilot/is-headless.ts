/** Whether a person sits before Copilot CLI. */
import { basename } from 'node:path';
import type { HookEvent } from '../agent.ts';
import { parseHookPayload } from '../hook-payload.ts';
import { readLines } from '../jsonl.ts';
import { asRecord, asText } from '../untrusted.ts';
import { eventsFileOf, findSession, findSessionsFolder } from './folders.ts';

/** `-p` or `--prompt` make it answer once and leave. It may be over before anybody looks: then its session tells how it began and ended. */
export function isHeadless(event: HookEvent, processes: readonly (readonly string[])[]): boolean {
  if (processes.length === 0) return hasAnsweredOnce(event);
  const own = processes.find((words) => words.slice(0, 2).some((word) => /^copilot(\.[a-z]+)?$/.test(basename(word))));
  return own?.some((word) => /^(-p|--prompt)(=|$)/.test(word)) ?? false;
}

const HOOK_OF_SESSION = /"hookType": ?"session(?:Start|End)"/;

/** Its last process began with a prompt (as one with `-i` does), and then it was no person who ended it. */
function hasAnsweredOnce(event: HookEvent): boolean {
  const payload = parseHookPayload(event, []);
  const sessionId = asText(payload?.parent_agent_id) ?? asText(payload?.session_id) ?? asText(payload?.sessionId);
  const folder = findSessionsFolder({ home: event.env.HOME, env: event.env, platform: process.platform });
  const source = folder === undefined || sessionId === undefined ? undefined : findSession(folder, sessionId);
  const file = source && eventsFileOf(source);
  let isPrompted = false;
  let reason: string | undefined;
  if (file) readLines(file.path, (text) => {
    const data = HOOK_OF_SESSION.test(text) ? parseData(text) : undefined;
    const input = asRecord(data?.input);
    if (data?.hookType === 'sessionStart') [isPrompted, reason] = [asText(input?.initialPrompt) !== undefined, undefined];
    if (data?.hookType === 'sessionEnd') reason = asText(input?.reason);
  });
  return isPrompted && reason !== undefined && reason !== 'user_exit';
}

/** What a hook of Copilot's was told, as it notes it. */
function parseData(text: string): Record<string, unknown> | undefined {
  try {
    const line = asRecord(JSON.parse(text));
    return line?.type === 'hook.start' ? asRecord(line.data) : undefined;
  } catch {
    return undefined;
  }
}
