/** Where Codex's instructions, skills, hooks and MCP servers stand. https://developers.openai.com/codex/config-basic and /codex/skills */
import { join } from 'node:path';
import type { ConfigPlace, ConfigRequest } from '../agent.ts';
import { below, filesAt, filesIn, skillsIn, toProjectScopes, toUserScope, valuesAt } from '../config-places.ts';
import { findCodexHome } from './codex-home.ts';

const INSTRUCTIONS = ['AGENTS.override.md', 'AGENTS.md'];

export function listConfig(request: ConfigRequest): ConfigPlace[] {
  const { home } = request.environment;
  const user = toUserScope(request, findCodexHome(request.environment));
  const project = toProjectScopes(request);
  const own = [...user, ...below(project, '.codex')];
  const shared = home === undefined ? [] : toUserScope(request, join(home, '.agents'));
  return [
    ...filesAt('instructions', [...user, ...project], ...INSTRUCTIONS),
    ...skillsIn([...own, ...shared, ...below(project, '.agents')], 'skills'),
    ...filesIn('agent', own, 'agents', '.toml'),
    ...valuesAt('hooks', own, { file: 'hooks.json', key: ['hooks'] }),
    ...['hooks', 'notify'].flatMap((key) => valuesAt('hooks', own, { file: 'config.toml', key: [key] })),
    ...valuesAt('mcp', own, { file: 'config.toml', key: ['mcp_servers'] }),
  ];
}
