import { codex } from './agents/codex.ts';
import { testAgent } from './test-agent.ts';

testAgent(codex);
