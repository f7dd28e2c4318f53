/** `spoor export --format html`: one file that shows a session by itself, and nothing that was to stay at home. */
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { ShareJson } from '#spoor/query/api/share.ts';
import { openBrowser, type TestBrowser, type TestPage } from '../support/browser.ts';
import { createCliWorld, keep, keepStory, type CliWorld } from '../support/cli-context.ts';
import { storySession, toSpan, toStory } from '../support/story.ts';

const PACKAGE_ROOT = join(import.meta.dirname, '..', '..');
/** Without the data of the session; of it 11 kB are the notices of the libraries. */
const MOST_BYTES = 615_000;

let browser: TestBrowser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

function createWorld(t: TestContext): CliWorld & { file: string } {
  const world = createCliWorld(t);
  world.context.packageRoot = PACKAGE_ROOT;
  return { ...world, file: join(world.root, 'session.html') };
}

const readJson = (file: string): ShareJson => JSON.parse(/<script id="session" type="application\/json">(.*?)<\/script>/s.exec(readFileSync(file, 'utf8'))?.[1] ?? '') as ShareJson;

async function exportStory(t: TestContext, ...words: string[]): Promise<CliWorld & { file: string }> {
  const world = createWorld(t);
  await keepStory(world.context, storySession, toStory());
  const { code, err } = await world.run('export', '--format', 'html', '--session', storySession.sessionId, '--out', world.file, ...words);
  assert.deepEqual([code, err], [0, `Wrote 1 session with ${toStory().length} spans to ${world.file}.\n`]);
  return world;
}

async function openFile(t: TestContext, file: string, options: Parameters<TestBrowser['open']>[1] = {}): Promise<TestPage> {
  const tab = await browser.open(pathToFileURL(file).href, options);
  t.after(() => tab.close());
  await tab.page.getByRole('treegrid').waitFor();
  return tab;
}

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`opened from its file it shows the session, and asks for nothing: ${theme}, ${width} px`, async (t) => {
      const { file } = await exportStory(t);
      const { page, ...tab } = await openFile(t, file, { theme, width, height: width === 390 ? 844 : 900 });
      await page.getByText('Where did the time go').waitFor();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByText(/everything is in this file/).waitFor();
      assert.ok(Number(await page.evaluate("document.querySelector('.wf-scroll').clientHeight")) < 900, 'rows are drawn as one scrolls to them');
      await tab.picture('share');
      await tab.assertAccessible();
      await page.getByRole('treegrid').focus();
      for (let row = 0; row < 4; row++) await page.keyboard.press('j');
      await page.getByRole('region', { name: 'Span', exact: true }).waitFor();
      await tab.picture('share-span');
      await tab.assertAccessible();
      await page.keyboard.press('Escape');
      await page.getByText('Where did the time go').waitFor();
      await page.getByRole('button', { name: theme === 'light' ? 'Dark theme' : 'Light theme' }).click();
      assert.equal(await page.evaluate('document.documentElement.dataset.theme'), theme === 'light' ? 'dark' : 'light');
      tab.assertClean();
    });
  }
}

test('it is small, for its owner alone, and its policy lets nothing in', async (t) => {
  const { file } = await exportStory(t);
  const html = readFileSync(file, 'utf8');
  assert.ok(html.length - JSON.stringify(readJson(file)).length < MOST_BYTES, `${html.length} bytes`);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.match(html, /Content-Security-Policy" content="default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src data:; base-uri 'none'; form-action 'none'"/);
  assert.doesNotMatch(html, /<(?:script|link|img)[^>]*(?:src|href)=/);
});

test('it passes on the notices of the libraries that it holds', async (t) => {
  const { file } = await exportStory(t);
  const { page } = await openFile(t, file);
  const notices = page.getByLabel('Licences', { exact: true });
  assert.equal(await notices.isVisible(), false, 'nobody has to look at them');
  await page.getByText('Licences of the libraries in this file').focus();
  await page.keyboard.press('Enter');
  await notices.waitFor();
  const text = (await notices.textContent()) ?? '';
  for (const name of ['react', 'react-dom', 'scheduler', 'tailwindcss', 'lucide-react', 'react-markdown']) assert.match(text, new RegExp(`^${name} \\d`, 'm'));
  assert.match(text, /Copyright \(c\) Meta Platforms[^]*Permission is hereby granted/);
});

test('on paper all of it stands on white', async (t) => {
  const { file } = await exportStory(t);
  const { page } = await openFile(t, file, { theme: 'dark' });
  await page.evaluate("addEventListener('beforeprint', () => { document.documentElement.dataset.printed = document.documentElement.dataset.theme; })");
  const paper = await page.pdf({ landscape: true, printBackground: true });
  if (process.env.SPOOR_SCREENSHOTS !== undefined) writeFileSync(join(process.env.SPOOR_SCREENSHOTS, 'share.pdf'), paper);
  assert.ok(paper.length > 10_000);
  assert.deepEqual(await page.evaluate('[document.documentElement.dataset.printed, document.documentElement.dataset.theme]'), ['light', 'dark']);
});

test('texts that look like markup stay texts', async (t) => {
  const { context, file, run } = createWorld(t);
  const hostile = '</script><script>document.title = "owned"</script><!--<script>\u2028\u2029]]>';
  await keep(context, { ...storySession, title: `</title>${hostile}` }, [toSpan({ id: 'z1', at: 0, end: 9, kind: 'agent', content: { prompt: hostile, answer: hostile } })]);
  assert.equal((await run('export', '--format', 'html', '--session', storySession.sessionId, '--content', 'full', '--out', file)).code, 0);
  assert.equal(Object.values(readJson(file).spans)[0]?.content.answer, hostile);
  const { page, ...tab } = await openFile(t, file);
  assert.doesNotMatch(await page.title(), /^owned/);
  assert.ok((await page.getByRole('heading', { level: 1 }).textContent())?.includes('</script>'));
  tab.assertClean();
});

test('--content and the configuration hold for all of it', async (t) => {
  const { context, file, run } = createWorld(t);
  const prompt = `Mail ann@pond.example about the heron ${'p'.repeat(1000)}`;
  const spans = [toSpan({ id: 'z1', at: 0, end: 9, kind: 'agent', content: { prompt, answer: 'a quiet answer' } }), toSpan({ id: 'z2', parentSpanId: 'z1', at: 1, end: 2, kind: 'tool', content: { toolArguments: '{"path":"/home/ann/heron.md"}', toolResult: 'the heron stood' } })];
  await keep(context, { ...storySession, title: 'Heron' }, spans);
  const read = async (...words: string[]): Promise<string> => {
    assert.equal((await run('export', '--format', 'html', '--session', storySession.sessionId, '--out', file, ...words)).code, 0);
    return JSON.stringify(readJson(file));
  };
  const [preview, none, full] = [await read(), await read('--content', 'none'), await read('--content', 'full')];
  assert.match(preview, /ann@pond\.example/);
  assert.doesNotMatch(preview, /p{201}/);
  assert.doesNotMatch(none, /heron|quiet/i);
  assert.match(full, /p{1000}/);
  writeFileSync(context.home.configFile, 'redact:\n  - { name: bird, pattern: heron }\nhash: [emails]\n');
  const edited = await read('--content', 'full');
  assert.match(edited, /\[redacted:bird\]/);
  assert.doesNotMatch(edited, /heron|ann@pond/);
});

test('what is open stays as it was when it was exported', async (t) => {
  const { file } = await exportStory(t);
  const json = readJson(file);
  assert.ok(json.session.spans.duration.includes(-1));
  const readAt = async (atMillis: number): Promise<string> => {
    const context = await browser.browser.newContext();
    t.after(() => context.close());
    const page = await context.newPage();
    await page.clock.install({ time: atMillis });
    await page.goto(pathToFileURL(file).href);
    await page.getByRole('treegrid').waitFor();
    await page.clock.runFor(600_000);
    const rows = await page.locator('.wf-row').allTextContents();
    return [await page.locator('main').innerText(), ...rows].join('\n');
  };
  const text = await readAt(json.exportedMillis);
  assert.equal(await readAt(json.exportedMillis + 3_000_000_000_000), text, 'whenever it is read');
});

test('without JavaScript it says what the session was and what its turns came to, escaped', async (t) => {
  const { context, file, run } = createWorld(t);
  const hostile = '</noscript><script>document.title = "owned"</script><b>bold';
  await keep(context, { ...storySession, title: `Heron ${hostile}` }, [toSpan({ id: 'z1', at: 0, end: 9, kind: 'agent', content: { prompt: `Count herons ${hostile}`, answer: 'done' } }), toSpan({ id: 'z2', parentSpanId: 'z1', at: 1, end: 2, kind: 'tool' })]);
  assert.equal((await run('export', '--format', 'html', '--session', storySession.sessionId, '--content', 'full', '--out', file)).code, 0);
  const scriptless = await browser.browser.newContext({ javaScriptEnabled: false });
  t.after(() => scriptless.close());
  const page = await scriptless.newPage();
  await page.goto(pathToFileURL(file).href);
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), `Heron ${hostile}`);
  assert.ok(((await page.getByRole('heading', { level: 1 }).boundingBox())?.y ?? Infinity) < 100, 'at the top of the page');
  assert.equal(await page.getByRole('listitem').count(), 1);
  assert.match((await page.getByRole('listitem').textContent()) ?? '', /^1\. Count herons <\/noscript>.*1 call/);
  assert.doesNotMatch(await page.locator('body').innerText(), /NaN|undefined|0ms/);
});

test('what it cannot be asked for it says', async (t) => {
  const { context, run } = createWorld(t);
  await keepStory(context, storySession, toStory());
  for (const words of [['--since', '1d'], ['--session', 'aaaa', '--trace', 'session'], ['--session', 'aaaa', '--dialect', 'openinference'], ['--session', 'aaaa', '--preview', 'x']]) {
    const { code, err } = await run('export', '--format', 'html', ...words);
    assert.equal(code, 2, `${words.join(' ')}: ${err}`);
  }
  context.packageRoot = '/nowhere';
  assert.match((await run('export', '--format', 'html', '--session', storySession.sessionId)).err, /is not there.*\n.*npm run build/);
});
