/** The generated hook that agents' files point at: is it there, can it be run, is it of this version, and can it start a collector. */
import { savedShims } from '../../hook/save-shim.ts';
import { VERSION } from '../../core/version.ts';
import type { Finding } from '../../core/finding.ts';
import { toHookCommand } from '../../hook/shim.ts';
import { toHookedAgents } from '../doctor-context.ts';
import { readShimState, toInstallCommand } from '../shim-state.ts';
import type { Check } from './check.ts';

export const shimCheck: Check = {
  name: 'shim',
  run({ home, environment, agents }) {
    const saved = savedShims(home);
    const wanted = toHookedAgents(agents).filter(({ id, installer }) => saved.includes(id) || installer.installedIn(environment, toHookCommand(home, id, environment.platform)).length > 0);
    return wanted.map(({ id }): Finding => {
      const { path, fault, startFault, otherVersion, isEnvOnly } = readShimState(home, id, environment.platform);
      const next = toInstallCommand(home, id);
      if (fault) return { check: 'shim', state: 'broken', seen: `Hooks of ${id} do nothing: ${fault}`, next };
      if (startFault) return { check: 'shim', state: 'broken', seen: `${path} cannot start a collector: ${startFault}`, next };
      if (otherVersion) return { check: 'shim', state: 'attention', seen: `${path} is of version ${otherVersion}, and this is ${VERSION}`, next };
      return { check: 'shim', state: 'ok', seen: `${path} is there, can be run, and is of this version (${VERSION})${isEnvOnly ? '; it acts only where a shell names an OTLP endpoint' : ''}` };
    });
  },
};
