/** Placeholder until the plugin's payloads are read. */
import type { Agent } from '../agent.ts';

/** See `Agent.parsePayload`. */
export const parsePayload: Agent['parsePayload'] = () => ({ problems: [] });
