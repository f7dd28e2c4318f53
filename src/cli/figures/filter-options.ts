/** The options by which figures are restricted, the same for all commands that tell them. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Filter } from '../../query/api/figures.ts';
import { AGENT_IDS, isAgent } from '../agent-ids.ts';
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

/** A typing error would be a table of nothing. */
function collectAgent(text: string, before: string[] = []): string[] {
  if (!isAgent(text)) throw new InvalidArgumentError(`Allowed choices are ${AGENT_IDS.join(', ')}.`);
  return [...before, text];
}

export function addFilterOptions(command: Command, context: CliContext): Command {
  const parse = (text: string): number => parseMomentOption(text, context.nowMillis());
  return command
    .option('--since <time>', 'only turns that began since then: 30m, 7d, 2026-11-20', parse)
    .option('--until <time>', 'only turns that began before', parse)
    .addOption(new Option('--agent <agent>', `only this agent (${AGENT_IDS.join(', ')}); may be repeated`).argParser(collectAgent))
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
