/** The waterfall in a real Chromium, alone, over made-up sessions: the harness of dashboard/src/waterfall, built once. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from 'vite';
import type { Page } from 'playwright-core';
import { parseFilter } from '../../dashboard/src/models/waterfall/filter-language.ts';
import { toMatches } from '../../dashboard/src/models/waterfall/filter-match.ts';
import { toSpanTree } from '../../dashboard/src/models/waterfall/span-tree.ts';
import { toTimeFold } from '../../dashboard/src/models/waterfall/time-fold.ts';
import { toTime, toTimeScale } from '../../dashboard/src/models/waterfall/time-scale.ts';
import type { WaterfallState } from '../../dashboard/src/models/waterfall/view-state.ts';
import { generateSession } from '../../dashboard/src/waterfall/harness/generate-session.ts';
import { openBrowser, type TestBrowser, type TestPage } from '../support/browser.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { serveFolder, type FolderServer } from '../support/serve-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'waterfall-'));
const harness = join(import.meta.dirname, '..', '..', 'dashboard', 'src', 'waterfall', 'harness');
let server: FolderServer;
let browser: TestBrowser;

before(async () => {
  await build({ configFile: join(harness, 'vite.config.ts'), logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
  server = await serveFolder(folder);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await server?.close();
  removeFolder(folder);
});

const SPANS = 2000;
const answer = generateSession({ seed: 1, spans: SPANS });
const tree = toSpanTree(answer.spans, answer.details);

async function openWaterfall(query: string, options: { theme?: 'light' | 'dark'; width?: number; height?: number } = {}): Promise<TestPage> {
  const opened = await browser.open(`${server.url}/?${query}&theme=${options.theme ?? 'light'}`, options);
  await opened.page.waitForFunction('window.waterfall?.paintMillis !== undefined');
  return opened;
}

const stateOf = (page: Page): Promise<WaterfallState> => page.evaluate('window.waterfall.state');
const until = (page: Page, condition: string): Promise<unknown> => page.waitForFunction(`(({ state, opened }) => ${condition})(window.waterfall)`);
const selectedRow = async (page: Page): Promise<number> => tree.id.indexOf((await stateOf(page)).selected ?? '');

test('the keyboard goes everywhere, and the state says where', async () => {
  const opened = await openWaterfall(`spans=${SPANS}`);
  const { page } = opened;
  await page.focus('[role=treegrid]');
  await page.keyboard.press('ArrowDown');
  await until(page, 'state.selected !== undefined');
  assert.equal(await selectedRow(page), 0);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await until(page, `state.selected === '${tree.id[2]}'`);
  // Positions are the rows here: the third row is read out, and is the only one selected.
  await page.locator('[role=treegrid][aria-activedescendant$="-row-2"] [role=row][aria-selected=true][id$="-row-2"]').waitFor();
  assert.equal(await page.locator('[role=row][aria-selected=true]').count(), 1);
  await page.keyboard.press('Enter');
  await until(page, `opened.includes('${tree.id[2]}')`);
  await page.keyboard.press('f');
  await until(page, 'state.t0 !== undefined');
  const { t0, t1 } = await stateOf(page);
  assert.ok((t0 ?? 0) <= (tree.start[2] ?? 0) && (t1 ?? 0) >= (tree.finish[2] ?? 0));
  await page.keyboard.press('0');
  await until(page, 'state.t0 === 0 && state.t1 === undefined');
  await page.keyboard.press('r');
  await until(page, 'state.t0 === undefined');
  await page.keyboard.press(']');
  await until(page, `state.selected === '${answer.turns[1]?.spanId}'`);
  await page.keyboard.press('ArrowLeft');
  await until(page, `state.toggled.includes('${answer.turns[1]?.spanId}')`);
  await page.locator('[role=row][aria-selected=true][aria-expanded=false]').waitFor();
  await page.keyboard.press('c');
  await page.keyboard.press('c');
  await until(page, `state.level === 'turns' && state.toggled.length === 0`);
  await page.locator(`[role=treegrid][aria-rowcount="${answer.turns.length}"]`).waitFor();
  await page.keyboard.press('g');
  await until(page, 'state.isTrueTime');
  await page.keyboard.press('t');
  await until(page, `state.grouping === 'turn'`);
  await page.locator('[role=treegrid][aria-rowcount="1"]').waitFor();
  opened.assertClean();
  await opened.close();
});

test('a filter counts what it finds, and n goes from one to the next', async () => {
  const opened = await openWaterfall(`spans=${SPANS}`);
  const { page } = opened;
  await page.focus('[role=treegrid]');
  await page.keyboard.press('/');
  await page.keyboard.type('tool:bash >5s');
  await until(page, `state.filter === 'tool:bash >5s'`);
  const matches = toMatches(tree, parseFilter('tool:bash >5s').value);
  assert.ok(matches && matches.count > 10);
  await page.getByText(`${matches.count} matches`).waitFor();
  await page.keyboard.press('Enter');
  await until(page, 'state.selected !== undefined');
  const first = matches.isMatch.indexOf(1);
  assert.equal(await selectedRow(page), first);
  await page.keyboard.press('n');
  await until(page, `state.selected !== '${tree.id[first]}'`);
  assert.equal(await selectedRow(page), matches.isMatch.indexOf(1, first + 1));
  opened.assertClean();
  await opened.close();
});

test('suggestions are taken with the keyboard', async () => {
  const opened = await openWaterfall(`spans=${SPANS}`);
  const { page } = opened;
  await page.focus('[role=combobox]');
  await page.keyboard.type('sk');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await until(page, `state.filter === 'skill:release-notes '`);
  await opened.close();
});

test('the wheel zooms where the cursor is, a brush takes a piece, a double-click fits a span', async () => {
  const opened = await openWaterfall(`spans=${SPANS}`);
  const { page } = opened;
  await page.focus('[role=treegrid]');
  await page.keyboard.press('0');
  await until(page, 'state.t0 === 0');
  const bars = await page.locator('.wf-bars').boundingBox();
  assert.ok(bars);
  const fold = toTimeFold(tree);
  const width = await page.evaluate('document.querySelector(".wf-bars").clientWidth') as number;
  const scale = (state: WaterfallState): ReturnType<typeof toTimeScale> => toTimeScale(fold, { t0: state.t0 ?? fold.first, t1: state.t1 ?? fold.last }, width);
  // A mouse stands on whole pixels.
  const x = Math.round(bars.x + bars.width * 0.6) - bars.x;
  const moment = toTime(scale(await stateOf(page)), x);
  await page.mouse.move(bars.x + x, bars.y + 200);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -300);
  await page.mouse.wheel(0, -300);
  await page.keyboard.up('Control');
  await until(page, 'state.t1 !== undefined');
  const zoomed = scale(await stateOf(page));
  assert.ok(zoomed.t1 - zoomed.t0 < (fold.last - fold.first) / 3);
  const pxOff = Math.abs(toTime(zoomed, x) - moment) * zoomed.pxPerMilli;
  assert.ok(pxOff < 1, `the moment under the cursor moved by ${pxOff} px`);
  // Rows follow: some bar of the window is on the screen.
  assert.ok(await page.evaluate('document.querySelector("[role=treegrid]").scrollTop') as number > 0);
  const strip = await page.locator('.wf-strip').boundingBox();
  assert.ok(strip);
  await page.mouse.move(strip.x + 20, strip.y + 20);
  await page.mouse.down();
  await page.mouse.move(strip.x + 120, strip.y + 20, { steps: 4 });
  await page.mouse.up();
  const overview = toTimeScale(fold, { t0: fold.first, t1: fold.last }, strip.width);
  await until(page, `Math.abs(state.t1 - ${toTime(overview, 120)}) < 1 && Math.abs(state.t0 - ${toTime(overview, 20)}) < 1`);
  await page.mouse.dblclick(bars.x + 300, bars.y + 60);
  await until(page, `state.t1 - state.t0 < ${toTime(overview, 120) - toTime(overview, 20)}`);
  opened.assertClean();
  await opened.close();
});

test('axe finds nothing serious, in both themes, wide and narrow, with a filter and with a list open', async () => {
  for (const [theme, width] of [['light', 1440], ['dark', 1440], ['light', 390], ['dark', 390]] as const) {
    const opened = await openWaterfall(`spans=${SPANS}&f=tool:Bash`, { theme, width });
    await opened.assertAccessible();
    await opened.picture('waterfall');
    await opened.page.focus('[role=combobox]');
    await opened.page.keyboard.type(' ');
    await opened.page.locator('[role=option]').first().waitFor();
    await opened.assertAccessible();
    opened.assertClean();
    await opened.close();
  }
});

test('a span that runs goes on growing', async () => {
  const opened = await openWaterfall('spans=200&live');
  const { page } = opened;
  await page.focus('[role=treegrid]');
  await page.keyboard.press('End');
  const spoken = page.locator('[role=row][aria-selected=true] .wf-spoken');
  await spoken.waitFor({ state: 'attached' });
  const before = await spoken.textContent();
  assert.match(before ?? '', /^running, /);
  await page.waitForFunction(`document.querySelector('[role=row][aria-selected=true] .wf-spoken')?.textContent !== ${JSON.stringify(before)}`);
  await opened.close();
});

/** What a canvas has as many pixels as it is shown in, in each direction; the first that has not. */
const STRETCHED = `[...document.querySelectorAll('.wf canvas')].flatMap((canvas) => {
  const wanted = [canvas.clientWidth, canvas.clientHeight].map((size) => Math.round(size * devicePixelRatio));
  return canvas.width === wanted[0] && canvas.height === wanted[1] ? [] : [canvas.className + ' ' + canvas.width + 'x' + canvas.height + ' for ' + wanted.join('x')];
}).join()`;

test('bars stand beside their labels: after loading, in another window, with the line between them moved', async () => {
  const opened = await openWaterfall('spans=2000&f=tool:bash');
  const { page } = opened;
  // The legend tells of serial calls a moment after the first picture, and takes a line more.
  await page.locator('.wf-serial').waitFor();
  await page.waitForFunction(`${STRETCHED} === ''`);
  for (const size of [{ width: 1440, height: 1500 }, { width: 900, height: 700 }, { width: 390, height: 844 }, { width: 1440, height: 900 }]) {
    await page.setViewportSize(size);
    await page.waitForFunction(`innerWidth === ${size.width} && innerHeight === ${size.height} && ${STRETCHED} === ''`);
  }
  const before = await page.evaluate(`document.querySelector('.wf-bars').width`);
  await page.focus('[role=separator]');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(`document.querySelector('.wf-bars').width < ${String(before)} && ${STRETCHED} === ''`);
  opened.assertClean();
  await opened.close();
});

test('100,000 spans: painted, scrolled, and only what is seen is in the page', async (context) => {
  const opened = await openWaterfall('spans=100000');
  const { page } = opened;
  const paintMillis = await page.evaluate('window.waterfall.paintMillis');
  const frames = await page.evaluate(`new Promise((resolve) => {
    const scroller = document.querySelector('[role=treegrid]');
    const [times, own] = [[], []];
    let last;
    // What the waterfall asks for a frame is timed by itself: the machine may draw slowly.
    const request = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (paint) => request((now) => {
      const from = performance.now();
      paint(now);
      own.push(performance.now() - from);
    });
    const step = (now) => {
      if (last !== undefined) times.push(now - last);
      last = now;
      scroller.scrollTop += times.length % 2 === 0 ? 130 : 2900;
      if (times.length < 120) request(step);
      else resolve({ times: times.sort((a, b) => a - b), own: own.sort((a, b) => a - b) });
    };
    request(step);
  })`) as { times: number[]; own: number[] };
  const at = (sorted: number[], share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  const told = ({ times, own }: typeof frames): string => `median ${at(times, 0.5)} ms, p95 ${at(times, 0.95)} ms; of them ours: median ${at(own, 0.5)} ms, p95 ${at(own, 0.95)} ms`;
  context.diagnostic(`first picture after ${Math.round(paintMillis as number)} ms; frames while scrolling: ${told(frames)}`);
  assert.ok(await page.locator('[role=row]').count() < 60);
  assert.ok(Number(await page.getAttribute('[role=treegrid]', 'aria-rowcount')) > 90_000);
  await page.focus('[role=treegrid]');
  await page.keyboard.press('End');
  await page.locator('[role=row][aria-selected=true]').waitFor();
  opened.assertClean();
  await opened.close();
});

test('foreign text stays text: no markup, no picture, no script, no dangerous link', async () => {
  for (const theme of ['light', 'dark'] as const) {
    const opened = await browser.open(`${server.url}/?panels&theme=${theme}`, { theme });
    const { page } = opened;
    await page.locator('#answer table').waitFor();
    await page.locator('#shell .ansi-red').waitFor();
    await page.locator('#edit mark').first().waitFor();
    assert.equal(await page.evaluate('window.broken'), undefined);
    assert.equal(await page.locator('img, script:not([type=module])').count(), 0);
    assert.equal(await page.locator('#answer a[href^="javascript"]').count(), 0);
    assert.match((await page.locator('#answer a').first().getAttribute('rel')) ?? '', /noreferrer/);
    assert.match((await page.locator('#shell .vw-terminal').textContent()) ?? '', /<b>not bold<\/b>/);
    assert.doesNotMatch((await page.locator('#shell .vw-terminal').textContent()) ?? '', /10 %\r|progress 10 %/);
    assert.equal(await page.locator('#read .vw-line').count(), 300);
    await opened.assertAccessible();
    await opened.picture('viewers');
    await page.getByRole('button', { name: 'Show all 700 lines' }).click();
    assert.equal(await page.locator('#read .vw-line').count(), 700);
    opened.assertClean();
    await opened.close();
  }
});
