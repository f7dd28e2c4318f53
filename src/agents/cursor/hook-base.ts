/** What every fact of one hook call has in common. */
import type { Fact } from '../../core/fact.ts';

export type HookBase = Pick<Fact, 'agent' | 'sessionId' | 'key' | 'at' | 'order' | 'turnKey'> & { source: 'hook' };
