/** Which sessions are A and which are B. */
import { Plus, X } from 'lucide-react';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { Button } from '../../components/button.tsx';
import { Panel } from '../../components/panel.tsx';
import { splitAt, type Cohorts } from '../../models/cohorts.ts';
import { LIST_FIELDS, WINDOWS, type FilterParams, type ListField, type WindowName } from '../../models/filter-params.ts';
import { plural } from '../../models/format.ts';
import { toRangeText } from '../../models/window-text.ts';

export interface CohortEditorProps {
  cohorts: Cohorts;
  counts: { a: number; b: number } | undefined;
  onChange(next: Cohorts): void;
}

export function CohortEditor({ cohorts, counts, onChange }: CohortEditorProps): ReactNode {
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      <Cohort name="A" color="var(--series-5)" params={cohorts.a} count={counts?.a} onChange={(a) => onChange({ ...cohorts, a })} />
      <Cohort name="B" color="var(--series-1)" params={cohorts.b} count={counts?.b} onChange={(b) => onChange({ ...cohorts, b })}>
        <SplitForm onSplit={(day) => onChange(splitAt(cohorts.b, day))} />
        <Button onClick={() => onChange({ a: cohorts.b, b: cohorts.a })}>Swap</Button>
      </Cohort>
    </div>
  );
}

interface CohortProps {
  name: string;
  color: string;
  params: FilterParams;
  count: number | undefined;
  onChange(params: FilterParams): void;
  children?: ReactNode;
}

function Cohort({ name, color, params, count, onChange, children }: CohortProps): ReactNode {
  const drop = (field: ListField, value: string): void => {
    const left = (params[field] ?? []).filter((one) => one !== value);
    onChange({ ...params, [field]: left.length > 0 ? left : undefined });
  };
  return (
    <Panel
      title={
        <span className="inline-flex items-center gap-2">
          <span aria-hidden className="size-2.5 rounded-xs" style={{ background: color }} />
          {name}
        </span>
      }
      note={count === undefined ? undefined : plural(count, 'session')}
      actions={children}
    >
      <div className="flex flex-wrap items-center gap-1.5">
        <Pill>{toCohortWindow(params)}</Pill>
        {LIST_FIELDS.flatMap((field) =>
          (params[field] ?? []).map((value) => (
            <Pill key={`${field} ${value}`} label={`Without ${field} ${value}`} onRemove={() => drop(field, value)}>
              {field}: {value}
            </Pill>
          )),
        )}
        <WindowSelect name={name} params={params} onChange={onChange} />
        <AddForm name={name} onAdd={(field, value) => onChange({ ...params, [field]: [...(params[field] ?? []), value] })} />
      </div>
    </Panel>
  );
}

function toCohortWindow(params: FilterParams): string {
  if (params.from !== undefined || params.to !== undefined) return toRangeText(params);
  return params.since === 'all' ? 'all time' : `last ${params.since ?? '7d'}`;
}

function Pill({ children, label, onRemove }: { children: ReactNode; label?: string; onRemove?: () => void }): ReactNode {
  return (
    <span className="inline-flex h-7 max-w-full items-center gap-1 rounded-md bg-accent-soft px-2 text-model-text">
      <span className="truncate">{children}</span>
      {onRemove && (
        <button type="button" aria-label={label} onClick={onRemove} className="hover:text-text">
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </span>
  );
}

const FIELD = 'h-7 rounded-md border border-line bg-panel px-1.5';

function WindowSelect({ name, params, onChange }: { name: string; params: FilterParams; onChange: (params: FilterParams) => void }): ReactNode {
  const value = params.from !== undefined || params.to !== undefined ? 'range' : (params.since ?? '7d');
  return (
    <select aria-label={`Window of ${name}`} className={FIELD} value={value} onChange={(event) => onChange({ ...params, since: event.target.value as WindowName, from: undefined, to: undefined })}>
      {value === 'range' && <option value="range">from and to</option>}
      {Object.keys(WINDOWS).map((window) => (
        <option key={window} value={window}>
          {window === 'all' ? 'all time' : `last ${window}`}
        </option>
      ))}
    </select>
  );
}

function AddForm({ name, onAdd }: { name: string; onAdd: (field: ListField, value: string) => void }): ReactNode {
  const [field, setField] = useState<ListField>('model');
  const [value, setValue] = useState('');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (value.trim() === '') return;
    onAdd(field, value.trim());
    setValue('');
  };
  return (
    <form onSubmit={submit} className="flex items-center gap-1">
      <select aria-label={`What restricts ${name}`} className={FIELD} value={field} onChange={(event) => setField(event.target.value as ListField)}>
        {LIST_FIELDS.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <input aria-label={`Value that restricts ${name}`} className={`${FIELD} w-36`} value={value} onChange={(event) => setValue(event.target.value)} placeholder="is exactly" />
      <Button type="submit" isIcon aria-label={`Restrict ${name}`}>
        <Plus aria-hidden className="size-4" />
      </Button>
    </form>
  );
}

/** Before and after a day: the question behind an edit. */
function SplitForm({ onSplit }: { onSplit: (dayMillis: number) => void }): ReactNode {
  return (
    <label className="flex items-center gap-1.5 text-xs text-muted">
      before / after
      <input type="date" className={FIELD} onChange={(event) => event.target.value !== '' && onSplit(new Date(`${event.target.value}T00:00:00`).getTime())} />
    </label>
  );
}
