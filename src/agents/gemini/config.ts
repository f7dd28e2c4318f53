/** Where Gemini CLI's context files, skills, subagents, hooks and MCP servers stand. https://geminicli.com/docs/reference/configuration */
import { join } from 'node:path';
import type { ConfigPlace, ConfigRequest } from '../agent.ts';
import { below, filesAt, filesIn, skillsIn, toProjectScopes, toUserScope, valuesAt } from '../config-places.ts';
import { findGeminiHome } from './chats.ts';

/** What extensions bring stands elsewhere and is not looked at. */
export function listConfig(request: ConfigRequest): ConfigPlace[] {
  const { home } = request.environment;
  const user = toUserScope(request, findGeminiHome(request.environment));
  const project = toProjectScopes(request);
  const own = [...user, ...below(project, '.gemini')];
  const shared = home === undefined ? [] : toUserScope(request, join(home, '.agents'));
  return [
    ...filesAt('instructions', [...user, ...project], 'GEMINI.md'),
    ...skillsIn([...own, ...shared, ...below(project, '.agents')], 'skills'),
    ...filesIn('agent', own, 'agents', '.md'),
    ...valuesAt('hooks', own, { file: 'settings.json', key: ['hooks'] }),
    ...valuesAt('mcp', own, { file: 'settings.json', key: ['mcpServers'] }),
  ];
}
