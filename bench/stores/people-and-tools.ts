/** Who works, on what, with which tools: what generated stores are made of. Names are made up; shares and durations are as in life. */
import type { SpanValues } from '#spoor/core/span.ts';

export interface ToolKind {
  name: string;
  /** How often it is called, against the others of its agent. */
  share: number;
  /** Half of its calls take less than this. */
  medianMillis: number;
  /** Of the logarithm of its durations. */
  sigma: number;
  errorPercent: number;
  /** A person is asked. */
  askPercent?: number;
  kind: 'shell' | 'read' | 'edit' | 'search' | 'mcp' | 'skill' | 'subagent' | 'web' | 'plain';
  mcp?: { server: string; tool: string };
}

export interface AgentKind {
  agent: string;
  share: number;
  provider: string;
  versions: readonly string[];
  models: readonly string[];
  tools: readonly ToolKind[];
  billing?: SpanValues['billing'];
}

export interface ModelKind {
  provider: string;
  medianMillis: number;
  /** US dollars of a million tokens: input, read from the cache, output. Absent: nobody's list has it. */
  price?: readonly [number, number, number];
  windowTokens: number;
}

export const MODELS: Readonly<Record<string, ModelKind>> = {
  'claude-opus-4-8': { provider: 'anthropic', medianMillis: 7200, price: [5, 0.5, 25], windowTokens: 200_000 },
  'claude-sonnet-4-6': { provider: 'anthropic', medianMillis: 4100, price: [3, 0.3, 15], windowTokens: 200_000 },
  'claude-haiku-4-5': { provider: 'anthropic', medianMillis: 1900, price: [1, 0.1, 5], windowTokens: 200_000 },
  'gpt-5.2-codex': { provider: 'openai', medianMillis: 5600, price: [1.75, 0.175, 14], windowTokens: 400_000 },
  'gpt-5.2-mini': { provider: 'openai', medianMillis: 2300, price: [0.25, 0.025, 2], windowTokens: 400_000 },
  'gemini-3-pro': { provider: 'gcp.gemini', medianMillis: 5100, price: [2, 0.2, 12], windowTokens: 1_000_000 },
  'local-coder-30b': { provider: 'ollama', medianMillis: 9800, windowTokens: 65_536 },
  auto: { provider: 'aws.bedrock', medianMillis: 4400, windowTokens: 200_000 },
};

const FILE_TOOLS = (read: string, edit: string, search: string): ToolKind[] => [
  { name: read, share: 28, medianMillis: 14, sigma: 0.8, errorPercent: 2, kind: 'read' },
  { name: edit, share: 17, medianMillis: 38, sigma: 0.7, errorPercent: 5, askPercent: 14, kind: 'edit' },
  { name: search, share: 12, medianMillis: 90, sigma: 1, errorPercent: 1, kind: 'search' },
];

const MCP_TOOLS: ToolKind[] = [
  { name: 'mcp__tracker__search_issues', share: 2.5, medianMillis: 640, sigma: 0.9, errorPercent: 6, askPercent: 10, kind: 'mcp', mcp: { server: 'tracker', tool: 'search_issues' } },
  { name: 'mcp__tracker__get_issue', share: 1.5, medianMillis: 310, sigma: 0.7, errorPercent: 4, kind: 'mcp', mcp: { server: 'tracker', tool: 'get_issue' } },
  { name: 'mcp__warehouse__query', share: 1.5, medianMillis: 2100, sigma: 1.2, errorPercent: 11, askPercent: 30, kind: 'mcp', mcp: { server: 'warehouse', tool: 'query' } },
];

export const AGENTS: readonly AgentKind[] = [
  {
    agent: 'claude-code',
    share: 46,
    provider: 'anthropic',
    versions: ['2.1.58', '2.1.63', '2.1.71'],
    models: ['claude-opus-4-8', 'claude-sonnet-4-6', 'claude-sonnet-4-6', 'claude-haiku-4-5'],
    tools: [
      ...FILE_TOOLS('Read', 'Edit', 'Grep'),
      { name: 'Bash', share: 26, medianMillis: 1250, sigma: 1.5, errorPercent: 9, askPercent: 16, kind: 'shell' },
      { name: 'Glob', share: 5, medianMillis: 60, sigma: 0.8, errorPercent: 0.5, kind: 'search' },
      { name: 'Write', share: 4, medianMillis: 30, sigma: 0.6, errorPercent: 2, askPercent: 18, kind: 'edit' },
      { name: 'WebFetch', share: 2, medianMillis: 2900, sigma: 0.8, errorPercent: 12, askPercent: 20, kind: 'web' },
      { name: 'TodoWrite', share: 3, medianMillis: 4, sigma: 0.4, errorPercent: 0, kind: 'plain' },
      { name: 'Skill', share: 1.6, medianMillis: 22, sigma: 0.5, errorPercent: 1, kind: 'skill' },
      { name: 'Agent', share: 3, medianMillis: 1, sigma: 0, errorPercent: 2, kind: 'subagent' },
      ...MCP_TOOLS,
    ],
  },
  {
    agent: 'codex',
    share: 22,
    provider: 'openai',
    versions: ['0.98.0', '0.101.2'],
    models: ['gpt-5.2-codex', 'gpt-5.2-codex', 'gpt-5.2-mini'],
    tools: [
      { name: 'shell', share: 70, medianMillis: 520, sigma: 1.7, errorPercent: 11, askPercent: 9, kind: 'shell' },
      { name: 'apply_patch', share: 22, medianMillis: 45, sigma: 0.6, errorPercent: 6, askPercent: 8, kind: 'edit' },
      { name: 'update_plan', share: 5, medianMillis: 3, sigma: 0.3, errorPercent: 0, kind: 'plain' },
      ...MCP_TOOLS,
    ],
  },
  {
    agent: 'kiro',
    share: 18,
    provider: 'aws.bedrock',
    versions: ['1.24.1', '2.3.0'],
    models: ['auto', 'auto', 'claude-sonnet-4-6'],
    billing: 'credits',
    tools: [
      ...FILE_TOOLS('fs_read', 'fs_write', 'grep'),
      { name: 'execute_bash', share: 24, medianMillis: 980, sigma: 1.4, errorPercent: 8, askPercent: 22, kind: 'shell' },
      { name: 'use_aws', share: 3, medianMillis: 1700, sigma: 0.8, errorPercent: 9, askPercent: 40, kind: 'plain' },
      { name: 'use_subagent', share: 2, medianMillis: 1, sigma: 0, errorPercent: 2, kind: 'subagent' },
    ],
  },
  {
    agent: 'gemini',
    share: 9,
    provider: 'gcp.gemini',
    versions: ['0.31.0'],
    models: ['gemini-3-pro'],
    tools: [...FILE_TOOLS('read_file', 'replace', 'search_file_content'), { name: 'run_shell_command', share: 20, medianMillis: 870, sigma: 1.4, errorPercent: 10, askPercent: 25, kind: 'shell' }],
  },
  {
    agent: 'qwen-code',
    share: 5,
    provider: 'ollama',
    versions: ['0.12.1'],
    models: ['local-coder-30b'],
    tools: [...FILE_TOOLS('read_file', 'edit', 'grep_search'), { name: 'run_shell_command', share: 20, medianMillis: 910, sigma: 1.4, errorPercent: 14, askPercent: 12, kind: 'shell' }],
  },
];

/** Name of the folder, and how much is worked there. */
export const PROJECTS: readonly { name: string; share: number }[] = [
  { name: 'shop', share: 30 },
  { name: 'payments', share: 18 },
  { name: 'warehouse-api', share: 14 },
  { name: 'mobile-app', share: 11 },
  { name: 'infra', share: 9 },
  { name: 'docs-site', share: 7 },
  { name: 'search-index', share: 5 },
  { name: 'design-system', share: 3 },
  { name: 'playground', share: 2 },
  { name: 'thesis', share: 1 },
];

export const BRANCHES = ['main', 'main', 'main', 'fix/checkout-total', 'feature/refunds', 'chore/upgrade-node', 'spike/streaming'];

export const SKILLS = ['release-notes', 'review-diff', 'write-tests', 'find-flaky', 'db-migration', 'commit-style'];

export const COMMANDS = ['npm test', 'npm run build', 'git status --short', 'git diff HEAD~1', 'git log --oneline -20', 'ls -la src', 'cat package.json', 'node scripts/check.ts', 'grep -rn "TODO" src', 'docker compose up -d', 'pytest -q', 'cargo check', 'make lint', 'curl -s http://127.0.0.1:8080/health', 'cd web && npx tsc --noEmit', 'psql -c "select count(*) from orders"', 'kubectl get pods', 'sed -n 1,80p src/main.ts'];

export const ERRORS: readonly (readonly [type: string, message: string])[] = [
  ['tool_error', 'Exit code 1'],
  ['tool_error', 'String to replace not found in file.'],
  ['not_found', 'ENOENT: no such file or directory'],
  ['timeout', 'The command was ended after 120000 ms.'],
  ['permission', 'EACCES: permission denied'],
];

/** What a search of a generated store finds: in about one family of 5,000, in one of 20, and nearly everywhere. */
export const SEARCH_WORDS = { rare: 'quetzal', some: 'marsupial', frequent: 'cache' } as const;
