import { agents } from '#spoor/agents/index.ts';
import { testAgent } from './agent.ts';

for (const agent of agents) testAgent(agent);
