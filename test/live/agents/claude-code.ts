/** Claude Code: `claude -p` against a model server of one's own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveAgent, RunInPlace } from '../live-agent.ts';
import { MCP_SERVER, MCP_TOOL } from '../mcp-server.ts';
import { anthropicMessages } from '../model/anthropic-messages.ts';
import type { ScriptedCall } from '../model/script.ts';
import type { AnsweredCall } from '../model/wire.ts';

const MCP_CONFIG = 'mcp.json';

export const claudeCode: LiveAgent = {
  id: 'claude-code',
  title: 'Claude Code',
  programs: { claude: `@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude` },
  wires: [anthropicMessages],
  writeSettings({ home, mcpCommand: [command, ...args] }) {
    mkdirSync(join(home, '.claude'));
    writeFileSync(join(home, '.claude', MCP_CONFIG), JSON.stringify({ mcpServers: { [MCP_SERVER]: { command, args } } }));
  },
  env: ({ modelUrl }) => ({
    ANTHROPIC_BASE_URL: modelUrl,
    ANTHROPIC_API_KEY: 'sk-ant-live-heron',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    // Else tools of MCP servers are looked for first, in a request of its own.
    ENABLE_TOOL_SEARCH: 'false',
    // Without it no mode that asks nobody may be used as root.
    IS_SANDBOX: '1',
  }),
  argv: toWords,
  toCall: (call) => toClaudeCall(call),
  keepsResponseId: 'always',
  toMcp: (call) => (call.tool === 'mcp' ? { server: MCP_SERVER, tool: MCP_TOOL } : undefined),
  cannot: {},
  hooksKnowIds: true,
};

function toWords({ phrase, sessionId, asks, places }: RunInPlace): string[] {
  return ['-p', '--mcp-config', join(places.home, '.claude', MCP_CONFIG), '--permission-mode', asks ? 'default' : 'bypassPermissions', ...(sessionId === undefined ? [] : ['--resume', sessionId]), '--', phrase];
}

function toClaudeCall(call: ScriptedCall): Pick<AnsweredCall, 'name' | 'input'> {
  switch (call.tool) {
    case 'shell':
      return { name: 'Bash', input: { command: call.command, description: 'Run it' } };
    case 'read':
      return { name: 'Read', input: { file_path: call.file } };
    case 'mcp':
      return { name: `mcp__${MCP_SERVER}__${MCP_TOOL}`, input: { a: call.a, b: call.b } };
    case 'subagent':
      return { name: 'Agent', input: { description: 'Send the cub', prompt: call.phrase, subagent_type: 'general-purpose', run_in_background: false } };
    case 'extra':
      return { name: call.name, input: call.input };
  }
}
