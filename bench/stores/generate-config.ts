/** What a generated session worked with: the same for all of an agent in a project, but for what was edited on the way. */
import { toPartHash, type ConfigPart } from '#spoor/core/config-part.ts';
import { SKILLS } from './people-and-tools.ts';
import type { Scene } from './scene.ts';

/** How often an instruction file, and a skill, was edited in the time of a store. */
const EDITS = { instructions: 5, skill: 3 };

/** From here on the shell of one agent answers sooner, and a skill says so: something for a comparison of before and after to find. */
export const CHANGE_AT = 0.6;

/** Only of agents that know skills; parts as a collector would have taken them. */
export function generateConfig({ kind, project, progress, model }: Scene): ConfigPart[] {
  const edition = (name: string, edits: number): string => toPartHash(name, String(Math.floor(progress * edits)));
  const instructions = kind.agent === 'claude-code' ? 'CLAUDE.md' : kind.agent === 'gemini' ? 'GEMINI.md' : 'AGENTS.md';
  const skills = kind.tools.some((tool) => tool.kind === 'skill') ? SKILLS : [];
  const servers = new Set(kind.tools.flatMap(({ mcp }) => mcp?.server ?? []));
  return [
    { kind: 'instructions', name: instructions, hash: edition(project + instructions, EDITS.instructions) },
    ...skills.map((name): ConfigPart => ({ kind: 'skill', name, hash: name === 'write-tests' ? toPartHash(name, String(progress >= CHANGE_AT)) : edition(name, EDITS.skill) })),
    ...[...servers].map((name): ConfigPart => ({ kind: 'mcp', name, hash: toPartHash(name) })),
    { kind: 'hooks', name: 'settings.json: hooks', hash: toPartHash('hooks') },
    { kind: 'model', name: model, hash: toPartHash('model', model) },
  ];
}
