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
  ['compare', '/compare?a=agent%3Dclaude-code%26since%3Dall&b=agent%3Dkiro%26since%3Dall', 'Figures of a session'],
  ['compare-nothing', '/compare?a=agent%3Dnobody%26since%3Dall&b=since%3Dall', 'nothing to compare'],
  ['compare-one', '/compare?a={0}', 'choose another session'],
  ['pair', '/compare?a={0}&b={1}', 'Step by step'],
  ['telemetry', '/telemetry', 'Nothing was received.'],
  ['policy', '/policy', 'dig --deep'],
  ['health', '/health', 'Kiro'],
  ['settings', '/settings', 'store.keep.spans'],
];

/** Tables that one would have to move sideways to see all of. */
const MOVED_TABLES = `[...document.querySelectorAll('main [role=region]:has(> table)')].filter((table) => table.scrollWidth > table.clientWidth).map((table) => table.getAttribute('aria-label') + ' by ' + (table.scrollWidth - table.clientWidth) + ' px')`;

const LOOKS = [{ theme: 'light' }, { theme: 'dark' }, { theme: 'light', width: 390, height: 844 }] as const;

for (const [name, path, mark] of SCREENS) {
  for (const look of LOOKS) {
    test(`${name} is drawn and accessible, ${look.theme}, ${'width' in look ? look.width : 1440} px`, async () => {
      const largest = home.select<{ ref: string }>(`SELECT top.agent || '/' || top.session_id AS ref FROM span JOIN session ON session.id = span.session JOIN session AS top ON top.id = session.root WHERE top.agent = 'claude-code' GROUP BY top.id ORDER BY count(*) DESC LIMIT 2`);
      const tab = await browser.open(home.url + path.replace(/\{(\d)\}/g, (_, at: string) => largest[Number(at)]?.ref ?? ''), look);
      await tab.page.locator('main').getByText(mark).first().waitFor();
      await tab.page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
      await tab.picture(`walk-${name}`);
      await tab.assertAccessible();
      tab.assertClean();
      assert.equal(await tab.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'), 0, 'the page itself does not scroll sideways');
      assert.deepEqual(await tab.page.evaluate(MOVED_TABLES), [], 'what counts is seen at once');
      await tab.close();
    });
  }
}
