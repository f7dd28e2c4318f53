/** Every scenario: a suite that walks this list tests what is added to it. */
import type { Scenario } from '../script.ts';
import * as failures from './failures.ts';
import * as lives from './lives.ts';
import * as ordinary from './ordinary.ts';

export const scenarios: readonly Scenario[] = [
  ordinary.serial,
  ordinary.parallel,
  ordinary.parallelSwapped,
  ordinary.identicalInputs,
  ordinary.mcpTool,
  ...ordinary.mcpSpellings,
  ordinary.skillLoad,
  ordinary.subagents,
  ordinary.thirtyTools,
  ordinary.fileEdits,
  failures.denied,
  failures.deniedBatch,
  failures.failedTool,
  ...failures.cancelled,
  failures.failedRequest,
  failures.failedLater,
  failures.failedSilently,
  lives.compaction,
  lives.rewind,
  lives.resume,
  lives.newChat,
  lives.twoSessions,
  lives.repeatedPrompts,
  lives.installedMidway,
];

/** The scenario of this name. Throws where there is none. */
export function findScenario(name: string): Scenario {
  const scenario = scenarios.find((one) => one.name === name);
  if (!scenario) throw new Error(`No scenario is called "${name}".`);
  return scenario;
}
