/** What a preview leaves out, in a few lines for a person. */
import type { RenderItem } from '../../otlp/to-trace-batch.ts';
import { toPolicy } from '../../semconv/combine-sharing.ts';
import { shareSession, shareSpan } from '../../semconv/share.ts';
import type { SharedKind } from '../../core/sharing.ts';
import type { Span } from '../../core/span.ts';
import { toCountText } from '../terminal/number-text.ts';

const WORDS: Readonly<Record<SharedKind | 'folder', string>> = {
  prompt: 'prompt', answer: 'answer', reasoning: 'reasoning', toolName: 'tool name', toolArguments: 'argument text', toolResult: 'result', folder: 'folder',
};

interface Count {
  withheld: number;
  changed: number;
}

/** `3 prompts withheld`, `2 results cut or with parts taken out`; no line for what goes whole. */
export function toWithheldLines(items: readonly RenderItem[]): string[] {
  const counts = new Map<string, Count>();
  const note = (kind: SharedKind | 'folder', before: string | undefined, after: string | undefined): void => {
    if (before === undefined || before === after) return;
    const count = counts.get(WORDS[kind]) ?? { withheld: 0, changed: 0 };
    count[after === undefined ? 'withheld' : 'changed']++;
    counts.set(WORDS[kind], count);
  };
  const contexts = new Set(items.map(({ context }) => context));
  for (const { session, sharing } of contexts) note('folder', session.cwd, shareSession(session, sharing).cwd);
  for (const { span, context } of items) {
    const shared = shareSpan(span, context.sharing, context.session.cwd);
    for (const kind of ['prompt', 'answer', 'reasoning', 'toolArguments', 'toolResult'] as const) note(kind, span.content[kind], shared.content[kind]);
    for (const key of ['shellCommand', 'toolPurpose', 'skillPath'] as const) note('toolArguments', span.values[key], shared.values[key]);
    note('toolResult', span.values.errorMessage, shared.values.errorMessage);
    if (span.values.toolName !== undefined && toPolicy(context.sharing).toolName === 'none') note('toolName', span.values.toolName, undefined);
    for (const [index, file] of (span.values.files ?? []).entries()) note('toolArguments', file.path, nonEmpty(shared.values.files?.[index]));
  }
  return [...counts].flatMap(([word, { withheld, changed }]) => [
    ...(withheld > 0 ? [`${toCountText(withheld, word)} withheld`] : []),
    ...(changed > 0 ? [`${toCountText(changed, word)} cut, or with parts taken out`] : []),
  ]);
}

function nonEmpty(file: NonNullable<Span['values']['files']>[number] | undefined): string | undefined {
  return file?.path === '' ? undefined : file?.path;
}
