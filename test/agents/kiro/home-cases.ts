/** Homes as Kiro's users have them, and what install must come to in each. Data: the test that goes over them is homes.test.ts. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EVENTS, PLAIN } from './install-configurations.ts';
import { HOOK_FILE, MINE, OWN, SETTINGS, type InstallStage } from './install-stage.ts';

export interface HomeCase {
  name: string;
  /** Path → content, or a link's target, or a mode for what is there by then. In this order. */
  files: readonly (readonly [path: string, what: string | Buffer | { link: string } | { mode: number } | { make: 'folder' | 'pipe' }])[];
  options?: { agent?: string; setDefault?: boolean };
  /** `~/` at the beginning of a value is the home. */
  env?: Record<string, string>;
  /** What install writes, or (a pattern) why it refuses. Nothing else may change. */
  becomes: readonly string[] | RegExp;
  /** Said to the user. */
  note?: RegExp;
  /** What uninstall leaves different from before, for our own remains of another day: path → content; undefined, gone. */
  leaves?: Record<string, string | undefined>;
}

const DEFAULT_MINE = '{\n  "chat.defaultAgent": "mine"\n}\n';
const hooksOf = (command: string, more = ''): string => EVENTS.map((event) => `    "${event}": [\n      { ${event.endsWith('ToolUse') ? '"matcher": "*", ' : ''}"command": "${command}"${more} }\n    ]`).join(',\n');
const agentWith = (command: string, more?: string): string => `{\n  "name": "mine",\n  "tools": ["*"],\n  "hooks": {\n${hooksOf(command, more)}\n  }\n}\n`;
/** Of a spoor whose home was another; its shape is that of the command of today, or the plain path of the first days. */
const OLDER = "[ -x '/old/home/.spoor/hooks/kiro' ] && . '/old/home/.spoor/hooks/kiro' 2>/dev/null || cat >/dev/null 2>&1 || true";
const fileEntry = (trigger: string, command: string): object => ({ name: `spoor ${trigger}`, trigger, action: { type: 'command', command }, timeout: 3 });
const THEIR_HOOK_FILE = '{\n  "version": "v1",\n  "hooks": [\n    {"name": "lint", "trigger": "PostFileSave", "matcher": "\\\\.ts$", "action": {"type": "command", "command": "npm run lint"}}\n  ]\n}\n';

const mine = (content: string | Buffer): HomeCase['files'] => [[MINE, content], [SETTINGS, DEFAULT_MINE]];
const INTO_MINE = [MINE, HOOK_FILE];

const CONTENTS: readonly HomeCase[] = [
  { name: 'nothing of Kiro is there', files: [], becomes: [OWN, HOOK_FILE] },
  { name: 'an empty folder of Kiro', files: [['.kiro', { make: 'folder' }]], becomes: [OWN, HOOK_FILE] },
  { name: 'a plain default agent', files: mine(PLAIN), becomes: INTO_MINE, note: /Kiro uses "mine" by default/ },
  { name: 'a byte order mark', files: mine(`\ufeff${PLAIN}`), becomes: INTO_MINE },
  { name: 'CRLF, tabs, and no line break at the end', files: mine(PLAIN.trimEnd().replaceAll('  ', '\t').replaceAll('\n', '\r\n')), becomes: INTO_MINE },
  { name: 'comments and trailing commas', files: mine('// mine\n{\n  "tools": ["*",], /* all */\n  "hooks": {\n    // none yet\n  },\n}\n'), becomes: INTO_MINE },
  { name: 'no tools', files: mine('{\n  "name": "mine"\n}\n'), becomes: INTO_MINE, note: /names no "tools"/ },
  { name: 'nested groups as Claude Code has them', files: mine('{"tools":["*"],"hooks":{"stop":[{"hooks":[{"type":"command","command":"true"}]}]}}'), becomes: INTO_MINE, note: /hooks of stop stand in groups/ },
  { name: 'an empty agent file', files: mine(''), becomes: /mine\.json is empty/ },
  { name: 'an agent that is no JSON', files: mine('{\n  "tools": ["*"\n}\n'), becomes: /mine\.json is not valid JSON/ },
  { name: 'an agent that is a list', files: mine('[]\n'), becomes: /holds no JSON object/ },
  { name: 'hooks that are a text', files: mine('{"tools":["*"],"hooks":"none"}'), becomes: /"hooks" that are no object/ },
  { name: 'a name of other letters, in a file called otherwise', files: [['.kiro/agents/äöü 🦌.json', '{"name": "日本語", "tools": ["*"]}'], [SETTINGS, '{"chat.defaultAgent": "日本語"}']], becomes: ['.kiro/agents/äöü 🦌.json', HOOK_FILE] },
  { name: 'a gigantic agent file', files: mine(`{"tools":["*"],"prompt":"${'x'.repeat(9 << 20)}"}`), becomes: /larger than 8 MiB/ },
];

const TRACERS: readonly HomeCase[] = [
  { name: "Arize's hooks in the default agent", files: [['.kiro/agents/arize-traced.json', agentWith('/home/ada/.arize/harness/venv/bin/arize-hook-kiro').replace('"mine"', '"arize-traced"')], [SETTINGS, '{"chat.defaultAgent": "arize-traced"}']], becomes: ['.kiro/agents/arize-traced.json', HOOK_FILE] },
  { name: 'a tracing script in the folder of hooks', files: [...mine(agentWith('~/.kiro/hooks/otel-trace.sh', ', "timeout_ms": 3000')), ['.kiro/hooks/otel-trace.sh', '#!/bin/bash\ncurl -s localhost:4318\n'], ['.kiro/hooks/otel-trace.sh', { mode: 0o755 }]], becomes: INTO_MINE },
  { name: 'a copy of the built-in agent that another tool made the default', files: [['.kiro/agents/irrlicht.json', agentWith("curl -s --data-binary @- http://127.0.0.1:7837/hook || true").replace('"mine"', '"irrlicht"')], [SETTINGS, '{\n    "chat.defaultAgent": "irrlicht",\n    "telemetry.enabled": false\n}']], becomes: ['.kiro/agents/irrlicht.json', HOOK_FILE] },
  { name: 'our hooks of an older home, beside others', files: mine(agentWith('true').replace('{ "command": "true" }', `{ "command": "true" },\n      { "command": "${OLDER}" }`)), becomes: INTO_MINE, leaves: { [MINE]: agentWith('true') } },
  { name: 'our hooks of the first days, alone', files: mine(JSON.stringify({ name: 'mine', tools: ['*'], hooks: { stop: [{ command: '/old/home/.spoor/hooks/kiro' }] } }, null, 2)), becomes: INTO_MINE, leaves: { [MINE]: JSON.stringify({ name: 'mine', tools: ['*'] }, null, 2) } },
  { name: 'a hook file of ours of an older home', files: [...mine(PLAIN), [HOOK_FILE, JSON.stringify({ version: 'v1', hooks: [fileEntry('Stop', `export SPOOR_HOOK_CHANNEL=file; ${OLDER}`)] })]], becomes: INTO_MINE, leaves: { [HOOK_FILE]: undefined } },
  { name: "somebody else's hook file of our name", files: [...mine(PLAIN), [HOOK_FILE, THEIR_HOOK_FILE]], becomes: INTO_MINE },
  { name: "somebody else's hook files of other names, one of them broken", files: [...mine(PLAIN), ['.kiro/hooks/lint.json', THEIR_HOOK_FILE], ['.kiro/hooks/broken.json', '{'], ['.kiro/hooks/old.kiro.hook', '{}']], becomes: INTO_MINE },
  { name: 'a hook file of our name that is no JSON', files: [...mine(PLAIN), [HOOK_FILE, '{"version": "v1", "hooks": [']], becomes: /spoor\.json is not valid JSON/ },
];

const PLACES: readonly HomeCase[] = [
  { name: 'a linked agent', files: [['dotfiles/mine.json', PLAIN], [MINE, { link: '../../dotfiles/mine.json' }], [SETTINGS, DEFAULT_MINE]], becomes: ['dotfiles/mine.json', HOOK_FILE] },
  { name: 'a linked folder of agents', files: [['dotfiles/agents/mine.json', PLAIN], ['.kiro/agents', { link: '../dotfiles/agents' }], [SETTINGS, DEFAULT_MINE]], becomes: ['dotfiles/agents/mine.json', HOOK_FILE] },
  { name: 'a linked ~/.kiro', files: [['dotfiles/kiro/agents/mine.json', PLAIN], ['dotfiles/kiro/settings/cli.json', DEFAULT_MINE], ['.kiro', { link: 'dotfiles/kiro' }]], becomes: ['dotfiles/kiro/agents/mine.json', 'dotfiles/kiro/hooks/spoor.json'] },
  { name: 'a ~/.kiro that is a link to nothing', files: [['.kiro', { link: 'gone' }]], becomes: /is a link to a folder that does not exist/ },
  { name: 'a ~/.kiro that is a file', files: [['.kiro', 'x']], becomes: /\.kiro is no folder/ },
  { name: 'an agent that is a link to nothing', files: [[MINE, { link: '/nowhere/at/all.json' }]], options: { agent: 'mine' }, becomes: /link to a file that does not exist/ },
  { name: 'an agent that is a link to a file of the system', files: [[MINE, { link: '/etc/passwd' }]], options: { agent: 'mine' }, becomes: /not valid JSON|is no file|read-only/ },
  { name: 'a pipe, a device, a folder and a ring of links among the agents', files: [...mine(PLAIN), ['.kiro/agents/a-pipe.json', { make: 'pipe' }], ['.kiro/agents/b-zero.json', { link: '/dev/zero' }], ['.kiro/agents/c.json', { make: 'folder' }], ['.kiro/agents/d.json', { link: 'd.json' }]], becomes: INTO_MINE },
  { name: 'a read-only agent', files: [...mine(PLAIN), [MINE, { mode: 0o444 }]], becomes: /mine\.json is read-only/ },
  { name: 'a read-only folder of agents', files: [...mine(PLAIN), ['.kiro/agents', { mode: 0o555 }]], becomes: /stands in a folder that is read-only/ },
  { name: 'a read-only folder of hooks', files: [...mine(PLAIN), ['.kiro/hooks', { make: 'folder' }], ['.kiro/hooks', { mode: 0o555 }]], becomes: /hooks is read-only/ },
  { name: 'an agent that the group may write', files: [...mine(PLAIN), [MINE, { mode: 0o664 }], ['.kiro/agents', { mode: 0o2775 }]], becomes: INTO_MINE },
  { name: 'KIRO_HOME elsewhere', files: [['elsewhere/agents/mine.json', PLAIN], ['elsewhere/settings/cli.json', DEFAULT_MINE], [MINE, '{"tools": []}']], env: { KIRO_HOME: '~/elsewhere' }, becomes: ['elsewhere/agents/mine.json', HOOK_FILE] },
  { name: 'KIRO_HOME that is not absolute', files: mine(PLAIN), env: { KIRO_HOME: 'elsewhere' }, becomes: INTO_MINE },
  { name: "the folder of Kiro's predecessor", files: [['.aws/amazonq/cli-agents/mine.json', PLAIN], [SETTINGS, DEFAULT_MINE]], becomes: ['.aws/amazonq/cli-agents/mine.json', HOOK_FILE] },
];

const SETTING_FILES: readonly HomeCase[] = [
  { name: 'settings with a mark, comments and other keys, to be changed', files: [[MINE, PLAIN], [SETTINGS, '\ufeff{\r\n\t// mine\r\n\t"telemetry": false, // no\r\n\t"chat.defaultAgent": "kiro_default",\r\n}\r\n']], options: { agent: 'mine', setDefault: true }, becomes: [MINE, SETTINGS, HOOK_FILE] },
  { name: 'no settings, to be changed', files: [[MINE, PLAIN]], options: { agent: 'mine', setDefault: true }, becomes: [MINE, SETTINGS, HOOK_FILE] },
  { name: 'linked settings, to be changed', files: [[MINE, PLAIN], ['dotfiles/cli.json', '{}'], [SETTINGS, { link: '../../dotfiles/cli.json' }]], options: { agent: 'mine', setDefault: true }, becomes: [MINE, 'dotfiles/cli.json', HOOK_FILE] },
  { name: 'empty settings', files: [[MINE, PLAIN], [SETTINGS, '']], becomes: /cli\.json is empty.*--agent NAME/ },
  { name: 'broken settings, and an agent by name', files: [[MINE, PLAIN], [SETTINGS, '{']], options: { agent: 'mine' }, becomes: INTO_MINE },
  { name: 'a default agent that is built in', files: [[MINE, PLAIN], [SETTINGS, '{"chat.defaultAgent": "kiro_planner"}']], becomes: [OWN, HOOK_FILE] },
  { name: 'a default agent that has no file', files: [[SETTINGS, '{"chat.defaultAgent": "../../../etc/passwd"}']], becomes: [OWN, HOOK_FILE] },
];

/** Every one of them. */
export const HOME_CASES: readonly HomeCase[] = [...CONTENTS, ...TRACERS, ...PLACES, ...SETTING_FILES];

/** Puts a case's files down. */
export function prepareHome(stage: InstallStage, { files }: HomeCase): void {
  for (const [name, what] of files) {
    const path = join(stage.user, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof what === 'string' || Buffer.isBuffer(what)) stage.put(name, what);
    else if ('make' in what) execFileSync(what.make === 'folder' ? 'mkdir' : 'mkfifo', [path]);
    else if ('link' in what) symlinkSync(what.link, path);
    else chmodSync(path, what.mode);
  }
}
