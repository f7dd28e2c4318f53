/** The page Sessions in a real browser, by keyboard and mouse, on made-up answers. */
import { after, before, test } from 'node:test';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { serveDashboard, type DashboardServer } from '../support/dashboard-server.ts';
import { toSampleSessions } from './samples/sessions.ts';

const now = Date.now();
const COUNT = 100_000;
let browser: TestBrowser;
let server: DashboardServer;
const asked: URLSearchParams[] = [];

before(async () => {
  browser = await openBrowser();
  server = await serveDashboard({
    '/sessions': ({ search }) => {
      asked.push(search);
      return toSampleSessions({ count: COUNT, nowMillis: now }, search);
    },
  });
});

after(async () => {
  await browser.close();
  await server.close();
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 1024, 390]) {
    test(`the list is readable and accessible: ${theme}, ${width} px`, async () => {
      const tab = await browser.open(`${server.url}/sessions`, { theme, width, height: width === 390 ? 844 : 900 });
      await tab.page.getByRole('row', { name: /Mend the pagination/ }).first().waitFor();
      await tab.picture('sessions');
      await tab.assertAccessible();
      tab.assertClean();
      await tab.page.goto(`${server.url}/sessions?q=retry`);
      await tab.page.getByText('was refused').first().waitFor();
      await tab.picture('sessions-search');
      await tab.assertAccessible();
      await tab.close();
    });
  }
}
