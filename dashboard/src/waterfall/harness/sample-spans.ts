/** Spans with every kind of content, as the server would tell them; also what a hostile page would like to see rendered. */
import type { SpanAnswer } from '../../../../src/query/api/session.ts';

type Sample = Partial<SpanAnswer> & Pick<SpanAnswer, 'content'>;

const PATCH = '*** Begin Patch\n*** Update File: src/a.ts\n@@ export function a() {\n-  return 1;\n+  return 2;\n*** Add File: docs/new.md\n+# New\n*** End Patch';
const HOSTILE = '# Report\n\n<script>window.broken = 1</script><img src=x onerror="window.broken = 1">\n\n![beacon](https://example.com/pixel.png) and [a link](https://example.com) and [a trap](javascript:alert)\n\n- [x] done\n- [ ] not yet\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n```ts\nconst a = 1;\n```';

const SAMPLES: Readonly<Record<string, Sample>> = {
  edit: { toolName: 'Edit', content: { toolArguments: JSON.stringify({ file_path: 'src/store/open.ts', old_string: 'const mode = "wal";\nopen(path, mode);\nclose();', new_string: 'const mode = "delete";\nopen(path, mode);\nclose();\nsync();' }), toolResult: 'The file was updated.' } },
  patch: { toolName: 'apply_patch', content: { toolArguments: JSON.stringify({ input: PATCH }), toolResult: '{"output":"Success. Updated the following files:\\nM src/a.ts","metadata":{"exit_code":0}}' } },
  write: { toolName: 'Write', content: { toolArguments: JSON.stringify({ file_path: 'notes.md', content: '# Notes\n\nFirst line' }), toolResult: 'File created' } },
  shell: {
    toolName: 'Bash', shellCommand: 'npm test', outcome: 'error', exitCode: 1,
    content: { toolArguments: JSON.stringify({ command: 'npm test' }), toolResult: '\u001b[32m✔ 14 passed\u001b[0m\n\u001b[31m✖ 1 failed\u001b[39m <b>not bold</b>\n\u001b[38;5;208morange\u001b[0m \u001b[1mbold\u001b[0m\nprogress 10 %\rprogress 100 %\n' },
  },
  read: { toolName: 'Read', content: { toolArguments: JSON.stringify({ file_path: 'src/a.ts', offset: 40 }), toolResult: Array.from({ length: 700 }, (_, at) => `${String(at + 40).padStart(6)}→const line${at} = ${at};`).join('\n') } },
  search: { toolName: 'Grep', content: { toolArguments: JSON.stringify({ pattern: 'createReader' }), toolResult: 'src/a.ts:12:export function createReader() {\nsrc/a.ts:40:createReader();\nsrc/b.ts:3:import { createReader }' } },
  answer: { kind: 'chat', name: 'claude-opus-4-5', content: { prompt: 'What is wrong?', reasoning: 'The file is torn.', answer: HOSTILE } },
  mcp: { toolName: 'mcp__github__search', mcpServer: 'github', content: { toolArguments: '{"query":"torn"}', toolResult: JSON.stringify({ total: 2, items: Array.from({ length: 150 }, (_, at) => ({ id: at, title: `Issue ${at}`, open: at % 2 === 0 })) }) } },
};

export const SAMPLE_NAMES = Object.keys(SAMPLES);

/** A sample by its name; an unknown name throws. */
export function sampleSpan(name: string): SpanAnswer {
  const sample = SAMPLES[name];
  if (!sample) throw new Error(`There is no sample "${name}". There are: ${SAMPLE_NAMES.join(', ')}.`);
  return {
    queryMillis: 1, spanId: '0000000000000001', traceId: '00000000000000000000000000000001', kind: 'tool', name: sample.toolName ?? 'tool', agent: 'claude-code', sessionId: 'made-up', turnIndex: 0,
    startMillis: 0, endMillis: 10, outcome: 'ok', files: [], tokens: {}, cost: {}, cut: {}, events: [], attributes: {}, provenance: {}, keys: [], isFinal: true, isChanged: false, ...sample,
  };
}
