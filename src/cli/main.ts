/** The program: the process's own arguments, streams and exit code. Everything else is in `run.ts`. */
import { createContext } from './create-context.ts';
import { runCommandLine } from './run.ts';

// Not process.exit: what is written to a pipe must get through.
process.exitCode = await runCommandLine(process.argv.slice(2), createContext());
