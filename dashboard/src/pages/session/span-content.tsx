/** The texts of a span: what went in, what came out. */
import { useState, type ReactNode } from 'react';
import type { SpanAnswer } from '../../../../src/query/api/session.ts';
import { ask } from '../../api/client.ts';
import { CopyButton } from '../../components/command.tsx';
import { formatCount } from '../../models/format.ts';

type ContentKind = keyof SpanAnswer['content'];

const KINDS: readonly { kind: ContentKind; label: string }[] = [
  { kind: 'prompt', label: 'Prompt' },
  { kind: 'toolArguments', label: 'Input' },
  { kind: 'toolResult', label: 'Output' },
  { kind: 'reasoning', label: 'Reasoning' },
  { kind: 'answer', label: 'Answer' },
];

export function SpanContent({ span }: { span: SpanAnswer }): ReactNode {
  return KINDS.flatMap(({ kind, label }) => {
    const text = span.content[kind];
    return text === undefined || text === '' ? [] : [<Text key={`${span.spanId} ${kind}`} span={span} kind={kind} label={label} text={text} />];
  });
}

function Text({ span, kind, label, text: shown }: { span: SpanAnswer; kind: ContentKind; label: string; text: string }): ReactNode {
  const [whole, setWhole] = useState<string>();
  const text = whole ?? shown;
  const length = span.cut[kind];
  const readWhole = async (): Promise<string> => (await ask<{ text: string }>(`/spans/${encodeURIComponent(span.spanId)}/content/${kind}`)).text;
  return (
    <section aria-label={label} className="min-w-0 rounded border border-line">
      <header className="flex h-7 items-center gap-2 border-b border-line pr-0.5 pl-2 text-xs text-muted">
        <h3 className="font-medium">{label}</h3>
        <span className="ml-auto">
          <CopyButton text={length === undefined || whole !== undefined ? text : readWhole} label={`Copy the ${label.toLowerCase()}`} className="size-6 justify-center" />
        </span>
      </header>
      <pre tabIndex={0} className="max-h-80 overflow-auto p-2 font-mono text-xs break-words whitespace-pre-wrap">
        {kind === 'toolArguments' ? indent(text) : text}
      </pre>
      {length !== undefined && whole === undefined && (
        <button type="button" onClick={() => void readWhole().then(setWhole, () => undefined)} className="w-full border-t border-line px-2 py-1 text-left text-xs text-model-text hover:underline">
          Show all {formatCount(length)} characters
        </button>
      )}
    </section>
  );
}

/** Arguments are JSON as a rule; what is none stays as it is. */
function indent(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
