/** Qwen Code: `qwen -p` against an OpenAI-compatible address of one's own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveAgent, RunInPlace } from '../live-agent.ts';
import { MCP_SERVER, MCP_TOOL } from '../mcp-server.ts';
import { openaiChat } from '../model/openai-chat.ts';
import type { ScriptedCall } from '../model/script.ts';
import type { AnsweredCall } from '../model/wire.ts';

export const qwenCode: LiveAgent = {
  id: 'qwen-code',
  title: 'Qwen Code',
  programs: { qwen: '@qwen-code/qwen-code/cli-entry.js' },
  wires: [openaiChat],
  writeSettings({ home, mcpCommand: [command, ...args] }) {
    mkdirSync(join(home, '.qwen'));
    const settings = {
      security: { auth: { selectedType: 'openai' } },
      general: { disableAutoUpdate: true, disableUpdateNag: true, enableAutoUpdate: false },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      permissions: { deny: ['Bash(touch denied-badger)'] },
      mcpServers: { [MCP_SERVER]: { command, args } },
    };
    writeFileSync(join(home, '.qwen', 'settings.json'), JSON.stringify(settings));
  },
  env: ({ modelUrl }) => ({ OPENAI_API_KEY: 'live-heron', OPENAI_BASE_URL: `${modelUrl}/v1`, OPENAI_MODEL: 'qwen-live' }),
  argv: toWords,
  toCall: toQwenCall,
  toMcp: (call) => (call.tool === 'mcp' ? { server: MCP_SERVER, tool: MCP_TOOL } : undefined),
  keepsResponseId: 'in-turns',
  cannot: {},
  hooksKnowIds: true,
};

function toWords({ phrase, sessionId }: RunInPlace): string[] {
  return ['--approval-mode', 'yolo', ...(sessionId === undefined ? [] : ['--resume', sessionId]), '--prompt', phrase];
}

function toQwenCall(call: ScriptedCall, _request: unknown, project: string): Pick<AnsweredCall, 'name' | 'input'> {
  switch (call.tool) {
    case 'shell':
      return { name: 'run_shell_command', input: { command: call.command, description: 'Run it', is_background: false } };
    case 'read':
      return { name: 'read_file', input: { file_path: join(project, call.file) } };
    case 'mcp':
      return { name: `mcp__${MCP_SERVER}__${MCP_TOOL}`, input: { a: call.a, b: call.b } };
    case 'subagent':
      return { name: 'agent', input: { description: 'Send the cub', prompt: call.phrase, subagent_type: 'general-purpose' } };
    case 'extra':
      return { name: call.name, input: call.input };
  }
}
