/** Codex: `codex exec` with a model provider of one's own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveAgent, RunInPlace } from '../live-agent.ts';
import { MCP_SERVER, MCP_TOOL } from '../mcp-server.ts';
import { openaiResponses } from '../model/openai-responses.ts';
import type { ScriptedAnswer, ScriptedCall } from '../model/script.ts';
import type { AnsweredCall, ModelRequest } from '../model/wire.ts';

/** The name of its package's folder on each system. */
const TARGETS: Record<string, string> = { 'linux-x64': 'x86_64-unknown-linux-musl', 'linux-arm64': 'aarch64-unknown-linux-musl', 'darwin-x64': 'x86_64-apple-darwin', 'darwin-arm64': 'aarch64-apple-darwin' };
const SYSTEM = `${process.platform}-${process.arch}`;

const SEARCH = 'tool_search';

export const codex: LiveAgent = {
  id: 'codex',
  title: 'Codex',
  programs: { codex: `@openai/codex-${SYSTEM}/vendor/${TARGETS[SYSTEM]}/bin/codex` },
  wires: [openaiResponses],
  writeSettings({ home, modelUrl, mcpCommand: [command, ...args] }) {
    const folder = join(home, '.codex');
    mkdirSync(join(folder, 'rules'), { recursive: true });
    writeFileSync(join(folder, 'config.toml'), `model = "gpt-5.5"
model_provider = "live"
# What reaches out is off: each would be waited for.
check_for_update_on_startup = false

[analytics]
enabled = false

[otel]
exporter = "none"
metrics_exporter = "none"

[features]
multi_agent_v2 = true
plugins = false
remote_plugin = false
apps = false

[model_providers.live]
name = "live"
base_url = "${modelUrl}/v1"
env_key = "LIVE_KEY"
wire_api = "responses"

[mcp_servers.${MCP_SERVER}]
command = ${JSON.stringify(command)}
args = ${JSON.stringify(args)}
`);
    writeFileSync(join(folder, 'rules', 'default.rules'), 'prefix_rule(pattern=["touch", "denied-badger"], decision="forbidden")\n');
  },
  env: () => ({ LIVE_KEY: 'live-heron' }),
  argv: toWords,
  toAnswers: toCodexAnswers,
  toCall: toCodexCall,
  toSpanCall,
  keepsResponseId: 'always',
  toMcp: (call) => (call.tool === 'mcp' ? { server: MCP_SERVER, tool: MCP_TOOL } : undefined),
  toStableText: (text) => text.replaceAll(/Chunk ID: \w+/g, 'Chunk ID: <id>'),
  cannot: {},
  hooksKnowIds: true,
};

function toWords({ phrase, sessionId, asks }: RunInPlace): string[] {
  return ['exec', ...(sessionId === undefined ? [] : ['resume', sessionId]), ...(asks ? [] : ['--dangerously-bypass-approvals-and-sandbox']), phrase];
}

/** Its model looks for the tools of MCP servers once, and waits for a subagent with a call of its own. */
function toCodexAnswers(answers: readonly ScriptedAnswer[]): ScriptedAnswer[] {
  const search: ScriptedAnswer = { calls: [{ tool: 'extra', name: SEARCH, input: { query: 'add', limit: 5 }, outcome: 'ok' }] };
  const wait: ScriptedAnswer = { calls: [{ tool: 'extra', name: 'wait_agent', input: { timeout_ms: 30_000 }, outcome: 'ok' }] };
  const has = ({ calls = [] }: ScriptedAnswer, wanted: ScriptedCall['tool']): boolean => calls.some(({ tool }) => tool === wanted);
  return [...(answers.some((answer) => has(answer, 'mcp')) ? [search] : []), ...answers.flatMap((answer) => (has(answer, 'subagent') ? [answer, wait] : [answer]))];
}

/** It looks for tools itself, and says only how often. */
function toSpanCall({ name }: AnsweredCall, { tool }: ScriptedCall): { name?: string } | null {
  if (name === SEARCH) return null;
  return tool === 'mcp' ? { name: `mcp__${MCP_SERVER}__${name}` } : {};
}

function toCodexCall(call: ScriptedCall, { tools }: ModelRequest): Pick<AnsweredCall, 'name' | 'namespace' | 'input'> {
  const offered = (pattern: RegExp): Pick<AnsweredCall, 'name' | 'namespace'> => {
    const tool = tools.find(({ name }) => pattern.test(name));
    if (!tool) throw new Error(`No tool is like ${pattern}: ${JSON.stringify(tools.map(({ name, namespace }) => [namespace, name]))}`);
    return { name: tool.name, namespace: tool.namespace };
  };
  switch (call.tool) {
    case 'shell':
      return { ...offered(/^exec_command$/), input: { cmd: call.command } };
    case 'read':
      return { ...offered(/^exec_command$/), input: { cmd: `cat ${call.file}` } };
    case 'mcp':
      return { ...offered(/add_nums|add-nums/), input: { a: call.a, b: call.b } };
    case 'subagent':
      return { ...offered(/spawn_agent$/), input: { task_name: 'cub', message: call.phrase } };
    case 'extra':
      return { ...offered(new RegExp(`^${call.name}$`)), input: call.input };
  }
}
