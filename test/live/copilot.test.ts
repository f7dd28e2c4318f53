import { copilot } from './agents/copilot.ts';
import { testAgent } from './test-agent.ts';

testAgent(copilot);
