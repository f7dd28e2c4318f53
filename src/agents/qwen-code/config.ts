/** Where Qwen Code's context files, skills, subagents, hooks and MCP servers stand. https://qwenlm.github.io/qwen-code-docs/en/users/configuration/settings */
import { join } from 'node:path';
import type { ConfigPlace, ConfigRequest } from '../agent.ts';
import { below, filesAt, filesIn, skillsIn, toProjectScopes, toUserScope, valuesAt } from '../config-places.ts';
import { findQwenHome } from './folders.ts';

/** What extensions bring stands elsewhere and is not looked at. */
export function listConfig(request: ConfigRequest): ConfigPlace[] {
  const { home } = request.environment;
  const user = toUserScope(request, findQwenHome(request.environment));
  const project = toProjectScopes(request);
  const own = [...user, ...below(project, '.qwen')];
  const shared = home === undefined ? [] : toUserScope(request, join(home, '.agents'));
  return [
    ...filesAt('instructions', [...user, ...project], 'QWEN.md', 'AGENTS.md'),
    ...skillsIn([...own, ...shared, ...below(project, '.agents')], 'skills'),
    ...filesIn('agent', own, 'agents', '.md'),
    ...valuesAt('hooks', own, { file: 'settings.json', key: ['hooks'] }),
    ...valuesAt('mcp', own, { file: 'settings.json', key: ['mcpServers'] }),
  ];
}
