import { agents } from '#spoor/agents/index.ts';
import { testTelemetry } from './telemetry.ts';

for (const agent of agents) if (agent.telemetry) testTelemetry(agent, agent.telemetry);
