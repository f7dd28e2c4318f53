/** Buttons: plain, and one of a row that is pressed. */
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';

export interface ButtonProps extends ComponentProps<'button'> {
  isPressed?: boolean;
  /** Only an icon: `aria-label` says what it does. */
  isIcon?: boolean;
}

export function Button({ isPressed, isIcon = false, className, ...props }: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      aria-pressed={isPressed}
      className={classNames(
        'inline-flex h-7 items-center gap-1.5 rounded-md border text-sm whitespace-nowrap disabled:cursor-default disabled:opacity-50',
        isIcon ? 'w-7 justify-center' : 'px-2',
        isPressed ? 'border-accent bg-accent-soft text-model-text' : 'border-transparent text-muted hover:bg-sunken hover:text-text',
        className,
      )}
      {...props}
    />
  );
}
