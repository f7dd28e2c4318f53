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
