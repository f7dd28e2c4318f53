/** The page of a session in a real browser, by keyboard and mouse, on made-up answers. */
import { after, before, beforeEach, test } from 'node:test';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { serveDashboard, type DashboardServer } from '../support/dashboard-server.ts';
import { toSampleSession, toSampleSpan } from './samples/session.ts';

const now = Date.now();
let browser: TestBrowser;
let server: DashboardServer;
let isOpen = false;
const asked: string[] = [];

before(async () => {
  browser = await openBrowser();
  server = await serveDashboard({
    '/sessions/claude-code/session-1': ({ search }) => {
      asked.push(search.get('after') ?? 'all');
      return toSampleSession({ nowMillis: now, isOpen, isPartial: search.get('after') !== null });
    },
    '/sessions/claude-code/session-1/otlp': () => ({ queryMillis: 1, otlp: '{"resourceSpans":[]}' }),
    '/spans/*': ({ path }) => (path.endsWith('/content/toolResult') ? { queryMillis: 1, text: 'the whole text' } : path.endsWith('/otlp') ? { queryMillis: 1, otlp: '{"resourceSpans":[1]}' } : toSampleSpan(path.split('/').at(-1) ?? '', now)),
  });
});

after(async () => {
  await browser.close();
  await server.close();
});

beforeEach(() => {
  isOpen = false;
  asked.length = 0;
});

const address = (search = ''): string => `${server.url}/sessions/claude-code/session-1${search}`;

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`every part is readable and accessible: ${theme}, ${width} px`, async () => {
      const tab = await browser.open(address(), { theme, width, height: width === 390 ? 844 : 900 });
      await tab.page.getByText('Where did the time go').waitFor();
      await tab.picture('session');
      await tab.assertAccessible();
      for (const name of ['turns', 'coverage', 'config']) {
        await tab.page.goto(address(`?tab=${name}`));
        await tab.page.getByRole('tab', { selected: true, name: new RegExp(name, 'i') }).waitFor();
        await tab.page.getByRole('tabpanel').getByRole('table').waitFor();
        await tab.picture(`session-${name}`);
        await tab.assertAccessible();
      }
      await tab.page.goto(address('?span=bash-1'));
      await tab.page.getByText('expected week 53').waitFor();
      await tab.picture('session-span');
      await tab.assertAccessible();
      tab.assertClean();
      await tab.close();
    });
  }
}
