/**
 * A layer over the page: the browser's own dialog, which keeps the focus inside, closes with Esc and gives the focus back. Libraries for it lock
 * the page's scrolling with a style sheet of their own, which the server's content policy does not let through.
 */
import { useEffect, useRef, type ReactNode } from 'react';
import { classNames } from '../components/class-names.ts';

export interface LayerProps {
  label: string;
  onClose(): void;
  className?: string;
  children: ReactNode;
}

/** Open as long as it is there. A click beside it closes it. */
export function Layer({ label, onClose, className, children }: LayerProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      data-layer
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      className={classNames('fixed inset-x-0 bottom-auto z-50 mx-auto max-w-none rounded-xl border border-line bg-raised p-0 outline-none text-text shadow-(--shadow) backdrop:bg-black/40', className)}
    >
      {children}
    </dialog>
  );
}
