/** One of a few, side by side. Arrow keys move. */
import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';

export interface ChoiceProps<T extends string> {
  label: string;
  /** Undefined: none of them. */
  value: T | undefined;
  options: readonly { value: T; label: ReactNode; title?: string }[];
  onChange(value: T): void;
}

export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>): ReactNode {
  return (
    <ToggleGroup.Root type="single" aria-label={label} value={value ?? ''} onValueChange={(next) => next !== '' && onChange(next as T)} className="inline-flex overflow-hidden rounded-md border border-line bg-panel">
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          title={option.title}
          className="h-7 border-r border-line px-2 text-muted last:border-r-0 hover:text-text focus-visible:-outline-offset-2 data-[state=on]:bg-accent-soft data-[state=on]:text-model-text"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
