/** Where pi's context files, skills, extensions and MCP servers stand. https://pi.dev/docs/latest/skills */
import { join } from 'node:path';
import type { ConfigPlace, ConfigRequest } from '../agent.ts';
import { below, filesAt, filesIn, skillsIn, toProjectScopes, toUserScope, valuesAt } from '../config-places.ts';
import { findAgentFolder } from './places.ts';

export function listConfig(request: ConfigRequest): ConfigPlace[] {
  const { home } = request.environment;
  const user = toUserScope(request, findAgentFolder(request.environment));
  const project = toProjectScopes(request);
  const own = [...user, ...below(project, '.pi')];
  const shared = home === undefined ? [] : toUserScope(request, join(home, '.agents'));
  return [
    ...filesAt('instructions', [...user, ...project], 'AGENTS.md', 'CLAUDE.md'),
    ...skillsIn([...own, ...shared, ...below(project, '.agents')], 'skills'),
    // Extensions are its hooks.
    ...['.ts', '.js'].flatMap((ending) => filesIn('hooks', own, 'extensions', ending)),
    ...valuesAt('mcp', own, { file: 'mcp.json', key: ['mcpServers'] }),
  ];
}
