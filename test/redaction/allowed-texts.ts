/** What a destination may show, said once more in the plainest words: the oracle of the corpus. It knows nothing of how it is done. */
import type { ContentLevel, ContentPolicy } from '#spoor/core/sharing.ts';
import type { Session } from '#spoor/core/session.ts';
import type { Span } from '#spoor/core/span.ts';

const cut = (text: string | undefined, level: ContentLevel): string => (text === undefined || level === 'none' ? '' : level === 'full' ? text : Array.from(text).slice(0, 200).join(''));

/** All texts of these spans that may leave under this policy, one behind the other. */
export function toAllowedText(spans: readonly Span[], sessions: readonly Session[], policy: ContentPolicy): string {
  const ofSpan = ({ kind, values, content, extra, events }: Span): string[] => [
    ...(['prompt', 'answer', 'reasoning', 'toolArguments', 'toolResult'] as const).map((one) => cut(content[one], policy[one])),
    ...[values.toolPurpose, values.skillPath, values.shellCommand, ...(values.files ?? []).map(({ path }) => path)].map((text) => cut(text, policy.toolArguments)),
    cut(values.errorMessage, kind === 'tool' ? policy.toolResult : policy.answer),
    ...Object.values(extra).map((value) => cut(String(value), policy.toolArguments)),
    ...events.flatMap(({ attributes }) => Object.values(attributes).map((value) => cut(String(value), policy.toolArguments))),
    ...[values.toolName, values.mcpServer, values.mcpTool, values.skillName].map((name) => (policy.toolName === 'none' ? '' : (name ?? ''))),
    values.agentName ?? '', ...Object.values(values.repository ?? {}),
  ];
  const ofSession = ({ cwd, title, agentName }: Session): string[] => [cut(cwd, policy.toolArguments), cut(title, policy.prompt), agentName ?? ''];
  return [...spans.flatMap(ofSpan), ...sessions.flatMap(ofSession)].join('\n');
}
