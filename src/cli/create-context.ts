/** The real world of a command: this process, this machine, this user's home. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../config/environment.ts';
import { createHome, findHome, type Home } from '../config/home.ts';
import type { Store } from '../store/store.ts';
import type { CliContext, CollectorActions } from './context.ts';
import { Failure } from './failure.ts';
import { createOutput } from './output.ts';
import { openBrowser } from './serving/open-browser.ts';
import { openScreen } from './terminal/open-screen.ts';

/** Costs next to nothing: modules that are not always needed are loaded when they are. */
export function createContext(): CliContext {
  const environment = readEnvironment();
  const loadActions = async (): Promise<CollectorActions> => (await import('./collector-actions.ts')).createCollectorActions(context);
  const context: CliContext = {
    environment,
    // Help and version must work where there is no home at all.
    get home() {
      return findHomeOrFail(environment.env);
    },
    // It may have been removed: then only who asks for it fails.
    get folder() {
      return process.cwd();
    },
    packageRoot: findPackageRoot(),
    stdout: createOutput(process.stdout, environment.env, process.stderr.columns),
    stderr: createOutput(process.stderr, environment.env),
    nowMillis: () => Date.now(),
    get canAsk() {
      return canAsk();
    },
    ask: (question, options) => ask(question, options),
    confirm: (question) => confirm(question),
    openScreen: () => openScreen(process.stdin, process.stdout, environment.env),
    openBrowser: (url) => openBrowser(url, environment),
    openStore: (home, options) => openStoreAt(home, options),
    collector: {
      collectOnce: async () => (await loadActions()).collectOnce(),
      runCollector: async (signal) => (await loadActions()).runCollector(signal),
      serve: async (request) => (await loadActions()).serve(request),
      importHistory: async (request) => (await loadActions()).importHistory(request),
      readStatus: async () => (await loadActions()).readStatus(),
      sendPast: async (request, options) => (await loadActions()).sendPast(request, options),
    },
  };
  return context;
}

function findHomeOrFail(env: Readonly<Record<string, string | undefined>>): Home {
  try {
    return findHome(env);
  } catch (error) {
    throw new Failure(error instanceof Error ? error.message : String(error));
  }
}

/** This file is `<root>/src/cli/…` in a checkout and `<root>/dist/cli/…` in the package. */
function findPackageRoot(): string {
  return dirname(dirname(dirname(fileURLToPath(import.meta.url))));
}

/** Opens the store; what is wrong with its file becomes a sentence. */
export async function openStoreAt(home: Home, { create }: { create: boolean }): Promise<Store | undefined> {
  if (!create && !existsSync(home.database)) return undefined;
  if (create) createHome(home);
  const { openStore } = await import('../store/sqlite/open-store.ts');
  const { StoreOpenError } = await import('../store/sqlite/store-open-error.ts');
  try {
    return openStore(home.database);
  } catch (error) {
    if (error instanceof StoreOpenError) throw new Failure(error.message);
    throw error;
  }
}

function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

async function confirm(question: string): Promise<boolean | undefined> {
  if (!canAsk()) return undefined;
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `))?.trim() ?? '');
}

async function ask(question: string, { isHidden = false }: { isHidden?: boolean } = {}): Promise<string | undefined> {
  if (!canAsk()) return undefined;
  if (isHidden) process.stderr.write(question);
  const shown = isHidden ? new Writable({ write: (_chunk, _encoding, done) => done() }) : process.stderr;
  // The terminal itself would show what is typed: `terminal` has it sent key by key, and written by nobody.
  const terminal = createInterface({ input: process.stdin, output: shown, terminal: true });
  const over = new AbortController();
  // Ctrl-D closes it, and then the question would wait for ever.
  terminal.once('close', () => over.abort());
  try {
    const answer = await terminal.question(isHidden ? '' : question, { signal: over.signal });
    if (isHidden) process.stderr.write('\n');
    return answer;
  } catch {
    process.stderr.write('\n');
    return undefined;
  } finally {
    terminal.close();
  }
}
