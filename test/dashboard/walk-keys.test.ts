/** All by keyboard: where the focus is can be seen, and each page, session and search is reached without a mouse. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser, type TestBrowser, type TestPage } from '../support/browser.ts';
import { serveHome, type ServedHome } from '../support/served-home.ts';

let browser: TestBrowser;
let home: ServedHome;

before(async () => {
  [browser, home] = [await openBrowser(), await serveHome({ claudeBytes: 100_000 })];
});
after(async () => {
  await browser.close();
  await home.close();
});

interface Focused {
  name: string;
  /** Something is drawn around it. */
  isMarked: boolean;
  isInView: boolean;
}

const FOCUSED = `(() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const { top, bottom, left, right, width } = one.getBoundingClientRect();
  const around = [one, one.parentElement].map((each) => getComputedStyle(each));
  return {
    name: one === document.body ? '' : (one.getAttribute('aria-label') || one.textContent || one.getAttribute('placeholder') || one.tagName).trim().slice(0, 60),
    isMarked: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || around.some(({ boxShadow }) => boxShadow !== 'none') || one.matches('input'),
    isInView: width > 0 && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
  };
})()`;

const focused = (page: Page): Promise<Focused> => page.evaluate(FOCUSED);

async function openPage(path: string, mark: string): Promise<TestPage> {
  const tab = await browser.open(`${home.url}${path}`);
  await tab.page.locator('main').getByText(mark).first().waitFor();
  return tab;
}

for (const [path, mark] of [['/', 'Slowest tools'], ['/sessions', 'Survey the forest.'], ['/tools', 'run_shell_command'], ['/models', 'stand-in-model-1'], ['/compare?a=agent%3Dclaude-code%26since%3Dall&b=agent%3Dkiro%26since%3Dall', 'Figures of a session'], ['/settings', 'store.keep.spans']] as const) {
  test(`Tab goes through ${path} in order, and the focus is always seen`, async () => {
    const tab = await openPage(path, mark);
    const names: string[] = [];
    for (let step = 0; step < 60; step++) {
      await tab.page.keyboard.press('Tab');
      const { name, isMarked, isInView } = await focused(tab.page);
      if (name === '') break;
      assert.ok(isMarked, `a ring is drawn around "${name}" of ${path}`);
      assert.ok(isInView, `"${name}" of ${path} is in view`);
      names.push(name);
    }
    assert.equal(names[0], 'To the page');
    assert.ok(names.indexOf('Sessions') < names.indexOf('Settings') && names.indexOf('Settings') < names.findIndex((name) => name.startsWith('Search sessions')), names.join(' · '));
    assert.ok(names.length > 15, names.join(' · '));
    await tab.close();
  });
}

test('the first stop leads past the navigation', async () => {
  const tab = await openPage('/tools', 'run_shell_command');
  await tab.page.keyboard.press('Tab');
  await tab.page.keyboard.press('Enter');
  await tab.page.keyboard.press('Tab');
  assert.ok(await tab.page.evaluate(`document.querySelector('main').contains(document.activeElement)`));
  await tab.close();
});

test('Ctrl-K goes to a page and to a session by a word of it', async () => {
  const tab = await openPage('/', 'Slowest tools');
  const { page } = tab;
  const palette = page.getByRole('dialog');
  await page.keyboard.press('Control+k');
  await palette.getByRole('combobox').waitFor();
  await page.keyboard.type('tools');
  await palette.getByRole('option', { name: 'Tools' }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/tools/);
  await palette.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+k');
  await palette.getByRole('combobox').waitFor();
  await page.keyboard.type('forest');
  await palette.getByRole('option').filter({ hasText: 'Survey the forest.' }).first().waitFor();
  await tab.picture('walk-palette');
  await tab.assertAccessible();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/sessions\/kiro\//);
  await page.getByRole('heading', { level: 1, name: 'Survey the forest.' }).waitFor();
  tab.assertClean();
  await tab.close();
});

test('? shows the keys, Esc takes them away; g and a letter goes to each page', async () => {
  const tab = await openPage('/', 'Slowest tools');
  const { page } = tab;
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  await sheet.getByText('g s').waitFor();
  await tab.picture('walk-keys');
  await tab.assertAccessible();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  for (const [key, title] of [['s', 'Sessions'], ['t', 'Tools'], ['k', 'Skills'], ['m', 'Models & cost'], ['c', 'Compare'], ['l', 'Telemetry'], ['p', 'Policy'], ['h', 'Destinations and health'], [',', 'Settings'], ['o', 'Overview']] as const) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  }
  tab.assertClean();
  await tab.close();
});

test('/ searches the list, Esc empties and leaves it, Enter opens a session, Esc goes back', async () => {
  const tab = await openPage('/sessions', 'Survey the forest.');
  const { page } = tab;
  const links = page.getByRole('grid').getByRole('link', { name: /^(Survey the forest|Dig here)/ });
  await page.keyboard.press('/');
  await page.keyboard.type('forest');
  await page.waitForURL(/q=forest/);
  await links.filter({ hasText: 'Dig here.' }).waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/sessions\/kiro\//);
  await page.keyboard.press('Escape');
  await page.waitForURL(/\/sessions\?.*q=forest/);
  await page.keyboard.press('/');
  await page.keyboard.press('Escape');
  await links.filter({ hasText: 'Dig here.' }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get('q'), null);
  tab.assertClean();
  await tab.close();
});

test('a restriction of the list is chosen by keys', async () => {
  const tab = await openPage('/sessions', 'Survey the forest.');
  const { page } = tab;
  await page.getByRole('button', { name: 'agent', exact: true }).focus();
  await page.keyboard.press('Enter');
  const option = page.getByRole('menuitemcheckbox', { name: /^kiro/ });
  await option.waitFor();
  // What there is comes a moment after the menu: the first key goes to the first of it.
  for (let step = 0; step < 12 && (await option.getAttribute('data-highlighted')) === null; step++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/agent=.*kiro/);
  await page.getByRole('grid').getByRole('link', { name: 'look around' }).waitFor({ state: 'detached' });
  tab.assertClean();
  await tab.close();
});

test('/ on a page without a filter of its own searches everywhere', async () => {
  const tab = await openPage('/tools', 'run_shell_command');
  await tab.page.keyboard.press('/');
  await tab.page.getByRole('dialog').getByRole('combobox').waitFor();
  await tab.page.keyboard.press('Escape');
  await tab.page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(new URL(tab.page.url()).pathname, '/tools');
  await tab.close();
});
