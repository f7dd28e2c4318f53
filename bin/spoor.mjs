#!/usr/bin/env node
// Old syntax only: every Node must be able to read this file far enough to say its sentence.
var version = process.versions.node.split('.').map(Number);

if (version[0] < 22 || (version[0] === 22 && version[1] < 18)) {
  console.error(
    'spoor: this is Node.js ' + process.versions.node + ' (' + process.execPath + '), and spoor needs 22.18 or newer. ' +
      'Install one from https://nodejs.org, or put a newer one first in PATH.'
  );
  process.exitCode = 1;
} else {
  start();
}

function start() {
  silenceExpectedWarnings();
  // In a checkout run with --conditions=spoor-source this is src/, else dist/.
  import('#spoor/cli/main.ts').catch(function (error) {
    process.exitCode = 1;
    var isNotBuilt = error.code === 'ERR_MODULE_NOT_FOUND' && /dist.cli.main\.js/.test(error.message);
    console.error(isNotBuilt ? 'spoor: it is not built yet. Build it with: npm run build' : error);
  });
}

// Two parts of Node that spoor rests on still announce themselves as experimental on some versions. Hooks run by an agent must
// leave stderr empty, and nobody can act on it. Every other warning stays.
function silenceExpectedWarnings() {
  var emitWarning = process.emitWarning;
  process.emitWarning = function (warning, options) {
    var type = typeof options === 'string' ? options : options && options.type;
    var isExpected = type === 'ExperimentalWarning' && /^(SQLite|Type Stripping) is an experimental feature/.test(String(warning));
    if (!isExpected) emitWarning.apply(process, arguments);
  };
}
