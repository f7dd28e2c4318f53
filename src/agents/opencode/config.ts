/** Where OpenCode's rules, skills, agents, plugins and MCP servers stand. https://opencode.ai/docs/config and /docs/skills */
import { join } from 'node:path';
import type { ConfigPlace, ConfigRequest } from '../agent.ts';
import { below, filesAt, filesIn, skillsIn, toProjectScopes, toUserScope, valuesAt } from '../config-places.ts';
import { findConfigFolder } from './places.ts';

const FILES = ['opencode.json', 'opencode.jsonc'];

export function listConfig(request: ConfigRequest): ConfigPlace[] {
  const { home } = request.environment;
  const user = toUserScope(request, findConfigFolder(request.environment));
  const project = toProjectScopes(request);
  const own = [...user, ...below(project, '.opencode')];
  const foreign = [...(home === undefined ? [] : [join(home, '.claude'), join(home, '.agents')]).flatMap((folder) => toUserScope(request, folder)), ...below(project, '.claude'), ...below(project, '.agents')];
  return [
    ...filesAt('instructions', [...user, ...project], 'AGENTS.md'),
    ...filesAt('instructions', project, 'CLAUDE.md'),
    ...skillsIn([...own, ...foreign], 'skills'),
    ...['agent', 'agents'].flatMap((name) => filesIn('agent', own, name, '.md')),
    // Plugins are its hooks.
    ...['plugin', 'plugins'].flatMap((name) => ['.js', '.ts'].flatMap((ending) => filesIn('hooks', own, name, ending))),
    ...FILES.flatMap((file) => [...valuesAt('mcp', [...user, ...project], { file, key: ['mcp'] }), ...valuesAt('agent', [...user, ...project], { file, key: ['agent'] })]),
  ];
}
