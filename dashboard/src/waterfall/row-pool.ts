/** The tree column: as many DOM rows as fit on the screen, used again for other rows when it scrolls. */
import { KIND, OUTCOME } from '../models/waterfall/span-tree.ts';
import { isFoldable } from '../models/waterfall/visible-rows.ts';
import { ROW_HEIGHT } from './draw-rows.ts';
import type { Layout } from './layout.ts';
import { toOutcomeWord, toRowText, toSpokenTime } from './row-text.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** Deeper rows stand no further in. */
const DEEPEST_INDENT = 8;
const INDENT_PX = 14;

export interface RowPool {
  /** Shows the rows at positions [first, behind). `isFresh`: what was shown before may have changed. */
  show(layout: Layout, range: { first: number; behind: number; selected: number; isFresh: boolean }): void;
  close(): void;
}

interface PooledRow {
  element: HTMLElement;
  twisty: HTMLElement;
  icon: SVGUseElement;
  title: HTMLElement;
  summary: HTMLElement;
  outcome: HTMLElement;
  fill: HTMLElement;
  label: HTMLElement;
  spoken: HTMLElement;
  position: number;
  isSelected: boolean;
  write: Write;
}

/** Sets what is another than before: most rows have most of what the row had that was there. */
type Write = (what: string, value: string | number | boolean, set: (text: string) => void) => void;

function createWrite(): Write {
  const last = new Map<string, string>();
  return (what, value, set) => {
    const text = String(value);
    if (last.get(what) === text) return;
    last.set(what, text);
    set(text);
  };
}

/** `prefix` is of the icons and of the rows' ids. */
export function createRowPool(host: HTMLElement, prefix: string): RowPool {
  const pool: PooledRow[] = [];
  return {
    show(layout, { first, behind, selected, isFresh }) {
      const size = behind - first;
      while (pool.length < size) pool.push(buildRow(host));
      for (const pooled of pool.splice(size)) pooled.element.remove();
      // Each position has its place in the pool, so that scrolling by one row fills one.
      for (let position = first; position < behind; position++) {
        const pooled = pool[position % size];
        if (!pooled) continue;
        const isSelected = (layout.visible.rows[position] ?? -1) === selected;
        if (pooled.position === position && pooled.isSelected === isSelected && !isFresh) continue;
        pooled.position = position;
        pooled.isSelected = isSelected;
        fillRow(pooled, layout, { position, prefix });
      }
    },
    close() {
      for (const { element } of pool.splice(0)) element.remove();
    },
  };
}

function buildRow(host: HTMLElement): PooledRow {
  const element = piece('div', 'wf-row', 'row');
  const label = piece('div', 'wf-label', 'gridcell');
  const fill = piece('span', 'wf-fill');
  const twisty = piece('span', 'wf-twisty');
  const drawing = document.createElementNS(SVG, 'svg');
  drawing.setAttribute('class', 'wf-icon');
  const icon = document.createElementNS(SVG, 'use');
  drawing.append(icon);
  const [title, summary, outcome] = [piece('span', 'wf-title'), piece('span', 'wf-summary'), piece('span', 'wf-outcome')];
  for (const hidden of [fill, twisty, drawing]) hidden.setAttribute('aria-hidden', 'true');
  label.append(fill, twisty, drawing, title, summary, outcome);
  const spoken = piece('div', 'wf-spoken', 'gridcell');
  element.append(label, spoken);
  host.append(element);
  return { element, twisty, icon, title, summary, outcome, fill, label, spoken, position: -1, isSelected: false, write: createWrite() };
}

function piece(tag: string, className: string, role?: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  if (role !== undefined) element.setAttribute('role', role);
  return element;
}

function fillRow(pooled: PooledRow, layout: Layout, { position, prefix }: { position: number; prefix: string }): void {
  const { tree, visible, contextFill } = layout;
  const { element, write } = pooled;
  const row = visible.rows[position] ?? 0;
  const text = toRowText(layout, row);
  const depth = (tree.depth[row] ?? 0) - (tree.depth[layout.from] ?? 0);
  const isOpen = visible.collapsed[row] !== 1;
  const canFold = isFoldable(tree, row);
  element.id = `${prefix}-row-${position}`;
  element.style.transform = `translateY(${position * ROW_HEIGHT}px)`;
  element.setAttribute('aria-rowindex', String(position + 1));
  write('level', (tree.depth[row] ?? 0) + 1, (value) => element.setAttribute('aria-level', value));
  write('selected', pooled.isSelected, (value) => element.setAttribute('aria-selected', value));
  write('expanded', canFold ? isOpen : '', (value) => (value === '' ? element.removeAttribute('aria-expanded') : element.setAttribute('aria-expanded', value)));
  write('class', toClass(layout, row), (value) => (element.className = value));
  write('kind', text.icon, (value) => (element.dataset.kind = value));
  write('tone', toTone(layout, row), (value) => (element.dataset.outcome = value));
  write('indent', 6 + Math.min(DEEPEST_INDENT, depth) * INDENT_PX, (value) => (pooled.label.style.paddingLeft = `${value}px`));
  write('twisty', canFold ? (isOpen ? '▾' : '▸') : '', (value) => (pooled.twisty.textContent = value));
  write('icon', `#${prefix}-${text.icon}`, (value) => pooled.icon.setAttribute('href', value));
  write('title', text.title, (value) => (pooled.title.textContent = value));
  write('summary', text.summary, (value) => (pooled.summary.textContent = value));
  write('tip', text.summary === '' ? text.title : `${text.title}: ${text.summary}`, (value) => (pooled.label.title = value));
  write('outcome', toOutcomeWord(layout, row), (value) => (pooled.outcome.textContent = value));
  write('spoken', toSpokenTime(layout, row), (value) => (pooled.spoken.textContent = value));
  // Above 80 % answers get worse, above 95 % a compaction is near.
  const percent = contextFill[row] ?? -1;
  write('fill', percent < 0 ? 0 : (0.15 + 0.85 * Math.min(1, percent / 100)).toFixed(2), (value) => (pooled.fill.style.opacity = value));
  write('fill-level', percent >= 95 ? 'full' : percent >= 80 ? 'high' : 'normal', (value) => (pooled.fill.dataset.level = value));
}

function toClass({ matches }: Layout, row: number): string {
  return matches === undefined ? 'wf-row' : matches.isMatch[row] === 1 ? 'wf-row wf-match' : 'wf-row wf-dim';
}

function toTone({ tree }: Layout, row: number): string {
  const outcome = tree.outcome[row];
  if (outcome === OUTCOME.error || outcome === OUTCOME.timeout) return 'error';
  if (outcome === OUTCOME.denied) return 'deny';
  return tree.kind[row] === KIND.permission ? 'wait' : tree.kind[row] === KIND.chat ? 'model' : 'plain';
}
