/** A command to type, with a button that copies it. */
import { Check, Copy } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';

const THANKS_MILLIS = 1500;

export interface CopyButtonProps {
  /** What is copied, or where it comes from. */
  text: string | (() => Promise<string>);
  label: string;
  children?: ReactNode;
  className?: string;
}

export function CopyButton({ text, label, children, className = 'size-7 justify-center' }: CopyButtonProps): ReactNode {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => setState('idle'), THANKS_MILLIS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text());
      setState('done');
    } catch {
      setState('failed');
    }
  };
  return (
    <button type="button" aria-label={children === undefined ? label : undefined} title={state === 'failed' ? 'It could not be copied.' : label} onClick={() => void copy()} className={`inline-flex items-center gap-1.5 rounded text-muted hover:bg-sunken hover:text-text ${className}`}>
      {state === 'done' ? <Check aria-hidden className="size-3.5 text-good-text" /> : <Copy aria-hidden className={state === 'failed' ? 'size-3.5 text-error-text' : 'size-3.5'} />}
      {children}
      <span role="status" className="sr-only">
        {{ idle: '', done: 'copied', failed: 'not copied' }[state]}
      </span>
    </button>
  );
}

export function Command({ text }: { text: string }): ReactNode {
  return (
    <span className="inline-flex h-8 items-center gap-1 rounded-md border border-line bg-sunken pr-0.5 pl-2.5 font-mono">
      {text}
      <CopyButton text={text} label={`Copy ${text}`} />
    </span>
  );
}
