/** A session played beside open pages: it appears, asks, goes on and ends on screen, and nobody loads a page anew. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
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

const PROMPT = 'count what is left on the shelves';

interface Played {
  sessionId: string;
  /** What a hook of it tells. */
  hook(event: string, values?: object): void;
}

/** Begins a session: a prompt in its transcript, and the hook that tells of it. */
function begin(): Played {
  const sessionId = randomUUID();
  const hook: Played['hook'] = (event, values = {}) => home.runHook({ session_id: sessionId, hook_event_name: event, ...values });
  home.writeLine(sessionId, 'user', { message: { role: 'user', content: PROMPT }, permissionMode: 'default' });
  hook('UserPromptSubmit', { prompt: PROMPT });
  return { sessionId, hook };
}

const CALL = { tool_name: 'Bash', tool_input: { command: 'rm -r shelves/old' } };

/** What is lost when a page is loaded anew. */
async function openMarked(path: string): Promise<TestPage> {
  const tab = await browser.open(`${home.url}${path}`);
  await tab.page.evaluate('window.isStillHere = true');
  return tab;
}

test('a session appears, waits for a person, goes on and is done; list, overview and session follow', async () => {
  const [list, overview] = [await openMarked('/sessions'), await openMarked('/')];
  await list.page.getByRole('grid').getByRole('link').first().waitFor();
  await overview.page.getByText('Slowest tools').waitFor();
  const { sessionId, hook } = begin();

  const row = list.page.getByRole('row').filter({ hasText: PROMPT });
  await row.getByText('running').waitFor({ state: 'attached' });
  await overview.page.getByRole('listitem').filter({ hasText: PROMPT }).first().waitFor();

  const session = await openMarked(`/sessions/claude-code/${sessionId}`);
  const head = session.page.locator('main header').first();
  await head.getByText('running').waitFor();
  const callId = `toolu_${randomUUID()}`;
  const answer = (content: object[], stop: string): void =>
    home.writeLine(sessionId, 'assistant', { message: { model: 'claude-sonnet-4-5-20250929', id: `msg_${randomUUID()}`, type: 'message', role: 'assistant', content, stop_reason: stop, usage: { input_tokens: 5, output_tokens: 50 } } });
  answer([{ type: 'tool_use', id: callId, name: CALL.tool_name, input: CALL.tool_input }], 'tool_use');
  hook('PreToolUse', { ...CALL, tool_use_id: callId });
  hook('PermissionRequest', CALL);

  await row.getByText('waits for you').waitFor({ state: 'attached' });
  await head.getByText('waits for you').waitFor();
  const asks = overview.page.getByRole('listitem').filter({ hasText: 'asks you to allow' }).filter({ hasText: PROMPT });
  await asks.getByText(CALL.tool_input.command).waitFor();
  const call = session.page.getByRole('treegrid', { name: 'Spans of the session' }).getByRole('row').filter({ hasText: CALL.tool_name }).filter({ hasText: CALL.tool_input.command });
  await call.getByText('running').first().waitFor({ state: 'attached' });

  home.writeLine(sessionId, 'user', { message: { role: 'user', content: [{ tool_use_id: callId, type: 'tool_result', content: 'gone' }] }, toolUseResult: { stdout: 'gone', stderr: '', interrupted: false } });
  hook('PostToolUse', { ...CALL, tool_use_id: callId, tool_response: { stdout: 'gone', stderr: '' } });
  await asks.waitFor({ state: 'detached' });
  await row.getByText('running').waitFor({ state: 'attached' });
  await head.getByText('running').waitFor();
  // Its bar ends: the turn around it is what runs.
  await call.getByText('running').waitFor({ state: 'detached' });

  answer([{ type: 'text', text: 'Nothing is left.' }], 'end_turn');
  hook('Stop', { last_assistant_message: 'Nothing is left.' });
  await row.getByText('done').waitFor({ state: 'attached' });
  await head.getByText('done').waitFor();
  await overview.page.getByRole('listitem').filter({ hasText: PROMPT }).filter({ hasText: 'has answered' }).waitFor();
  // No span of it is open any more, and the server has said so to the page as well as to the store.
  assert.deepEqual(home.select('SELECT span.kind FROM span JOIN session ON session.id = span.session WHERE session.session_id = ? AND span.end_unix_nano IS NULL', sessionId), []);
  for (const tab of [list, overview, session]) {
    assert.equal(await tab.page.evaluate('window.isStillHere'), true, 'nothing was loaded anew');
    tab.assertClean();
    await tab.close();
  }
});
