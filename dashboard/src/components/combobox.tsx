/** A line to type in, and what it finds below: chosen with the arrows and Enter, or with the mouse. */
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { classNames } from './class-names.ts';

export interface Choice {
  key: string;
  content: ReactNode;
  go(): void;
}

export interface ComboboxProps {
  label: string;
  /** Of the list. */
  listLabel: string;
  placeholder: string;
  text: string;
  onText(text: string): void;
  choices: readonly Choice[];
  inputClassName: string;
  listClassName: string;
  /** In the place of choices, where there are none. */
  nothing?: ReactNode;
}

export function Combobox({ label, listLabel, placeholder, text, onText, choices, inputClassName, listClassName, nothing }: ComboboxProps): ReactNode {
  const [active, setActive] = useState(0);
  const list = useId();
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const choice = choices[active];
    if (step !== undefined) setActive((active + step + choices.length) % Math.max(1, choices.length));
    else if (event.key === 'Enter' && choice) choice.go();
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={choices[active] && `${list}-${active}`}
        aria-label={label}
        value={text}
        onChange={(event) => {
          onText(event.target.value);
          setActive(0);
        }}
        onKeyDown={press}
        placeholder={placeholder}
        className={classNames('placeholder:text-faint', inputClassName)}
      />
      <ul id={list} role="listbox" aria-label={listLabel} className={listClassName}>
        {choices.map(({ key, content, go }, index) => (
          <li key={key} id={`${list}-${index}`} role="option" aria-selected={index === active} onMouseMove={() => setActive(index)} onClick={go} className="cursor-pointer rounded-md px-2.5 py-1.5 aria-selected:bg-accent-soft">
            {content}
          </li>
        ))}
      </ul>
      {choices.length === 0 && nothing}
    </>
  );
}
