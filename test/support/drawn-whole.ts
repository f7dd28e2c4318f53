/** What every page must hold in every look: drawn, accessible, nothing logged, no wider than the screen. */
import assert from 'node:assert/strict';
import type { PageOptions, TestBrowser } from './browser.ts';

export interface DrawnPage {
  /** Of the server. */
  url: string;
  path: string;
  /** A text that stands there once the page is drawn. */
  mark: string;
}

export async function assertDrawnWhole(browser: TestBrowser, { url, path, mark }: DrawnPage, look: PageOptions): Promise<void> {
  const tab = await browser.open(`${url}/${path}`, look);
  await tab.page.getByText(mark).first().waitFor();
  await tab.picture(path);
  await tab.assertAccessible();
  tab.assertClean();
  assert.equal(await tab.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'), 0, 'the page itself does not scroll sideways');
  await tab.close();
}
