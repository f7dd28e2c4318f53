/** The pages Telemetry and Settings in a real browser, with made-up answers. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { serveDashboard, type DashboardServer } from '../support/dashboard-server.ts';
import { LOGS, SERVICES, SETTINGS, TRACE, TRACES } from './samples/telemetry.ts';

let browser: TestBrowser;
let server: DashboardServer;

before(async () => {
  browser = await openBrowser();
  server = await serveDashboard({ '/telemetry': () => SERVICES, '/telemetry/traces': () => TRACES, '/telemetry/traces/*': () => TRACE, '/telemetry/logs': () => LOGS, '/settings': () => SETTINGS });
});
after(async () => {
  await browser.close();
  await server.close();
});

test('a trace of another service is opened, and its spans with all they have', async () => {
  const tab = await browser.open(`${server.url}/telemetry`);
  await tab.page.getByRole('button', { name: 'POST /pay' }).click();
  await tab.page.getByRole('button', { name: /charge card/ }).click();
  await tab.page.getByText('"http.route": "/pay"').waitFor();
  await tab.picture('telemetry');
  await tab.assertAccessible();
  const rows = await tab.page.getByRole('listitem').allTextContents();
  assert.deepEqual(rows.map((row) => row.replace(/ .*/, '')), ['POST', 'charge', 'write']);
  await tab.page.getByRole('button', { name: 'Traces', exact: true }).click();
  await tab.page.getByRole('radio', { name: 'Logs' }).click();
  await tab.page.getByText('mcp_server_connection').waitFor();
  tab.assertClean();
  await tab.close();
});

test('settings say where each value comes from, and what is wrong', async () => {
  for (const look of [{ theme: 'light' }, { theme: 'dark', width: 390, height: 844 }] as const) {
    const tab = await browser.open(`${server.url}/settings`, look);
    await tab.page.getByText('SPOOR_USER_ID').waitFor();
    await tab.page.getByText('did you mean').waitFor();
    await tab.picture('settings');
    await tab.assertAccessible();
    tab.assertClean();
    await tab.close();
  }
});
