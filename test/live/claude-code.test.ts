import { claudeCode } from './agents/claude-code.ts';
import { testAgent } from './test-agent.ts';

testAgent(claudeCode);
