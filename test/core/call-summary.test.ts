import assert from 'node:assert/strict';
import { it } from 'node:test';
import { toCallSummary, type CallParts } from '#spoor/core/call-summary.ts';

const file = (path: string): { path: string; operation: string } => ({ path, operation: 'read' });
const cases: [parts: CallParts, toolArguments: string | undefined, line: string | undefined][] = [
  [{ shellCommand: 'npm test', files: [file('a.ts')] }, undefined, 'npm test'],
  [{ files: [file('a.ts')] }, '{"query":"x"}', 'a.ts'],
  [{ files: [file('a.ts'), file('b.ts'), file('c.ts')] }, undefined, 'a.ts +2'],
  [{ skillName: 'dam', skillPath: '/dam/SKILL.md' }, undefined, '/dam/SKILL.md'],
  [{ toolPurpose: 'to see' }, '{"limit":3,"pattern":"ott.*"}', 'ott.*'],
  [{ toolPurpose: 'to see' }, '{"query":7}', 'to see'],
  [{ toolPurpose: 'to see' }, '{broken', 'to see'],
  [{}, '[]', undefined],
  [{ files: [] }, undefined, undefined],
];
for (const [parts, toolArguments, line] of cases) it(`${JSON.stringify(parts)} ${toolArguments ?? ''} → ${line ?? 'nothing'}`, () => assert.equal(toCallSummary(parts, toolArguments), line));
