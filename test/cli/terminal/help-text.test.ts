import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitHelp } from '#spoor/cli/terminal/help-text.ts';

test('long lines are broken between words, and the second column stays one', () => {
  const text = 'Prose that is rather long for so narrow a terminal.\n  spoor do it  does it, and then a little more of it\n\nshort';
  assert.equal(fitHelp(text, 40), 'Prose that is rather long for so narrow\na terminal.\n  spoor do it  does it, and then a\n               little more of it\n\nshort');
});

test('where the second column has no room, the line is broken as it is', () => {
  assert.equal(fitHelp('  a-rather-long-command-line --with words  explained', 32), '  a-rather-long-command-line\n  --with words  explained');
});

test('sentences that were broken for a wider terminal flow on', () => {
  const text = 'Reads what the agents wrote; changes nothing of theirs. A subagent\'s session\ncounts here as one.\n\nExamples:\n  spoor import    all';
  assert.equal(fitHelp(text, 50), 'Reads what the agents wrote; changes nothing of\ntheirs. A subagent\'s session counts here as one.\n\nExamples:\n  spoor import    all');
  assert.equal(fitHelp(text, 90), text);
});

test('a sentence that begins with a quoted word flows on too, and the next such begins a line of its own', () => {
  const text = '"cost" is dollars; in brackets what a subscription paid\nfor; ? where there is none.\n"active" is the time in turns.';
  assert.equal(fitHelp(text, 50), '"cost" is dollars; in brackets what a subscription\npaid for; ? where there is none.\n"active" is the time in turns.');
  assert.equal(fitHelp(text, 90), text);
});

test('what goes on in a second column, or in what --json prints, is broken once', () => {
  const option = '--changed   what was sent and has changed since then,\n            under the same ids.\n--as-new    everything';
  assert.equal(fitHelp(option, 44), '--changed   what was sent and has changed\n            since then, under the same ids.\n--as-new    everything');
  const json = '--json: {"sessions": [{agent, sessionId, title?,\n         turns, toolCalls}]}';
  assert.equal(fitHelp(json, 40), '--json: {"sessions": [{agent, sessionId,\n        title?, turns, toolCalls}]}');
  assert.equal(fitHelp(json, 80), json);
});
