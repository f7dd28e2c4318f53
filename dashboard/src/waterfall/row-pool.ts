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
  return { element, twisty, icon, title, summary, outcome, fill, label, spoken, position: -1, isSelected: false };
}

function piece(tag: string, className: string, role?: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  if (role !== undefined) element.setAttribute('role', role);
  return element;
}

function fillRow(pooled: PooledRow, layout: Layout, { position, prefix }: { position: number; prefix: string }): void {
  const { tree, visible, matches, contextFill } = layout;
  const { element } = pooled;
  const row = visible.rows[position] ?? 0;
  const text = toRowText(layout, row);
  const depth = (tree.depth[row] ?? 0) - (tree.depth[layout.from] ?? 0);
  const isOpen = visible.collapsed[row] !== 1;
  element.id = `${prefix}-row-${position}`;
  element.style.transform = `translateY(${position * ROW_HEIGHT}px)`;
  element.setAttribute('aria-rowindex', String(position + 1));
  element.setAttribute('aria-level', String((tree.depth[row] ?? 0) + 1));
  element.setAttribute('aria-selected', String(pooled.isSelected));
  if (isFoldable(tree, row)) element.setAttribute('aria-expanded', String(isOpen));
  else element.removeAttribute('aria-expanded');
  element.dataset.kind = text.icon;
  element.dataset.outcome = toTone(layout, row);
  element.classList.toggle('wf-dim', matches !== undefined && matches.isMatch[row] !== 1);
  element.classList.toggle('wf-match', matches !== undefined && matches.isMatch[row] === 1);
  pooled.label.style.paddingLeft = `${6 + Math.min(DEEPEST_INDENT, depth) * INDENT_PX}px`;
  pooled.twisty.textContent = isFoldable(tree, row) ? (isOpen ? '▾' : '▸') : '';
  pooled.icon.setAttribute('href', `#${prefix}-${text.icon}`);
  pooled.title.textContent = text.title;
  pooled.summary.textContent = text.summary;
  pooled.label.title = text.summary === '' ? text.title : `${text.title}: ${text.summary}`;
  pooled.outcome.textContent = toOutcomeWord(layout, row);
  pooled.spoken.textContent = toSpokenTime(layout, row);
  showFill(pooled.fill, contextFill[row] ?? -1);
}

/** Above 80 % answers get worse, above 95 % a compaction is near. */
function showFill(fill: HTMLElement, percent: number): void {
  fill.style.opacity = String(percent < 0 ? 0 : 0.15 + 0.85 * Math.min(1, percent / 100));
  fill.dataset.level = percent < 0 ? 'none' : percent >= 95 ? 'full' : percent >= 80 ? 'high' : 'normal';
}

function toTone({ tree }: Layout, row: number): string {
  const outcome = tree.outcome[row];
  if (outcome === OUTCOME.error || outcome === OUTCOME.timeout) return 'error';
  if (outcome === OUTCOME.denied) return 'deny';
  return tree.kind[row] === KIND.permission ? 'wait' : tree.kind[row] === KIND.chat ? 'model' : 'plain';
}
