/**
 * Every field of a span and a session, each with a mark of its own: what comes out of every dialect at each level is written down here. The
 * types are complete: a field that is added does not compile before somebody decided where it may go.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Repository } from '#spoor/core/repository.ts';
import type { Session } from '#spoor/core/session.ts';
import type { ContentPolicy } from '#spoor/core/sharing.ts';
import type { ContentKind, SpanKind, SpanValues } from '#spoor/core/span.ts';
import { toTraceBatch } from '#spoor/otlp/to-trace-batch.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { dialects } from '#spoor/semconv/index.ts';
import { newContext, newSpan } from './sample-spans.ts';

const mark = (name: string): string => `zz_${name}_zz`;

const repository: Required<Repository> = { url: mark('repositoryUrl'), name: mark('repositoryName'), branch: mark('branch'), commit: mark('commit') };

const VALUES: Required<SpanValues> = {
  agentName: mark('agentName'), provider: mark('provider'), repository, requestModel: mark('requestModel'), responseModel: mark('responseModel'), responseId: mark('responseId'),
  finishReasons: [mark('finishReason'), 'a sentence zz_finishSentence_zz'], usage: { inputTokens: 1 }, credits: 1, turnCredits: 1, billing: 'api', cost: { usd: 1 }, equivalentCost: { usd: 1 }, unpriced: 'no-request',
  turnCost: { usd: 1, unpriced: [{ model: mark('unpricedModel'), reason: 'no-request', chats: 1 }] } as Required<SpanValues>['turnCost'],
  premiumRequests: 1, turnPremiumRequests: 1, serviceTier: mark('serviceTier'), contextUsagePercent: 1, contextWindowTokens: 1, requestCount: 1, timeToFirstChunkNano: 1n, ownDurationNano: 1n,
  toolName: mark('toolName'), toolCallId: mark('toolCallId'), toolPurpose: mark('toolPurpose'), mcpServer: mark('mcpServer'), mcpTool: mark('mcpTool'), skillName: mark('skillName'), skillPath: `/${mark('skillPath')}/x`,
  files: [{ path: `/${mark('filePath')}`, operation: mark('operation') }], shellCommand: `run ${mark('shellCommand')}`, shellFamily: mark('shellFamily'), exitCode: 1, batchSize: 1, decision: 'approved',
  errorType: mark('errorType'), errorMessage: mark('errorMessage'), chatCount: 0, turnUsage: { inputTokens: 1 }, metered: [], answerBytes: 1,
};

const CONTENT: Record<ContentKind, string> = { prompt: mark('prompt'), answer: mark('answer'), reasoning: mark('reasoning'), toolArguments: `{"a":"${mark('toolArguments')}"}`, toolResult: mark('toolResult') };

const SESSION: Required<Session> = {
  agent: 'kiro', sessionId: mark('sessionId'), parent: { sessionId: mark('parentId'), relation: 'subagent', callId: mark('parentCallId'), runId: mark('runId') }, title: mark('title'), cwd: `/${mark('cwd')}`,
  agentName: mark('sessionAgentName'), agentVersion: mark('agentVersion'), model: mark('sessionModel'), startUnixNano: 1n, endUnixNano: 2n,
};

/** At every level: see docs/content.md. */
const ALWAYS = [
  'agentName', 'provider', 'repositoryUrl', 'repositoryName', 'branch', 'commit', 'requestModel', 'responseModel', 'responseId', 'finishReason', 'unpricedModel', 'serviceTier', 'errorType', 'sessionId', 'parentId', 'sessionAgentName',
  'agentVersion', 'sessionModel', 'plan', 'eventKind',
];
const NAMES = ['toolName', 'toolCallId', 'mcpServer', 'mcpTool', 'skillName', 'operation', 'shellFamily', 'extraSkill'];
const ARGUMENTS = ['toolArguments', 'toolPurpose', 'skillPath', 'filePath', 'shellCommand', 'cwd', 'extraText', 'eventText', 'finishSentence'];

const CASES: readonly [string, ContentPolicy, readonly string[]][] = [
  ['none', toContentPolicy('none'), [...ALWAYS, ...NAMES]],
  ['no names either', { ...toContentPolicy('none'), toolName: 'none' }, ALWAYS],
  ['prompts', { ...toContentPolicy('none'), prompt: 'full' }, [...ALWAYS, ...NAMES, 'prompt', 'title']],
  ['answers', { ...toContentPolicy('none'), answer: 'preview' }, [...ALWAYS, ...NAMES, 'answer', 'errorMessage']],
  ['reasoning', { ...toContentPolicy('none'), reasoning: 'full' }, [...ALWAYS, ...NAMES, 'reasoning']],
  ['arguments', { ...toContentPolicy('none'), toolArguments: 'full' }, [...ALWAYS, ...NAMES, ...ARGUMENTS]],
  ['results', { ...toContentPolicy('none'), toolResult: 'full' }, [...ALWAYS, ...NAMES, 'toolResult', 'errorMessage']],
];

const KINDS: readonly SpanKind[] = ['agent', 'chat', 'tool', 'permission', 'session', 'mcp'];

for (const dialect of dialects) {
  for (const [name, content, allowed] of CASES) {
    test(`${dialect.name}, ${name}: nothing comes out that is not on the list`, () => {
      const context = newContext({ session: SESSION, repository, sharing: { content } });
      const spans = KINDS.map((kind) => newSpan(kind, {
        values: VALUES, content: CONTENT, sessionId: SESSION.sessionId, outcome: 'error',
        extra: { 'kiro.plan_type': mark('plan'), 'kiro.skill': mark('extraSkill'), 'kiro.note': mark('extraText') },
        events: [{ name: 'compaction', unixNano: 1n, attributes: { 'kiro.trigger': mark('eventKind'), strategy: mark('eventText') } }],
      }));
      const text = JSON.stringify(toTraceBatch(spans.map((span) => ({ span, context })), dialect), (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
      const found = new Set([...text.matchAll(/zz_([A-Za-z]+)_zz/g)].map(([, word]) => word ?? ''));
      assert.deepEqual([...found].filter((word) => !allowed.includes(word)), []);
      assert.ok(found.size > 5, 'something came out');
    });
  }
}
