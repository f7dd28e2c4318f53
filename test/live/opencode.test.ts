import { openCode } from './agents/opencode.ts';
import { testAgent } from './test-agent.ts';

testAgent(openCode);
