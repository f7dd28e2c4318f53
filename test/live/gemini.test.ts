import { gemini } from './agents/gemini.ts';
import { testAgent } from './test-agent.ts';

testAgent(gemini);
