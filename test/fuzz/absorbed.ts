/** When a record may come to nothing in silence: it was understood, and what it says is no fact of its own. */

/**
 * V3's record types, and the field without which each is rejected. `user`, `assistant` and measures need none: they are kept with what
 * they have. Records that are none of these are problems.
 */
const V3_NEEDS: Readonly<Record<string, string | undefined>> = {
  user: undefined, assistant: undefined, session_metadata: undefined, session_start: undefined, session_event: undefined, turn_start: undefined, usage_summary: undefined, turn_end: undefined,
  tombstone: undefined, tool_call: 'toolCallId', tool_result: 'toolCallId', pending_interaction: 'toolCallId', interaction_resolved: 'toolCallId', sub_agent_start: 'subSessionId',
};

/** Whether a V3 record of this text need leave neither fact nor problem. */
export function isAbsorbed(text: string): boolean {
  try {
    const { payload } = JSON.parse(text) as { payload?: Record<string, unknown> };
    const type = payload?.type;
    if (typeof type !== 'string' || !Object.hasOwn(V3_NEEDS, type) || !payload) return false;
    const need = V3_NEEDS[type];
    return need === undefined || (typeof payload[need] === 'string' && payload[need] !== '');
  } catch {
    return false;
  }
}
