/** A piece of a text that was found, its matches lit: they stand between U+0002 and U+0003. */
import type { ReactNode } from 'react';

export function Snippet({ text, className }: { text: string; className?: string }): ReactNode {
  const [before = '', ...rest] = text.split('\u0002');
  return (
    <span className={className}>
      {before}
      {rest.map((part, index) => {
        const [match = '', after = ''] = part.split('\u0003');
        return (
          <span key={index}>
            <mark className="rounded-xs bg-wait-soft text-wait-text">{match}</mark>
            {after}
          </span>
        );
      })}
    </span>
  );
}
