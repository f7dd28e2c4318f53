/** Where Cursor's rules, skills, subagents, hooks and MCP servers stand. https://cursor.com/docs/context/rules */
import type { ConfigPlace, ConfigRequest } from '../agent.ts';
import { below, filesAt, filesIn, skillsIn, toProjectScopes, toUserScope, valuesAt } from '../config-places.ts';
import { findCursorHome } from './places.ts';

/** The user's rules stand in the IDE's own settings, which are not looked at. */
export function listConfig(request: ConfigRequest): ConfigPlace[] {
  const user = toUserScope(request, findCursorHome(request.environment));
  const project = toProjectScopes(request);
  const own = [...user, ...below(project, '.cursor')];
  return [
    ...filesAt('instructions', project, '.cursorrules', 'AGENTS.md'),
    ...filesIn('instructions', own, 'rules', '.mdc'),
    ...skillsIn([...own, ...below(project, '.agents')], 'skills'),
    ...filesIn('agent', own, 'agents', '.md'),
    ...valuesAt('hooks', own, { file: 'hooks.json', key: ['hooks'] }),
    ...valuesAt('mcp', own, { file: 'mcp.json', key: ['mcpServers'] }),
  ];
}
