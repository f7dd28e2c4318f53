/** Which agents are here and traced, and what their own rooms say of their files. */
import type { Finding } from '../../core/finding.ts';
import { toHookCommand } from '../../hook/shim.ts';
import { toHookedAgents } from '../doctor-context.ts';
import { toInstallCommand } from '../shim-state.ts';
import type { Check } from './check.ts';

export const agentsCheck: Check = {
  name: 'hooks',
  run(context) {
    const { home, environment, agents } = context;
    const here = toHookedAgents(agents).filter(({ installer }) => installer.isPresent(environment));
    const titles = toHookedAgents(agents).map(({ title }) => title).join(', ');
    if (here.length === 0) return [{ check: 'hooks', state: 'broken', seen: `No agent that spoor can trace was found here (${titles})`, next: 'install one, or set HOME to where its files are' }];
    return here.flatMap((agent): Finding[] => {
      const hookCommand = toHookCommand(home, agent.id, environment.platform);
      if (agent.installer.diagnose) return agent.installer.diagnose({ environment, hookCommand, installCommand: toInstallCommand(home, agent.id), ask: context.ask });
      const files = agent.installer.installedIn(environment, hookCommand);
      if (files.length > 0) return [{ check: 'hooks', state: 'ok', seen: `${agent.title} is traced through ${files.join(', ')}` }];
      return [{ check: 'hooks', state: 'broken', seen: `${agent.title} is on this machine and not traced`, next: toInstallCommand(home, agent.id) }];
    });
  },
};
