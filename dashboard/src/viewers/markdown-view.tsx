/** A model's words. No HTML of theirs is taken, no picture is fetched, and a link tells its target nothing of this page. Loaded on demand. */
import type { ReactNode } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';

const COMPONENTS: Components = {
  a: ({ href, children }) => <a href={href} target="_blank" rel="noreferrer noopener">{children}</a>,
  img: ({ alt, src }) => <span className="vw-image">[picture{alt ? `: ${alt}` : ''}]{typeof src === 'string' && src !== '' ? ` ${src}` : ''}</span>,
  // Tick boxes of lists are seen, not pressed.
  input: ({ checked }) => <span aria-label={checked ? 'done' : 'to do'} role="img">{checked ? '☑' : '☐'} </span>,
};

/** More than that takes long to parse: the beginning is shown so, the rest as it is. */
const LONGEST = 60_000;

export function MarkdownView({ text }: { text: string }): ReactNode {
  return (
    <div className="vw-markdown">
      <Markdown remarkPlugins={[remarkGfm]} components={COMPONENTS}>{text.slice(0, LONGEST)}</Markdown>
      {text.length > LONGEST && <pre className="vw-text">{text.slice(LONGEST)}</pre>}
    </div>
  );
}
