/** Names that several files of this room share. */

export const AGENT = 'copilot';

/** Prefix of the attributes that only Copilot has. */
export const PREFIX = 'copilot.';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The session of a subagent. Older builds call it by the call that started it, which other sessions may have, too. */
export function toChildSessionId(rootSessionId: string, agentId: string): string {
  return UUID.test(agentId) ? agentId : `${rootSessionId}:${agentId}`;
}
