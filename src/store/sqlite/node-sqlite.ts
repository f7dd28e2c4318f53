/** `node:sqlite` without the warning that Node 22 prints on stderr when it is first loaded: our commands are run by agents. */
import type * as NodeSqlite from 'node:sqlite';

/** Loads `node:sqlite`. Throws where Node was built without it. */
export function loadNodeSqlite(): typeof NodeSqlite {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
