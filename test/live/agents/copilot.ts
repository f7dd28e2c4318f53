/** GitHub Copilot CLI: `copilot -p` with a provider of one's own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveAgent, RunInPlace } from '../live-agent.ts';
import { MCP_SERVER, MCP_TOOL } from '../mcp-server.ts';
import { openaiChat } from '../model/openai-chat.ts';
import type { CallOutcome, ScriptedCall } from '../model/script.ts';
import type { AnsweredCall } from '../model/wire.ts';

export const copilot: LiveAgent = {
  id: 'copilot',
  title: 'Copilot CLI',
  programs: { copilot: `@github/copilot-${process.platform}-${process.arch}/copilot` },
  wires: [openaiChat],
  writeSettings({ home, mcpCommand: [command, ...args] }) {
    const folder = join(home, '.copilot');
    mkdirSync(folder);
    writeFileSync(join(folder, 'mcp-config.json'), JSON.stringify({ mcpServers: { [MCP_SERVER]: { type: 'local', command, args, tools: ['*'] } } }));
  },
  env: ({ modelUrl }) => ({
    COPILOT_OFFLINE: 'true',
    COPILOT_AUTO_UPDATE: 'false',
    COPILOT_PROVIDER_BASE_URL: `${modelUrl}/v1`,
    COPILOT_PROVIDER_TYPE: 'openai',
    COPILOT_PROVIDER_WIRE_API: 'completions',
    // Wherever this stands in what it says, it puts stars there.
    COPILOT_PROVIDER_API_KEY: 'live-heron-key-2417',
    // It knows this model, and which tools it takes.
    COPILOT_MODEL: 'gpt-5.5',
  }),
  argv: toWords,
  toCall: toCopilotCall,
  keepsResponseId: 'always',
  toMcp: (call) => (call.tool === 'mcp' ? { server: MCP_SERVER, tool: MCP_TOOL } : undefined),
  toOutcome,
  toStableText: (text) => text.replaceAll(/<current_datetime>[^<]*/g, '<current_datetime>'),
  cannot: {},
  hooksKnowIds: true,
};

function toWords({ phrase, sessionId, asks }: RunInPlace): string[] {
  return ['--prompt', phrase, ...(asks ? [] : ['--allow-all-tools']), ...(sessionId === undefined ? [] : [`--resume=${sessionId}`])];
}

/** A command's exit code is no verdict. */
function toOutcome({ tool, outcome }: ScriptedCall): CallOutcome {
  return tool === 'shell' && outcome === 'error' ? 'ok' : outcome;
}

function toCopilotCall(call: ScriptedCall): Pick<AnsweredCall, 'name' | 'input'> {
  switch (call.tool) {
    case 'shell':
      return { name: 'bash', input: { command: call.command, description: 'Run it' } };
    case 'read':
      return { name: 'view', input: { path: call.file } };
    case 'mcp':
      return { name: `${MCP_SERVER}-${MCP_TOOL}`, input: { a: call.a, b: call.b } };
    case 'subagent':
      return { name: 'task', input: { name: 'cub', description: 'Send the cub', prompt: call.phrase, agent_type: 'general-purpose' } };
    case 'extra':
      return { name: call.name, input: call.input };
  }
}
