/** The options by which figures are restricted, the same for all commands that tell them. */
import { Option, type Command } from 'commander';
import { agents } from '../../agents/index.ts';
import type { Filter } from '../../query/api/figures.ts';
import type { CliContext } from '../context.ts';
import { parseMomentOption } from '../options.ts';

export interface FilterOptions {
  since?: number;
  until?: number;
  agent?: string[];
  project?: string[];
  model?: string[];
  json?: boolean;
}

const collect = (text: string, before: string[] = []): string[] => [...before, text];

export function addFilterOptions(command: Command, context: CliContext): Command {
  const parse = (text: string): number => parseMomentOption(text, context.nowMillis());
  return command
    .option('--since <time>', 'only turns that began since then: 30m, 7d, 2026-11-20', parse)
    .option('--until <time>', 'only turns that began before', parse)
    .addOption(new Option('--agent <agent>', `only this agent (${agents.map(({ id }) => id).join(', ')}); may be repeated`).argParser(collect))
    .option('--project <name>', "only this repository's name or folder; may be repeated", collect)
    .option('--model <model>', 'only this model; may be repeated', collect)
    .option('--json', 'print the answer as the dashboard gets it');
}

/** As the questions take it. */
export function toFilter({ since, until, agent, project, model }: FilterOptions): Filter {
  return {
    ...(since === undefined ? {} : { fromMillis: since }), ...(until === undefined ? {} : { toMillis: until }),
    ...(agent ? { agent } : {}), ...(project ? { project } : {}), ...(model ? { model } : {}),
  };
}
