/** Every page of what a user is served, over real sessions: nothing is logged as an error, axe finds nothing serious, by light and in the dark. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { serveHome, type ServedHome } from '../support/served-home.ts';

let browser: TestBrowser;
let home: ServedHome;

before(async () => {
  [browser, home] = [await openBrowser(), await serveHome()];
});
after(async () => {
  await browser.close();
  await home.close();
});

/** Path → a word that stands there once the page is drawn. `{0}`, `{1}`: the largest sessions of Claude Code. */
const SCREENS: readonly [name: string, path: string, mark: string][] = [
  ['overview', '/', 'Slowest tools'],
  ['sessions', '/sessions', 'Survey the forest.'],
  ['session', '/sessions/{0}', 'Where did the time go'],
  ['tools', '/tools', 'run_shell_command'],
  ['calls', '/tools?name=read&which=failed', 'Calls of read'],
  ['skills', '/skills', 'release-marten'],
  ['models', '/models', 'stand-in-model-1'],
  ['compare', '/compare', 'Figures of a session'],
  ['pair', '/compare?a={0}&b={1}', 'Step by step'],
  ['telemetry', '/telemetry', 'Nothing was received.'],
  ['policy', '/policy', 'dig --deep'],
  ['health', '/health', 'Kiro'],
  ['settings', '/settings', 'store.keep.spans'],
];

for (const [name, path, mark] of SCREENS) {
  for (const theme of ['light', 'dark'] as const) {
    test(`${name} is drawn and accessible, ${theme}`, async () => {
      const largest = home.select<{ ref: string }>(`SELECT top.agent || '/' || top.session_id AS ref FROM span JOIN session ON session.id = span.session JOIN session AS top ON top.id = session.root WHERE top.agent = 'claude-code' GROUP BY top.id ORDER BY count(*) DESC LIMIT 2`);
      const tab = await browser.open(home.url + path.replace(/\{(\d)\}/g, (_, at: string) => largest[Number(at)]?.ref ?? ''), { theme });
      await tab.page.locator('main').getByText(mark).first().waitFor();
      await tab.page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
      await tab.picture(`walk-${name}`);
      await tab.assertAccessible();
      tab.assertClean();
      assert.equal(await tab.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'), 0, 'the page itself does not scroll sideways');
      await tab.close();
    });
  }
}
