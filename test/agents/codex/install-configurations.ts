/** Codex's two files as people have them. Absent: there is no such file. */

export interface Configuration {
  name: string;
  config?: string;
  hooks?: string;
}

const PLAIN = '# mine\nmodel = "gpt-5.5"\n\n[tui]\nnotifications = true\n';
const FOREIGN = '{\n  "hooks": {\n    "Stop": [\n      {\n        "hooks": [\n          { "type": "command", "command": "~/.tracer/hook", "timeout": 5 }\n        ]\n      }\n    ],\n    "PreToolUse": [\n      { "matcher": "^Bash$", "hooks": [{ "type": "command", "command": "true" }] }\n    ]\n  }\n}\n';

export const CONFIGURATIONS: Configuration[] = [
  { name: 'nothing at all' },
  { name: 'a plain configuration', config: PLAIN },
  { name: 'an empty configuration', config: '' },
  { name: 'comments alone', config: '# one\n# two\n' },
  { name: 'no newline at the end', config: PLAIN.trimEnd() },
  { name: 'CRLF', config: PLAIN.replaceAll('\n', '\r\n'), hooks: FOREIGN.replaceAll('\n', '\r\n') },
  { name: 'a byte order mark', config: `\ufeff${PLAIN}`, hooks: `\ufeff${FOREIGN}` },
  { name: "another tool's notify", config: 'notify = ["/usr/bin/terminal-notifier", "-title", "Codex \\"done\\""] # ping\nmodel = "x"\n' },
  { name: "another tool's notify over lines, behind tables of the same name", config: 'a = 1\nnotify = [\n  # first ]\n  \'sh\',\n  """-c""",\n] # end\n\n[other]\nnotify = ["no"]\n' },
  { name: 'an empty notify', config: 'notify = []\n' },
  { name: 'numbers, dates and nested values', config: 'startup_timeout_sec = 10.5\nwhen = 1979-05-27T07:32:00Z\nday = 1979-05-27\nbig = 9007199254740993\nhex = 0xDEAD_beef\ninf = -inf\nmixed = [[1, 2], ["a"], [{ b = 1.0 }]]\n\n[mcp_servers.x]\nargs = ["a", \'b\']\nenv = { "K E Y" = "v" }\n' },
  { name: 'texts that look like tables', config: 'prompt = """\n[hooks.state."x"]\ntrusted_hash = "y"\nnotify = ["z"]\n"""\n\n[profiles.a]\nmodel = "m" # [not]\n' },
  { name: 'approvals of other hooks', config: `${PLAIN}\n[hooks.state."/elsewhere/hooks.json:stop:0:0"]\nenabled = false\ntrusted_hash = "sha256:00"\n`, hooks: FOREIGN },
  { name: 'hooks in the configuration itself', config: `${PLAIN}\n[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "true"\n` },
  { name: 'hooks that are switched off', config: '[features]\nhooks = false\n' },
  { name: "another tracer's hooks", config: PLAIN, hooks: FOREIGN },
  { name: 'hooks: empty object', hooks: '{}' },
  { name: 'hooks: an empty list and null', hooks: '{ "hooks": { "Stop": [], "Interrupt": null } }\n' },
  { name: 'hooks: null', hooks: '{\n\t"description": "mine",\n\t"hooks": null\n}' },
  { name: 'hooks on one line', hooks: '{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"true"}]}]}}' },
  { name: 'hooks of unknown events', hooks: '{\n    "hooks": {\n        "OnMoon": [ { "hooks": [ { "type": "prompt" } ] } ]\n    }\n}\n\n' },
  { name: 'unicode', config: 'name = "日本語 🦌"\n"ключ" = \'ç\'\n', hooks: '{ "description": "🦌 \\u00e9", "hooks": {} }\n' },
];
