/** Where Kiro's steering, skills, agents, hooks and MCP servers stand. https://kiro.dev/docs/steering/ */
import type { ConfigPlace, ConfigRequest } from '../agent.ts';
import { below, filesAt, filesIn, skillsIn, toProjectScopes, toUserScope, valuesAt } from '../config-places.ts';
import { findKiroHome } from './kiro-home.ts';

export function listConfig(request: ConfigRequest): ConfigPlace[] {
  const user = toUserScope(request, findKiroHome(request.environment));
  const project = toProjectScopes(request);
  const own = [...user, ...below(project, '.kiro')];
  return [
    ...filesAt('instructions', project, 'AGENTS.md'),
    ...filesIn('instructions', own, 'steering', '.md'),
    ...skillsIn(own, 'skills'),
    ...filesIn('agent', own, 'agents', '.json'),
    ...filesIn('hooks', own, 'hooks', '.json'),
    ...filesIn('hooks', own, 'hooks', '.kiro.hook'),
    ...valuesAt('mcp', own, { file: 'settings/mcp.json', key: ['mcpServers'] }),
  ];
}
