import { pi } from './agents/pi.ts';
import { testAgent } from './test-agent.ts';

testAgent(pi);
