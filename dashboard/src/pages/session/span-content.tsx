/** The texts of a span, each in the viewer that fits it; what was cut for the page is fetched whole when it is asked for. */
import { useMemo, useState, type ReactNode } from 'react';
import type { ContentAnswer, SpanAnswer } from '../../../../src/query/api/session.ts';
import { ask } from '../../api/client.ts';
import { SpanContent } from '../../viewers/span-content.tsx';

type ContentKind = keyof SpanAnswer['content'];

export function WholeSpanContent({ span }: { span: SpanAnswer }): ReactNode {
  const [whole, setWhole] = useState<SpanAnswer['content']>({});
  const [failed, setFailed] = useState<string>();
  const shown = useMemo(() => withWhole(span, whole), [span, whole]);
  const showAll = (kind: ContentKind): void => {
    ask<ContentAnswer>(`/spans/${encodeURIComponent(span.spanId)}/content/${kind}`).then(
      ({ text }) => setWhole((before) => ({ ...before, [kind]: text })),
      (error: unknown) => setFailed(error instanceof Error ? error.message : 'The text could not be read.'),
    );
  };
  return (
    <>
      <SpanContent span={shown} onShowAll={showAll} />
      {failed !== undefined && <p role="alert" className="text-error-text">{failed}</p>}
    </>
  );
}

function withWhole(span: SpanAnswer, whole: SpanAnswer['content']): SpanAnswer {
  const cut = Object.fromEntries(Object.entries(span.cut).filter(([kind]) => whole[kind as ContentKind] === undefined));
  return { ...span, content: { ...span.content, ...whole }, cut };
}
