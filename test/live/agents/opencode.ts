/** OpenCode: `opencode run` with a provider of one's own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveAgent, RunInPlace } from '../live-agent.ts';
import { MCP_SERVER, MCP_TOOL } from '../mcp-server.ts';
import { openaiChat } from '../model/openai-chat.ts';
import type { CallOutcome, ScriptedCall } from '../model/script.ts';
import type { AnsweredCall } from '../model/wire.ts';

const PROVIDER = 'live';
const MODEL = 'heron-1';

export const openCode: LiveAgent = {
  id: 'opencode',
  title: 'OpenCode',
  programs: { opencode: `opencode-${process.platform}-${process.arch}/bin/opencode` },
  wires: [openaiChat],
  writeSettings({ home, modelUrl, mcpCommand }) {
    const folder = join(home, '.config', 'opencode');
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    // It installs this beside any plugin, and waits for that: for more than a minute where nobody answers. What the lock file tells is there.
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': { dependencies: { '@opencode-ai/plugin': '*' } } } }));
    const settings = {
      autoupdate: false,
      share: 'disabled',
      model: `${PROVIDER}/${MODEL}`,
      provider: {
        [PROVIDER]: {
          npm: '@ai-sdk/openai-compatible',
          name: 'Live',
          options: { baseURL: `${modelUrl}/v1`, apiKey: 'live-heron' },
          models: { [MODEL]: { name: 'Heron', reasoning: true, tool_call: true, limit: { context: 200_000, output: 8000 } } },
        },
      },
      permission: { bash: { '*': 'allow', 'touch denied-badger': 'ask' } },
      mcp: { [MCP_SERVER]: { type: 'local', command: mcpCommand, enabled: true } },
    };
    writeFileSync(join(folder, 'opencode.json'), JSON.stringify(settings));
  },
  env: () => ({ OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_LSP_DOWNLOAD: '1' }),
  argv: toWords,
  toCall: toOpenCodeCall,
  keepsResponseId: 'never',
  toMcp: (call) => (call.tool === 'mcp' ? { server: MCP_SERVER, tool: MCP_TOOL } : undefined),
  // A command's exit code is no verdict.
  toOutcome,
  leavesAtOnce: true,
  // It counts an answer when its calls are through.
  toTokens: ({ tokens, calls }) => (calls.some(({ scripted }) => scripted.outcome === 'cancelled') ? {} : tokens),
  cannot: {},
  hooksKnowIds: true,
};

function toWords({ phrase, sessionId }: RunInPlace): string[] {
  return ['run', ...(sessionId === undefined ? [] : ['--session', sessionId]), phrase];
}

function toOutcome({ tool, outcome }: ScriptedCall): CallOutcome {
  return tool === 'shell' && outcome === 'error' ? 'ok' : outcome;
}

function toOpenCodeCall(call: ScriptedCall): Pick<AnsweredCall, 'name' | 'input'> {
  switch (call.tool) {
    case 'shell':
      return { name: 'bash', input: { command: call.command, description: 'Run it' } };
    case 'read':
      return { name: 'read', input: { filePath: call.file } };
    case 'mcp':
      return { name: `${MCP_SERVER}_${MCP_TOOL}`, input: { a: call.a, b: call.b } };
    case 'subagent':
      return { name: 'task', input: { description: 'Send the cub', prompt: call.phrase, subagent_type: 'general' } };
    case 'extra':
      return { name: call.name, input: call.input };
  }
}
