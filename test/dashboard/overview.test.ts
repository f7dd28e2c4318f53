/** The page Overview in a real browser, by keyboard and mouse, on made-up answers. */
import { after, before, test } from 'node:test';
import type { OverviewAnswer } from '#spoor/query/api/overview.ts';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { serveDashboard, type DashboardServer } from '../support/dashboard-server.ts';
import { toEmptyOverview, toSampleOverview } from './samples/overview.ts';

const now = Date.now();
let browser: TestBrowser;
let server: DashboardServer;
let answer: (search: URLSearchParams) => OverviewAnswer = () => toSampleOverview(now);

before(async () => {
  browser = await openBrowser();
  server = await serveDashboard({ '/overview': ({ search }) => answer(search) });
});

after(async () => {
  await browser.close();
  await server.close();
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`everything is readable and accessible: ${theme}, ${width} px`, async () => {
      answer = () => toSampleOverview(now);
      const tab = await browser.open(server.url, { theme, width, height: width === 390 ? 844 : 1300 });
      await tab.page.getByText('Waits for you').waitFor();
      await tab.picture('overview');
      await tab.assertAccessible();
      answer = () => toEmptyOverview(now);
      await tab.page.goto(`${server.url}/?since=30d`);
      await tab.page.getByText('No agent is traced yet').waitFor();
      await tab.picture('overview-empty');
      await tab.assertAccessible();
      tab.assertClean();
      await tab.close();
    });
  }
}
