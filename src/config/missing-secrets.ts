/** Which of the secrets that a destination refers to are not there. */
import type { AgentEnvironment } from '../agents/agent.ts';
import type { DestinationSetting } from './destination/destination-setting.ts';
import { listReferences, resolveDestination } from './resolve-destination.ts';

/** Names of variables, paths of files. Only what is a reference: the text of any other header is a secret itself. */
export function findMissingSecrets(setting: DestinationSetting, environment: AgentEnvironment): string[] {
  return listReferences(setting).flatMap((text) => {
    const { problems } = resolveDestination({ ...setting, templates: {}, headers: { x: text } }, environment);
    return problems.some(({ code }) => code === 'missing-secret') ? [text.replace(/^(?:(?:Bearer|Basic) )?(?:env|file):/, '')] : [];
  });
}
