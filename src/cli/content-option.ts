/** `--content none`, or a level for each kind that is named: `--content prompt=full,toolResult=none`. */
import { InvalidArgumentError } from 'commander';
import type { ContentLevel, ContentPolicy, SharedKind } from '../core/sharing.ts';
import { CONTENT_LEVELS, SHARED_KINDS } from '../config/destination/parse-sharing.ts';
import { toContentPolicy } from '../semconv/content.ts';

/** Kinds that are not named stay at a preview, tool names whole. Throws what becomes `wrong usage`. */
export function parseContentOption(text: string): ContentPolicy {
  const level = CONTENT_LEVELS.find((known) => known === text.trim());
  if (level) return toContentPolicy(level);
  const policy: Record<SharedKind, ContentLevel> = { ...toContentPolicy('preview') };
  for (const part of text.split(',')) {
    const [name, told] = part.split('=').map((word) => word.trim());
    const kind = SHARED_KINDS.find((known) => known === name);
    const ofKind = CONTENT_LEVELS.find((known) => known === told);
    if (!kind || !ofKind || part.split('=').length !== 2) throw new InvalidArgumentError(`Write ${CONTENT_LEVELS.join(', ')}, or kinds with levels such as prompt=full,toolResult=none; kinds are ${SHARED_KINDS.join(', ')}.`);
    policy[kind] = ofKind;
  }
  return policy;
}
