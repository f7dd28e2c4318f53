/** Whether what is to be written for a destination would be understood, before it is written. */
import { stringify } from 'yaml';
import type { AgentEnvironment } from '../agents/agent.ts';
import type { DestinationSetting } from './destination/destination-setting.ts';
import { parseDestination } from './destination/parse-destination.ts';
import type { Home } from './home.ts';
import type { DestinationEntry } from './save-config.ts';
import { parseYaml } from './yaml-file.ts';

/** An entry → the destination that it is, what is wrong with it (without file and line), and its lines in config.yaml. */
export function checkDestination({ name, ...fields }: DestinationEntry, home: Home, environment: AgentEnvironment): { value?: DestinationSetting; problems: string[]; text: string } {
  const text = stringify({ destinations: { [name]: fields } }, { lineWidth: 0 });
  const file = parseYaml(text, '');
  const entry = (file.value as { destinations: Record<string, unknown> } | undefined)?.destinations[name];
  const context = { root: home.root, ...(environment.home ? { userHome: environment.home } : {}) };
  const { value, problems } = parseDestination(file, { path: ['destinations', name], name, value: entry }, context);
  return { ...(value ? { value } : {}), problems: problems.map(({ detail }) => detail.replace(/^:\d+: (destination "[^"]*": )?/, '')), text };
}
