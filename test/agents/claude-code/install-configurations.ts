/** Settings files as people have them: name and content. Every one parses. */
const other = (command: string): string => `{"matcher":"Bash","hooks":[{"type":"command","command":"${command}"}]}`;

export const CONFIGURATIONS: readonly (readonly [name: string, content: string])[] = [
  ['an empty object', '{}'],
  ['an empty object over two lines', '{\n}\n'],
  ['no hooks', '{\n  "model": "opus",\n  "permissions": {\n    "allow": ["Bash(ls:*)"]\n  }\n}\n'],
  ['hooks that are empty', '{\n  "hooks": {}\n}\n'],
  ['hooks that are null', '{\n  "hooks": null,\n  "model": "opus"\n}\n'],
  ['an event that is null', '{"hooks":{"Stop":null}}'],
  ['an event that is empty', '{\n  "hooks": {\n    "Stop": [],\n    "PreToolUse": [ ]\n  }\n}\n'],
  ['a hook of the user', '{\n  "hooks": {\n    "PreToolUse": [\n      {\n        "matcher": "Bash",\n        "hooks": [\n          { "type": "command", "command": "true" }\n        ]\n      }\n    ]\n  },\n  "model": "opus"\n}\n'],
  ['hooks of another tracer in every event', `{"hooks":{${['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'Stop', 'SubagentStop', 'SessionEnd', 'Notification'].map((event) => `"${event}":[${other(`/opt/tracer/hook ${event}`)}]`).join(',')}}}`],
  ['several handlers in one group', '{\n  "hooks": {\n    "Stop": [\n      { "hooks": [ { "type": "command", "command": "a" }, { "type": "http", "url": "http://127.0.0.1:1/x" } ] }\n    ]\n  }\n}\n'],
  ['an event that spoor does not know', '{\n  "hooks": {\n    "FutureEvent": [{ "hooks": [{ "type": "command", "command": "x" }] }]\n  }\n}\n'],
  ['comments', '{\n  // mine\n  "model": "opus", /* the big one */\n  "hooks": {\n    // none so far\n  }\n}\n'],
  ['comments behind items', '{\n  "hooks": {\n    "Stop": [\n      { "hooks": [] } // empty\n      // and nothing more\n    ]\n  } // end\n}\n// bye\n'],
  ['trailing commas', '{\n  "model": "opus",\n  "hooks": {\n    "Stop": [\n      { "hooks": [{ "type": "command", "command": "x" },], },\n    ],\n  },\n}\n'],
  ['CRLF', '{\r\n  "model": "opus",\r\n  "hooks": {\r\n    "Stop": []\r\n  }\r\n}\r\n'],
  ['a byte order mark', '\ufeff{\n  "model": "opus"\n}\n'],
  ['tabs', '{\n\t"hooks": {\n\t\t"Stop": [\n\t\t\t{\n\t\t\t\t"hooks": []\n\t\t\t}\n\t\t]\n\t}\n}\n'],
  ['four blanks and no newline at the end', '{\n    "model": "opus",\n    "hooks": {\n        "PreToolUse": []\n    }\n}'],
  ['all on one line', '{"model":"opus","hooks":{"PreToolUse":[{"hooks":[{"type":"command","command":"x"}]}]},"env":{"A":"1"}}'],
  ['blanks behind colons on one line', '{ "hooks": { "Stop": [ ] } }\n'],
  ['another order', '{\n  "hooks": {\n    "Stop": [{ "hooks": [{ "type": "command", "command": "x" }] }],\n    "SessionStart": [{ "matcher": "startup", "hooks": [{ "type": "command", "command": "y" }] }]\n  },\n  "$schema": "https://json.schemastore.org/claude-code-settings.json"\n}\n'],
  ['letters of other scripts', '{\n  "outputStyle": "жук 🦊",\n  "hooks": {}\n}\n'],
  ['hooks switched off', '{\n  "disableAllHooks": true\n}\n'],
  ['a key that is there twice, but not ours', '{\n  "model": "a",\n  "model": "b"\n}\n'],
];
