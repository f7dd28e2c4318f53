/** Where Copilot's instructions, skills, custom agents, hooks and MCP servers stand. https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/overview */
import type { ConfigPlace, ConfigRequest } from '../agent.ts';
import { below, filesAt, filesIn, skillsIn, toProjectScopes, toUserScope, valuesAt } from '../config-places.ts';
import { findCopilotHome } from './folders.ts';

export function listConfig(request: ConfigRequest): ConfigPlace[] {
  const user = toUserScope(request, findCopilotHome(request.environment));
  const project = toProjectScopes(request);
  const github = below(project, '.github');
  const own = [...user, ...github];
  return [
    ...filesAt('instructions', own, 'copilot-instructions.md'),
    ...filesAt('instructions', project, 'AGENTS.md', 'CLAUDE.md', 'GEMINI.md'),
    ...filesIn('instructions', github, 'instructions', '.instructions.md'),
    ...skillsIn([...own, ...below(project, '.claude'), ...below(project, '.agents')], 'skills'),
    ...filesIn('agent', own, 'agents', '.md'),
    ...filesIn('hooks', own, 'hooks', '.json'),
    ...valuesAt('mcp', user, { file: 'mcp-config.json', key: ['mcpServers'] }),
    ...valuesAt('mcp', below(project, '.vscode'), { file: 'mcp.json', key: ['servers'] }),
  ];
}
