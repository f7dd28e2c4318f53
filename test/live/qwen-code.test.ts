import { qwenCode } from './agents/qwen-code.ts';
import { testAgent } from './test-agent.ts';

testAgent(qwenCode);
