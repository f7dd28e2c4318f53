/** Whether a row's turn can be the one that hooks told of: each hook runs in a gap between two requests. */
import type { Fact, FactOf } from '../../../core/fact.ts';
import { canonicalJson } from '../../../core/ids.ts';

/** The row tells whole milliseconds. */
const ROW_RESOLUTION_NANO = 1_000_000n;

/** How many hooks of a turn ran when this turn of a row had no room for them: before the request that led to them was over, or after the next began. */
export function countClashes(hooks: readonly Fact[], turn: readonly Fact[]): number {
  const answers = turn.filter((fact) => fact.type === 'model.answered');
  const askedBy = new Map(turn.flatMap((fact) => (fact.type === 'tool.called' ? [[keyOf(fact.tool), answers.findIndex(({ messageId }) => messageId === fact.messageId)] as const] : [])));
  return hooks.filter((hook) => {
    if (hook.type === 'turn.started') return !isBetween(hook, undefined, answers[0]);
    if (hook.type === 'turn.ended') return !isBetween(hook, answers.at(-1), undefined);
    const tool = hook.type === 'tool.started' || hook.type === 'tool.ended' ? hook.tool : undefined;
    const index = tool && askedBy.get(keyOf(tool));
    return index !== undefined && !isBetween(hook, answers[index], answers[index + 1]);
  }).length;
}

function keyOf(tool: { canonicalName: string; input: unknown }): string {
  return `${tool.canonicalName} ${canonicalJson(tool.input)}`;
}

type Answer = FactOf<'model.answered'>;

function isBetween({ at }: Fact, before: Answer | undefined, after: Answer | undefined): boolean {
  if (!at) return true;
  const slack = BigInt(at.resolutionNano ?? 0) + ROW_RESOLUTION_NANO;
  const isAfter = before?.endedAt === undefined || at.unixNano + slack >= before.endedAt;
  return isAfter && (after?.startedAt === undefined || at.unixNano - slack <= after.startedAt);
}
