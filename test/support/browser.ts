/** A real Chromium for tests of pages. One for a test file; each test gets a page of its own. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import chromium, { inflate } from '@sparticuz/chromium';
import { chromium as launcher, type Browser, type Page } from 'playwright-core';

export interface PageOptions {
  theme?: 'light' | 'dark';
  /** CSS pixels. */
  width?: number;
  height?: number;
}

export interface TestBrowser {
  browser: Browser;
  /** A new page of a new profile. What it logs as an error, and requests that leave its own origin, fail `assertClean`. */
  open(url: string, options?: PageOptions): Promise<TestPage>;
  close(): Promise<void>;
}

export interface TestPage {
  page: Page;
  /** Nothing was logged as an error, nothing was asked of another origin. */
  assertClean(): void;
  /** axe finds nothing serious. */
  assertAccessible(): Promise<void>;
  /** Keeps a picture where `SPOOR_SCREENSHOTS` names a folder. */
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Below it a machine under load seems broken. */
const PATIENCE_MILLIS = 20_000;

const axeSource = readFileSync(join(dirname(createRequire(import.meta.url).resolve('axe-core')), 'axe.min.js'), 'utf8');

/** On Linux the one that comes from npm; elsewhere Chrome as it is installed. `SPOOR_CHROMIUM` names another. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await launch();
  return {
    browser,
    open: (url, options = {}) => openPage(browser, url, options),
    close: () => browser.close(),
  };
}

async function launch(): Promise<Browser> {
  const named = process.env.SPOOR_CHROMIUM;
  if (named === undefined && process.platform !== 'linux') return launcher.launch({ channel: 'chrome', headless: true });
  // In a single process the first closed page takes the browser along.
  const args = [...chromium.args.filter((arg) => !['--single-process', '--no-zygote'].includes(arg)), '--no-sandbox'];
  const executablePath = named ?? (await chromium.executablePath());
  try {
    return await launcher.launch({ executablePath, args, headless: true });
  } catch (error) {
    if (!String(error).includes('error while loading shared libraries')) throw error;
    // A bare system lacks libraries that browsers want; the package has them.
    const libraries = await inflate(join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..', 'bin', 'al2023.tar.br'));
    return launcher.launch({ executablePath, args, headless: true, env: { ...process.env, LD_LIBRARY_PATH: join(libraries, 'lib') } as Record<string, string> });
  }
}

async function openPage(browser: Browser, url: string, { theme = 'light', width = 1440, height = 900 }: PageOptions): Promise<TestPage> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce', locale: 'en-US' });
  context.setDefaultTimeout(PATIENCE_MILLIS);
  const page = await context.newPage();
  const faults: string[] = [];
  const { origin, protocol } = new URL(url);
  // Of files each is an origin of its own.
  const own = protocol === 'file:' ? url : origin;
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(own) && !request.url().startsWith('data:')) faults.push(`asked ${request.url()}`);
  });
  await page.goto(url);
  return {
    page,
    assertClean: () => assert.deepEqual(faults, []),
    assertAccessible: () => assertAccessible(page),
    picture: async (name) => {
      const folder = process.env.SPOOR_SCREENSHOTS;
      if (folder === undefined) return;
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}-${theme}-${width}.png`) });
    },
    close: () => context.close(),
  };
}

interface AxeViolation {
  id: string;
  impact?: string;
  nodes: { html: string; failureSummary?: string }[];
}

async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource);
  const result = await page.evaluate(`window.axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`);
  const serious = (result as AxeViolation[]).filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary ?? ''}`).join(' | ')}`), []);
}
