/**
 * An agent may run two registrations of ours for one event (Kiro V3 reads hook files and agent files). Each tells which it is (its
 * channel); what a second channel tells at the same moment of the same event is an echo and dropped. Two equal calls at once are two
 * facts of one channel: they stay.
 */
import type { Fact, ToolRequest } from '../core/fact.ts';
import { compare } from '../core/order.ts';
import { toolKey } from './align-turns.ts';

/** All hooks of an event start together, and a hook is ended after 3 s. */
const SAME_MOMENT_NANO = 3_000_000_000n;

/** One session's hook facts, by time → the same without echoes. Of two tellings the one of the channel whose name comes first stays. */
export function dropEchoes(facts: readonly Fact[]): Fact[] {
  const groups = Map.groupBy(facts.filter((fact) => fact.at !== undefined), eventOf);
  const echoes = new Set<Fact>();
  for (const group of groups.values()) {
    const byChannel = [...Map.groupBy(group, (fact) => fact.channel ?? '')].sort(([a], [b]) => compare(a, b)).map(([, told]) => told);
    byChannel.forEach((told, index) => {
      for (const earlier of byChannel.slice(0, index)) markEchoes(earlier, told, echoes);
    });
  }
  return facts.filter((fact) => !echoes.has(fact));
}

/** What the same event would tell on any channel. */
function eventOf(fact: Fact): string {
  const tool = fact.type === 'tool.started' || fact.type === 'tool.ended' ? fact.tool : undefined;
  return tool ? `${fact.type} ${toEchoKey(tool)}` : fact.type;
}

/** One channel may tell less of a call than another: the command of a shell, or the files of an edit, is what they have in common. */
function toEchoKey(tool: ToolRequest): string {
  const { canonicalName, shellCommand, files } = tool;
  if (shellCommand !== undefined) return `${canonicalName} ${shellCommand}`;
  return files ? `${canonicalName} ${files.map(({ path }) => path).join('\n')}` : toolKey(tool);
}

/** Each fact of the first list answers for at most one of the second, the earliest that is near enough. */
function markEchoes(first: readonly Fact[], second: readonly Fact[], echoes: Set<Fact>): void {
  const free = second.filter((fact) => !echoes.has(fact));
  for (const fact of first) {
    const index = echoes.has(fact) ? -1 : free.findIndex((other) => distance(fact, other) <= SAME_MOMENT_NANO);
    const [echo] = index === -1 ? [] : free.splice(index, 1);
    if (echo) echoes.add(echo);
  }
}

function distance(a: Fact, b: Fact): bigint {
  const difference = (a.at?.unixNano ?? 0n) - (b.at?.unixNano ?? 0n);
  return difference < 0n ? -difference : difference;
}
