/** Hook files of Cursor as people have them. */
import { CONFIGURATIONS as SETTINGS } from '../settings-configurations.ts';

/** Files as Cursor's own users have them. */
const OWN: [string, string][] = [
  ['another tool in our events', `${JSON.stringify({ version: 1, hooks: Object.fromEntries(['preToolUse', 'stop', 'beforeShellExecution', 'sessionStart'].map((event) => [event, [{ command: './hooks/mine.sh', timeout: 10, matcher: 'Shell', failClosed: true }]])) }, null, 2)}\n`],
  ['a schema, a prompt hook, a loop limit', '{\n\t"$schema": "https://example.com/hooks.schema.json",\n\t"version": 1,\n\t"hooks": {\n\t\t"stop": [{ "type": "prompt", "prompt": "Done?", "loop_limit": null }]\n\t}\n}'],
  ['version alone', '{"version": 1}\n'],
  ['events that we do not know', '{\n  "version": 1,\n  "hooks": {\n    "beforeTabFileRead": [{ "command": "a" }],\n    "someday": [{ "command": "b" }]\n  }\n}\n'],
];

/** The same as Cursor spells its events. */
export function spell(text: string): string {
  return text.replaceAll('"SessionStart"', '"sessionStart"').replaceAll('"SessionEnd"', '"sessionEnd"').replaceAll('"PreToolUse"', '"preToolUse"').replaceAll('"Stop"', '"stop"');
}

/** [what is special, the content] */
export const CONFIGURATIONS: (readonly [string, string])[] = [...SETTINGS.map(([name, text]) => [name, spell(text)] as const), ...OWN];
