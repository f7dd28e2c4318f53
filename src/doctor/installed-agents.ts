/** Which agents the user wants traced: the others are none of the doctor's trouble. */
import { listInstalledAgents } from '../config/install-record.ts';
import { savedShims } from '../hook/save-shim.ts';
import { toHookCommand } from '../hook/shim.ts';
import { toHookedAgents, type DoctorContext, type HookedAgent } from './doctor-context.ts';

type Place = Pick<DoctorContext, 'home' | 'environment' | 'agents'>;

/** Agents in whose files a hook of spoor stands, be it another home's. */
export function listHooked(place: Place): HookedAgent[] {
  return toHookedAgents(place.agents).filter((agent) => hasHook(agent, place));
}

/** Those, and agents that `spoor install` was called for and not `spoor uninstall`, whatever is left of their hooks. */
export function listInstalled(place: Place): HookedAgent[] {
  const asked = [...savedShims(place.home), ...listInstalledAgents(place.home)];
  return toHookedAgents(place.agents).filter((agent) => asked.includes(agent.id) || hasHook(agent, place));
}

function hasHook({ id, installer }: HookedAgent, { home, environment }: Place): boolean {
  const hookCommand = toHookCommand(home, id, environment.platform);
  return installer.installedIn(environment, hookCommand).length > 0 || (installer.readCommands?.(environment, hookCommand).length ?? 0) > 0;
}
