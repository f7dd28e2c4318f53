/** Which agents are here and traced, and what their own rooms say of their files. */
import type { Finding } from '../../core/finding.ts';
import { toHookCommand } from '../../hook/shim.ts';
import { toHookedAgents, type DoctorContext, type HookedAgent } from '../doctor-context.ts';
import { listInstalled } from '../installed-agents.ts';
import { toInstallCommand } from '../shim-state.ts';
import type { Check } from './check.ts';

export const agentsCheck: Check = {
  name: 'hooks',
  run(context) {
    const hooked = toHookedAgents(context.agents);
    const here = hooked.filter(({ installer }) => installer.isPresent(context.environment));
    const installed = listInstalled(context);
    if (here.length + installed.length === 0) return [{ check: 'hooks', state: 'broken', seen: `No agent that spoor can trace was found here (${toTitles(hooked)})`, next: 'install one, or set HOME to where its files are' }];
    const others = here.filter((agent) => !installed.includes(agent));
    return [...installed.flatMap((agent) => toFindings(agent, context)), ...toUntraced(others, installed.length > 0)];
  },
};

function toFindings(agent: HookedAgent, { home, environment, ask }: DoctorContext): Finding[] {
  const hookCommand = toHookCommand(home, agent.id, environment.platform);
  if (agent.installer.diagnose) return agent.installer.diagnose({ environment, hookCommand, installCommand: toInstallCommand(home, agent.id), ask });
  const files = agent.installer.installedIn(environment, hookCommand);
  if (files.length > 0) return [{ check: 'hooks', state: 'ok', seen: `${agent.title} is traced through ${files.join(', ')}` }];
  return [{ check: 'hooks', state: 'broken', seen: `No file of ${agent.title} holds the hook that was installed`, next: toInstallCommand(home, agent.id) }];
}

/** Who installed one agent wants that one: the others are told, and are no fault. Where there is none, nothing is traced live at all. */
function toUntraced(agents: readonly HookedAgent[], hasOthers: boolean): Finding[] {
  if (agents.length === 0) return [];
  const next = `spoor install ${agents.map(({ id }) => id).join(' ')}`;
  if (!hasOthers) return [{ check: 'hooks', state: 'broken', seen: `No agent is traced: ${toTitles(agents)} ${agents.length === 1 ? 'is' : 'are'} here without a hook of spoor`, next }];
  return [{ check: 'hooks', state: 'ok', seen: `not traced: ${toTitles(agents)}; to trace ${agents.length === 1 ? 'it' : 'them'} too:`, next }];
}

function toTitles(agents: readonly HookedAgent[]): string {
  return agents.map(({ title }) => title).join(', ');
}
