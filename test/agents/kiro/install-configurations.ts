/** Kiro agent files as people have them. */

export const EVENTS = ['agentSpawn', 'userPromptSubmit', 'preToolUse', 'postToolUse', 'stop'];

/** An agent with a hook of somebody else. */
export const PLAIN = `{
  "name": "mine",
  "tools": ["*"],
  "hooks": {
    "agentSpawn": [{"command": "true"}]
  },
  "model": null
}
`;

/** Agent files as people have them: [what is special, the content]. */
export const CONFIGURATIONS: [string, string][] = [
  ['a plain one', PLAIN],
  ['an empty object', '{}'],
  ['an empty object over two lines', '{\n}\n'],
  ['no hooks', '{\n  "name": "mine",\n  "tools": ["*"]\n}\n'],
  ['hooks: null', '{\n  "name": "mine",\n  "hooks": null,\n  "tools": ["*"]\n}\n'],
  ['empty hooks', '{\n  "name": "mine",\n  "hooks": {},\n  "tools": ["*"]\n}\n'],
  ['empty lists', '{\n  "hooks": {\n    "stop": [],\n    "preToolUse": [ ]\n  },\n  "tools": ["*"]\n}\n'],
  ['an event that is null', '{\n  "hooks": { "stop": null },\n  "tools": ["*"]\n}\n'],
  ['a byte order mark', `\ufeff${PLAIN}`],
  ['CRLF', PLAIN.replaceAll('\n', '\r\n')],
  ['comments', '// mine\n{\n  "tools": ["*"], // all of them\n  /* hooks\n     of mine */\n  "hooks": {\n    // at the start\n    "agentSpawn": [\n      {"command": "true"} // harmless\n      // more?\n    ]\n  }\n}\n'],
  ['trailing commas', '{\n  "tools": ["*",],\n  "hooks": {\n    "stop": [\n      {\n        "command": "true",\n      },\n    ],\n  },\n}\n'],
  ["another tracer's hooks in every event", `{\n  "tools": ["*"],\n  "hooks": {\n${EVENTS.map((event) => `    "${event}": [\n      {\n        "command": "~/.tracer/bin/hook",\n        "timeout_ms": 5000\n      }\n    ]`).join(',\n')}\n  }\n}\n`],
  ['four blanks', PLAIN.replaceAll('  ', '    ')],
  ['tabs', PLAIN.replaceAll('  ', '\t')],
  ['no newline at the end', PLAIN.trimEnd()],
  ['unicode in names and values', '{\n  "name": "mine",\n  "description": "日本語 – ünïcode 🦌 \\u00e9 \u2028",\n  "tools": ["*"],\n  "hooks": {"stop": [{"command": "echo \\"ç\\""}]}\n}\n'],
  ['one line', '{"name":"mine","tools":["*"],"hooks":{"stop":[{"command":"true"}]}}'],
  ['one line with blanks', '{"name": "mine", "tools": ["*"], "hooks": {"stop": [{"command": "true"}]}}\n'],
  ['groups as other agents have them', '{\n  "tools": ["*"],\n  "hooks": {\n    "preToolUse": [\n      {"matcher": "*", "hooks": [{"type": "command", "command": "true"}]}\n    ]\n  }\n}\n'],
  ['mixed indentation and blank lines', '{\n "tools" : [ "*" ] ,\n\n\n      "hooks" : {\n\n   "stop":[\n{"command" : "true"}\n\n]\n}\n}\n\n\n'],
  ['hooks of events that Kiro does not know', '{\n  "tools": ["*"],\n  "hooks": {\n    "onSave": [{"command": "true"}]\n  }\n}\n'],
  ['an extra large number and odd escapes', '{\n  "tools": ["*"],\n  "big": 12345678901234567890.10,\n  "e": "\\u0041\\/",\n  "hooks": {}\n}\n'],
];
