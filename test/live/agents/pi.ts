/** pi: `pi -p` with a provider of one's own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveAgent, RunInPlace } from '../live-agent.ts';
import { MCP_SERVER, MCP_TOOL } from '../mcp-server.ts';
import { openaiChat } from '../model/openai-chat.ts';
import type { ScriptedCall } from '../model/script.ts';
import type { AnsweredCall } from '../model/wire.ts';

const PROVIDER = 'live';
const MODEL = 'heron-1';
/** pi asks nobody: a person who wants to forbid something has an extension like this. */
const GUARD = `export default (pi) => pi.on('tool_call', ({ input }) => (input?.command === 'touch denied-badger' ? { block: true, reason: 'No badgers.' } : undefined));
`;

export const pi: LiveAgent = {
  id: 'pi',
  title: 'pi',
  programs: { pi: '@earendil-works/pi-coding-agent/dist/bundle/cli.js' },
  wires: [openaiChat],
  writeSettings({ home, modelUrl, mcpCommand: [command, ...args] }) {
    const folder = join(home, '.pi', 'agent');
    mkdirSync(join(folder, 'extensions'), { recursive: true });
    const cost = { input: 1, output: 2, cacheRead: 0.1, cacheWrite: 1.25 };
    const models = [{ id: MODEL, name: 'Heron', reasoning: true, contextWindow: 200_000, maxTokens: 8000, cost }];
    writeFileSync(join(folder, 'models.json'), JSON.stringify({ providers: { [PROVIDER]: { name: 'Live', baseUrl: `${modelUrl}/v1`, api: 'openai-completions', apiKey: 'live-heron', models } } }));
    // Else its model calls tools of MCP servers in a program that it writes.
    writeFileSync(join(folder, 'mcp.json'), JSON.stringify({ mcpServers: { [MCP_SERVER]: { command, args, exposure: 'direct' } } }));
    writeFileSync(join(folder, 'extensions', 'guard.ts'), GUARD);
  },
  env: () => ({ PI_OFFLINE: '1', PI_TELEMETRY: '0', PI_SKIP_VERSION_CHECK: '1' }),
  argv: toWords,
  toCall: toPiCall,
  keepsResponseId: 'always',
  toMcp: (call) => (call.tool === 'mcp' ? { server: MCP_SERVER, tool: MCP_TOOL } : undefined),
  leavesAtOnce: true,
  cannot: { 'a subagent': 'pi has no subagents: extensions bring theirs, each in its own way' },
  hooksKnowIds: true,
};

function toWords({ phrase, sessionId }: RunInPlace): string[] {
  return ['--provider', PROVIDER, '--model', MODEL, ...(sessionId === undefined ? [] : ['--session', sessionId]), '-p', phrase];
}

function toPiCall(call: ScriptedCall): Pick<AnsweredCall, 'name' | 'input'> {
  switch (call.tool) {
    case 'shell':
      return { name: 'bash', input: { command: call.command } };
    case 'read':
      return { name: 'read', input: { path: call.file } };
    case 'mcp':
      return { name: `mcp__${MCP_SERVER}__${MCP_TOOL.replaceAll('-', '_')}`, input: { a: call.a, b: call.b } };
    case 'subagent':
      throw new Error('pi has no subagents.');
    case 'extra':
      return { name: call.name, input: call.input };
  }
}
