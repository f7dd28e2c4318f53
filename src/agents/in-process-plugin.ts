/**
 * The text of a plugin that we write into an agent's own process, as far as it is the same for all: it gathers what it is told for a moment and
 * hands that to the hook command in one piece, never waiting; what is left when the process ends is handed over before it goes.
 */
import { VERSION } from '../core/version.ts';
import { toWords } from './hook-command.ts';

/** What is told in this time is one hook call. */
const GATHER_MILLIS = 40;

/** How the text begins, whatever version wrote it: so a file of ours is known. */
export const PLUGIN_MARK = '// spoor ';

/** `body`: code that calls `tell(event)` for each thing, and `sendRest()` when the process is about to end. `title`: the agent's. */
export function toPluginText({ hookCommand, title, body }: { hookCommand: string; title: string; body: string }): string {
  return `${PLUGIN_MARK}${VERSION}: tells spoor what ${title} does. Written by \`spoor install\`; changes are lost.
import { spawn, spawnSync } from 'node:child_process';

const COMMAND = ${JSON.stringify(hookCommand)};
const [PROGRAM, ...WORDS] = ${JSON.stringify(toWords(hookCommand))};
${SENDER}${body}`;
}

/** The hook command of a plugin of ours; undefined where the text is none. */
export function parsePluginCommand(text: string): string | undefined {
  const word = text.startsWith(PLUGIN_MARK) ? /^const COMMAND = (".*");$/m.exec(text)?.[1] : undefined;
  try {
    const command: unknown = word === undefined ? undefined : JSON.parse(word);
    return typeof command === 'string' ? command : undefined;
  } catch {
    return undefined;
  }
}

const SENDER = `const NOTHING = () => {};
let queue = [];
let timer;
const unsent = new Set();

function tell(event) {
  queue.push(event);
  timer ??= setTimeout(send, ${GATHER_MILLIS});
  timer.unref?.();
}

function take() {
  clearTimeout(timer);
  timer = undefined;
  const events = queue;
  queue = [];
  return events;
}

function send() {
  const events = take();
  if (events.length === 0) return;
  unsent.add(events);
  try {
    const child = spawn(PROGRAM, WORDS, { stdio: ['pipe', 'ignore', 'ignore'], windowsHide: true });
    child.on('error', NOTHING);
    child.on('exit', () => unsent.delete(events));
    child.stdin.on('error', NOTHING);
    child.stdin.end(JSON.stringify({ events }));
    child.unref();
  } catch {}
}

// What is told twice is one.
function sendRest() {
  const events = [...[...unsent].flat(), ...take()];
  unsent.clear();
  if (events.length === 0) return;
  try {
    spawnSync(PROGRAM, WORDS, { input: JSON.stringify({ events }), stdio: ['pipe', 'ignore', 'ignore'], timeout: 3000, windowsHide: true });
  } catch {}
}

process.once('exit', sendRest);

`;
