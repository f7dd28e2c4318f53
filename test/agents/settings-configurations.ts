/** Settings files with grouped hooks as people have them. */

/** A settings file with somebody else's hook. */
export const PLAIN = `{
  "general": { "vimMode": true },
  "hooks": {
    "SessionStart": [
      { "hooks": [{ "type": "command", "command": "true" }] }
    ]
  },
  "model": { "name": "fast" }
}
`;

/** [what is special, the content] */
export const CONFIGURATIONS: [string, string][] = [
  ['a plain one', PLAIN],
  ['an empty object', '{}'],
  ['an empty object over two lines', '{\n}\n'],
  ['no hooks', '{\n  "general": {"vimMode": true}\n}\n'],
  ['hooks: null', '{\n  "hooks": null,\n  "a": 1\n}\n'],
  ['empty hooks', '{\n  "a": 1,\n  "hooks": {}\n}\n'],
  ['empty lists', '{\n  "hooks": {\n    "SessionStart": [],\n    "SessionEnd": [ ]\n  },\n  "a": 1\n}\n'],
  ['an event that is null', '{\n  "hooks": { "SessionStart": null },\n  "a": 1\n}\n'],
  ['a byte order mark', `\ufeff${PLAIN}`],
  ['CRLF', PLAIN.replaceAll('\n', '\r\n')],
  ['comments', '// mine\n{\n  "a": 1, // one\n  /* hooks\n     of mine */\n  "hooks": {\n    // at the start\n    "SessionStart": [\n      {"hooks": [{"type": "command", "command": "true"}]} // harmless\n      // more?\n    ]\n  }\n}\n'],
  ['trailing commas', '{\n  "a": 1,\n  "hooks": {\n    "SessionEnd": [\n      {\n        "hooks": [{"type": "command", "command": "true",},],\n      },\n    ],\n  },\n}\n'],
  ["another tracer's hooks in every event", `{\n  "hooks": {\n${['SessionStart', 'SessionEnd', 'BeforeTool', 'PreToolUse', 'Stop', 'AfterAgent'].map((event) => `    "${event}": [\n      {\n        "matcher": "*",\n        "hooks": [\n          {\n            "type": "command",\n            "command": "~/.tracer/bin/hook",\n            "timeout": 5000\n          }\n        ]\n      }\n    ]`).join(',\n')}\n  }\n}\n`],
  ['a group with several commands', '{\n  "hooks": {\n    "SessionStart": [\n      {\n        "hooks": [\n          {"type": "command", "command": "one"},\n          {"type": "command", "command": "two"}\n        ]\n      }\n    ]\n  }\n}\n'],
  ['four blanks', PLAIN.replaceAll('  ', '    ')],
  ['tabs', PLAIN.replaceAll('  ', '\t')],
  ['no newline at the end', PLAIN.trimEnd()],
  ['unicode in names and values', '{\n  "title": "日本語 – ünïcode 🦌 \\u00e9 \u2028",\n  "hooks": {"SessionEnd": [{"hooks": [{"type": "command", "command": "echo \\"ç\\""}]}]}\n}\n'],
  ['one line', '{"a":1,"hooks":{"SessionEnd":[{"hooks":[{"type":"command","command":"true"}]}]}}'],
  ['one line with blanks', '{"a": 1, "hooks": {"SessionEnd": [{"hooks": [{"type": "command", "command": "true"}]}]}}\n'],
  ['entries that are no groups', '{\n  "hooks": {\n    "SessionStart": [\n      {"command": "true"},\n      "odd",\n      {"hooks": "odd"}\n    ],\n    "disabled": ["one"]\n  }\n}\n'],
  ['mixed indentation and blank lines', '{\n "a" : [ "*" ] ,\n\n\n      "hooks" : {\n\n   "SessionEnd":[\n{"hooks" : [ ]}\n\n]\n}\n}\n\n\n'],
  ['an extra large number and odd escapes', '{\n  "big": 12345678901234567890.10,\n  "e": "\\u0041\\/",\n  "hooks": {}\n}\n'],
];

/** Files that no installer may touch: [what is wrong, the content]. */
export const BROKEN: [string, string][] = [
  ['no JSON', '{ "a": '],
  ['empty', ''],
  ['only blanks', ' \n'],
  ['a list', '[1]\n'],
  ['hooks that are a list', '{"hooks": []}\n'],
  ['hooks twice', '{"hooks": {}, "hooks": {}}\n'],
  ['an event that is an object', '{"hooks": {"SessionStart": {}}}\n'],
  ['an event twice', '{"hooks": {"SessionStart": [], "SessionStart": []}}\n'],
  ['two documents', '{}\n{}\n'],
];
