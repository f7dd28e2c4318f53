/** Variables of this shell that switch tracing off, keep it at home, or make it talk. */
import type { Finding } from '../../core/finding.ts';
import { findDisabling, findDryRun, findVerbose } from '../switches.ts';
import type { Check } from './check.ts';

export const switchesCheck: Check = {
  name: 'switches',
  run({ environment: { env }, home, shell }) {
    const findings = shell.problems.map(({ detail }): Finding => ({ check: 'environment', state: 'broken', seen: detail, next: `unset ${detail.split(':')[0]}` }));
    const disabling = findDisabling(env);
    if (disabling) findings.push({ check: 'enabled', state: 'attention', seen: `${disabling}=${env[disabling] ?? ''} is set in this shell: sessions started here are not traced at all`, next: `unset ${disabling}` });
    const dryRun = findDryRun(env);
    if (dryRun) findings.push({ check: 'dry-run', state: 'attention', seen: `${dryRun} is set in this shell: sessions started here are stored and never sent`, next: `unset ${dryRun}` });
    else findings.push({ check: 'dry-run', state: 'ok', seen: 'dry run is off in this shell; to trace without sending, start the agent with:', next: 'export SPOOR_DRY_RUN=true' });
    if (shell.settings.exportsNothing) findings.push({ check: 'dry-run', state: 'attention', seen: 'OTEL_TRACES_EXPORTER=none is set in this shell: sessions started here are stored and never sent', next: 'unset OTEL_TRACES_EXPORTER' });
    const verbose = findVerbose(env);
    if (verbose) findings.push({ check: 'verbose', state: 'ok', seen: `${verbose} is set in this shell: what hooks of sessions started here tell is noted in ${home.logs}; to read it:`, next: 'spoor logs --follow' });
    else findings.push({ check: 'verbose', state: 'ok', seen: `only errors are noted in ${home.logs}; to note everything, start the agent with:`, next: 'export SPOOR_VERBOSE=true' });
    return findings;
  },
};
