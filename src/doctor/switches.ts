/** The variables that switch tracing in one shell, as they stand in the shell that `doctor` was called from. */
type Env = Readonly<Record<string, string | undefined>>;

/** The one of these that is set, ours before its twin. */
function findSet(env: Env, names: readonly string[]): { name: string; value: string } | undefined {
  for (const name of names) {
    const value = env[name];
    if (value !== undefined && value !== '') return { name, value };
  }
  return undefined;
}

const NO = /^(?:false|0|no|off)$/i;

/** The variable that has hooks leave at once, as the shim reads it; undefined: none. */
export function findDisabling(env: Env): string | undefined {
  const told = findSet(env, ['SPOOR_TRACE_ENABLED', 'ARIZE_TRACE_ENABLED']);
  if (told && NO.test(told.value)) return told.name;
  return /^true$/i.test(env.OTEL_SDK_DISABLED ?? '') ? 'OTEL_SDK_DISABLED' : undefined;
}

/** As `config/shell-settings.ts` reads switches. */
const YES = /^\s*(?:true|1|yes|on)\s*$/i;

/** The variable among these, ours before its twin, that is switched on; undefined: none. */
function findSwitchedOn(env: Env, names: readonly string[]): string | undefined {
  const told = findSet(env, names);
  return told && YES.test(told.value) ? told.name : undefined;
}

/** Sessions of this shell are stored and never sent. */
export function findDryRun(env: Env): string | undefined {
  return findSwitchedOn(env, ['SPOOR_DRY_RUN', 'ARIZE_DRY_RUN']);
}

/** What hooks of this shell tell is noted in the agent's log. */
export function findVerbose(env: Env): string | undefined {
  return findSwitchedOn(env, ['SPOOR_VERBOSE', 'ARIZE_VERBOSE']);
}
