/** Are models, costs and both sides of every tool call there in the newest traced sessions. */
import { toCoverage, type TurnCoverage } from '../../query/coverage.ts';
import type { Finding } from '../../core/finding.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { toCount } from '../words.ts';
import type { Check } from './check.ts';

/** The newest tell how it is now. */
const SESSIONS_LOOKED_AT = 5;

interface Looked {
  sessionId: string;
  turns: TurnCoverage[];
}

export const numbersCheck: Check = {
  name: 'model-and-cost',
  run(context) {
    const sessions = readNewest(context);
    if (sessions.length === 0) return [];
    const lacking = sessions.flatMap(({ sessionId, turns }) => turns.filter(({ model, cost }) => model.known === 0 || cost.known === 0).map((turn) => ({ sessionId, turn })));
    const [first] = lacking;
    const where = toWhere(sessions);
    if (!first) return [{ check: 'model-and-cost', state: 'ok', seen: `the model and the cost of every turn are known in ${where}` }];
    const { model, cost } = first.turn;
    const what = [model.known === 0 ? 'model' : undefined, cost.known === 0 ? 'cost' : undefined].filter(Boolean).join(' and ');
    return [{
      check: 'model-and-cost', state: 'attention',
      seen: `${toCount(lacking.length, 'turn')} of ${where} ${lacking.length === 1 ? 'lacks' : 'lack'} model or cost; first turn ${first.turn.turnIndex + 1} of ${first.sessionId}, its ${what}: ${model.why ?? cost.why ?? 'nobody tells why'}`,
      next: `spoor doctor ${first.sessionId}`,
    }];
  },
};

export const orphanedToolsCheck: Check = {
  name: 'tools',
  run(context) {
    const sessions = readNewest(context);
    if (sessions.length === 0) return [];
    const orphans = sessions.flatMap(({ sessionId, turns }) => turns.flatMap((turn) => turn.oneSided.map((call) => ({ sessionId, turn, call }))));
    const [first] = orphans;
    if (!first) return [{ check: 'tools', state: 'ok', seen: `hooks and history agree on every tool call in ${toWhere(sessions)}` }];
    const finding: Finding = {
      check: 'tools', state: 'attention',
      seen: `Only one side told of ${toCount(orphans.length, 'tool call')} in ${toWhere(sessions)}; first ${first.call.toolName ?? 'a tool'} in turn ${first.turn.turnIndex + 1} of ${first.sessionId}, of which ${first.call.toldBy === 'hook' ? 'only hooks told' : 'no hook told'}`,
      next: `spoor doctor ${first.sessionId}`,
    };
    return [finding];
  },
};

/** Turns that hooks told of and that are over, of the newest sessions that have such. */
function readNewest({ store, agents }: DoctorContext): Looked[] {
  if (!store) return [];
  return store.listSessions({ limit: SESSIONS_LOOKED_AT }).flatMap(({ agent: id, sessionId }): Looked[] => {
    const agent = agents.find((one) => one.id === id);
    if (!agent) return [];
    const { turns } = toCoverage({ agent, sessionId, facts: store.readFacts(id, [sessionId]), turns: store.readTurns(id, [sessionId]), spans: store.readSpans(id, sessionId) });
    const over = turns.filter(({ isLive, isOpen }) => isLive && !isOpen);
    return over.length > 0 ? [{ sessionId, turns: over }] : [];
  });
}

function toWhere(sessions: readonly Looked[]): string {
  return sessions.length === 1 ? 'the newest traced session' : `the newest ${sessions.length} traced sessions`;
}
