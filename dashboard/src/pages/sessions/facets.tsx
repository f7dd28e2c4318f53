/** Menus that restrict the list: each names what there is, and how many sessions have it. */
import { Check, ChevronDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import type { GroupFigures, OverviewAnswer } from '../../../../src/query/api/overview.ts';
import type { SessionOrder, SessionRow, SessionState } from '../../../../src/query/api/sessions.ts';
import { useFigures } from '../../api/use-figures.ts';
import { Button } from '../../components/button.tsx';
import { useNow } from '../../components/use-now.ts';
import { toFilter } from '../../models/filter-params.ts';
import { formatCount } from '../../models/format.ts';
import { ORDERS, STATES, type SessionsParams } from '../../models/sessions-params.ts';

type Change = (change: Partial<SessionsParams>) => void;
type FacetField = 'agent' | 'project' | 'model' | 'branch';

interface Option {
  value: string;
  label?: string;
  count?: number;
}

export interface FacetsProps {
  params: SessionsParams;
  set: Change;
  /** Rows that are loaded: which branches there are, nobody else tells. */
  rows(): SessionRow[];
}

const STATE_LABELS: Readonly<Record<SessionState, string>> = { waiting: 'waits for you', running: 'running', idle: 'idle', done: 'done', failed: 'failed', unknown: 'end not told' };

export function Facets({ params, set, rows }: FacetsProps): ReactNode {
  return (
    <>
      {(['agent', 'project', 'model', 'branch'] as const).map((field) => (
        <Facet key={field} label={field} count={params[field]?.length ?? 0}>
          <FieldOptions field={field} params={params} set={set} rows={rows} />
        </Facet>
      ))}
      <Facet label="state" count={params.state?.length ?? 0}>
        <Options options={STATES.map((value) => ({ value, label: STATE_LABELS[value] }))} chosen={params.state ?? []} onChange={(state) => set({ state: state as SessionState[] | undefined })} />
      </Facet>
      <Toggle label="with errors" isOn={params.errors} onChange={(errors) => set({ errors })} />
      <Toggle label="with denials" isOn={params.denied} onChange={(denied) => set({ denied })} />
    </>
  );
}

/** Phones have no heads of columns to click. */
export function OrderMenu({ params, onOrder }: { params: SessionsParams; onOrder: (order: SessionOrder) => void }): ReactNode {
  const order = params.order ?? 'last';
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button className="border-line! bg-panel">
          by {ORDERS.find(({ value }) => value === order)?.label}
          <ChevronDown aria-hidden className="size-3.5" />
        </Button>
      </DropdownMenu.Trigger>
      <MenuBox align="end">
        <DropdownMenu.RadioGroup value={order} onValueChange={(value) => onOrder(value as SessionOrder)}>
          {ORDERS.map(({ value, label }) => (
            <DropdownMenu.RadioItem key={value} value={value} className={ITEM}>
              <Tick /> {label}
            </DropdownMenu.RadioItem>
          ))}
        </DropdownMenu.RadioGroup>
      </MenuBox>
    </DropdownMenu.Root>
  );
}

const ITEM = 'flex h-8 cursor-pointer items-center gap-2 rounded px-2 outline-none data-highlighted:bg-sunken sm:h-7';

function MenuBox({ children, align = 'start' }: { children: ReactNode; align?: 'start' | 'end' }): ReactNode {
  return (
    <DropdownMenu.Portal>
      <DropdownMenu.Content align={align} sideOffset={6} collisionPadding={8} data-layer className="z-30 max-h-[min(24rem,var(--radix-dropdown-menu-content-available-height))] max-w-80 min-w-44 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-(--shadow)">
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  );
}

function Facet({ label, count, children }: { label: string; count: number; children: ReactNode }): ReactNode {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button className={count > 0 ? 'border-accent! bg-accent-soft text-model-text!' : 'border-line! bg-panel'}>
          {label}
          {count > 0 && <span className="text-xs">{count}</span>}
          <ChevronDown aria-hidden className="size-3.5" />
        </Button>
      </DropdownMenu.Trigger>
      <MenuBox>{children}</MenuBox>
    </DropdownMenu.Root>
  );
}

/** What there is comes from the figures of the window, without what this menu itself restricts. Drawn, and asked, when the menu opens. */
function FieldOptions({ field, params, set, rows }: FacetsProps & { field: FacetField }): ReactNode {
  const now = useNow(60_000);
  const { data } = useFigures<OverviewAnswer>('/overview', toFilter({ ...params, [field]: undefined }, now));
  const options = field === 'branch' ? branchesOf(rows()) : toOptions(data && { agent: data.byAgent, project: data.byProject, model: data.byModel }[field]);
  const chosen = params[field] ?? [];
  const missing = chosen.filter((value) => !options?.some((option) => option.value === value)).map((value): Option => ({ value }));
  if (!options) return <p className="px-2 py-1.5 text-muted">Looking …</p>;
  return <Options options={[...missing, ...options]} chosen={chosen} onChange={(values) => set({ [field]: values })} />;
}

function toOptions(groups: readonly GroupFigures[] | undefined): Option[] | undefined {
  return groups?.map(({ name, sessions }) => ({ value: name, count: sessions })).sort((a, b) => b.count - a.count);
}

function branchesOf(rows: readonly SessionRow[]): Option[] {
  const counts = new Map<string, number>();
  for (const { branch } of rows) if (branch !== undefined) counts.set(branch, (counts.get(branch) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
}

function Options({ options, chosen, onChange }: { options: readonly Option[]; chosen: readonly string[]; onChange: (values: string[] | undefined) => void }): ReactNode {
  const toggle = (value: string): void => {
    const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
    onChange(next.length > 0 ? next : undefined);
  };
  if (options.length === 0) return <p className="px-2 py-1.5 text-muted">Nothing in this window.</p>;
  return options.map(({ value, label, count }) => (
    <DropdownMenu.CheckboxItem key={value} checked={chosen.includes(value)} onSelect={(event) => event.preventDefault()} onCheckedChange={() => toggle(value)} className={ITEM}>
      <Tick />
      <span className="truncate">{label ?? value}</span>
      {count !== undefined && <span className="ml-auto pl-3 text-xs text-muted">{formatCount(count)}</span>}
    </DropdownMenu.CheckboxItem>
  ));
}

function Tick(): ReactNode {
  return (
    <span className="flex size-3.5 shrink-0 items-center justify-center">
      <DropdownMenu.ItemIndicator>
        <Check aria-hidden className="size-3.5 text-model-text" />
      </DropdownMenu.ItemIndicator>
    </span>
  );
}

function Toggle({ label, isOn = false, onChange }: { label: string; isOn?: boolean; onChange: (isOn: true | undefined) => void }): ReactNode {
  return (
    <Button isPressed={isOn} onClick={() => onChange(isOn ? undefined : true)} className={isOn ? '' : 'border-line! bg-panel'}>
      {label}
    </Button>
  );
}
