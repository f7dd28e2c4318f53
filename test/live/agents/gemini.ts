/** Gemini CLI: `gemini -p` against an address of one's own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveAgent, RunInPlace } from '../live-agent.ts';
import { MCP_SERVER, MCP_TOOL } from '../mcp-server.ts';
import { geminiContent } from '../model/gemini-content.ts';
import type { CallOutcome, ScriptedAnswer, ScriptedCall } from '../model/script.ts';
import type { AnsweredCall } from '../model/wire.ts';

export const gemini: LiveAgent = {
  id: 'gemini',
  title: 'Gemini CLI',
  programs: { gemini: '@google/gemini-cli/bundle/gemini.js' },
  wires: [geminiContent],
  writeSettings({ home, mcpCommand: [command, ...args] }) {
    const folder = join(home, '.gemini');
    mkdirSync(join(folder, 'policies'), { recursive: true });
    const settings = {
      security: { auth: { selectedType: 'gemini-api-key' } },
      general: { disableAutoUpdate: true, disableUpdateNag: true },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      mcpServers: { [MCP_SERVER]: { command, args } },
    };
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
    writeFileSync(join(folder, 'policies', 'live.toml'), '[[rule]]\ntoolName = "run_shell_command"\ncommandPrefix = "touch denied-badger"\ndecision = "deny"\npriority = 999\n');
  },
  env: ({ modelUrl }) => ({ GEMINI_API_KEY: 'live-heron', GOOGLE_GEMINI_BASE_URL: modelUrl, GEMINI_CLI_TRUST_WORKSPACE: 'true' }),
  argv: toWords,
  toAnswers: toGeminiAnswers,
  toCall: toGeminiCall,
  // It puts the tool's name before the id; of a call that was interrupted it keeps nothing, and its hooks tell no id.
  toSpanCall: ({ name, id }, { outcome }) => ({ id: outcome === 'cancelled' ? 'undefined' : `${name}__${id}` }),
  keepsResponseId: 'never',
  toMcp: (call) => (call.tool === 'mcp' ? { server: MCP_SERVER, tool: MCP_TOOL } : undefined),
  toOutcome,
  toStableText: (text) => text.replaceAll(/PGID: \d+/g, 'PGID: <id>'),
  cannot: {},
  untold: { 'an interrupted tool': 'the call that ran' },
  hooksKnowIds: false,
};

function toWords({ phrase, resumes }: RunInPlace): string[] {
  return ['--model', 'gemini-2.5-flash', '--approval-mode', 'yolo', ...(resumes ? ['--resume', 'latest'] : []), '--prompt', phrase];
}

/** A command's exit code is no verdict; what a rule forbids has the status "error". */
function toOutcome({ tool, outcome }: ScriptedCall): CallOutcome {
  if (tool === 'shell' && outcome === 'error') return 'ok';
  return outcome === 'denied' ? 'error' : outcome;
}

/** A subagent is done when its model says so with a call. */
function toGeminiAnswers(answers: readonly ScriptedAnswer[], { isSubagent }: { isSubagent: boolean }): ScriptedAnswer[] {
  if (!isSubagent) return [...answers];
  return answers.map((answer) => (answer.calls ? answer : { calls: [{ tool: 'extra', name: 'complete_task', input: { result: { response: answer.text } }, outcome: 'ok' }] }));
}

function toGeminiCall(call: ScriptedCall): Pick<AnsweredCall, 'name' | 'input'> {
  switch (call.tool) {
    case 'shell':
      return { name: 'run_shell_command', input: { command: call.command, description: 'Run it' } };
    case 'read':
      return { name: 'read_file', input: { file_path: call.file } };
    case 'mcp':
      return { name: `mcp_${MCP_SERVER}_${MCP_TOOL}`, input: { a: call.a, b: call.b } };
    case 'subagent':
      return { name: 'invoke_agent', input: { agent_name: 'generalist', prompt: call.phrase } };
    case 'extra':
      return { name: call.name, input: call.input };
  }
}
