/** Where Claude Code's memory files, skills, commands, subagents, hooks and MCP servers stand. https://code.claude.com/docs/en/settings */
import { dirname, join } from 'node:path';
import type { ConfigPlace, ConfigRequest } from '../agent.ts';
import { below, filesAt, filesIn, skillsIn, toProjectScopes, toUserScope, valuesAt, type ConfigScope } from '../config-places.ts';
import { findConfigFolder } from './folders.ts';

const SETTINGS = ['settings.json', 'settings.local.json'];

/** What plugins bring stands elsewhere and is not looked at. */
export function listConfig(request: ConfigRequest): ConfigPlace[] {
  const folder = findConfigFolder(request.environment);
  const user = toUserScope(request, folder);
  const project = toProjectScopes(request);
  const own = [...user, ...below(project, '.claude')];
  const servers: ConfigScope[] = folder === undefined ? [] : toServerScope(request, folder);
  return [
    ...filesAt('instructions', own, 'CLAUDE.md'),
    ...filesAt('instructions', project, 'CLAUDE.md', 'CLAUDE.local.md'),
    ...filesIn('instructions', own, 'rules', '.md'),
    ...skillsIn(own, 'skills'),
    // A command is a skill of one file.
    ...filesIn('skill', own, 'commands', '.md'),
    ...filesIn('agent', own, 'agents', '.md'),
    ...SETTINGS.flatMap((file) => valuesAt('hooks', own, { file, key: ['hooks'] })),
    ...valuesAt('mcp', servers, { file: '.claude.json', key: ['mcpServers'] }),
    ...request.folders.flatMap((project) => valuesAt('mcp', servers, { file: '.claude.json', key: ['projects', project, 'mcpServers'] })),
    ...valuesAt('mcp', project, { file: '.mcp.json', key: ['mcpServers'] }),
  ];
}

/** `.claude.json` stands beside `~/.claude`, but inside a folder that a variable names. */
function toServerScope(request: ConfigRequest, folder: string): ConfigScope[] {
  const { home } = request.environment;
  if (home === undefined || folder !== join(home, '.claude')) return toUserScope(request, folder);
  return [{ folder: dirname(folder), within: home, prefix: '~/' }];
}
