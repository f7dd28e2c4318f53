/** The list of commands: one line each, in the order of the help. A module is loaded when its command is typed. */
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

export interface CommandModule {
  /** Adds arguments, options, examples and the action. The action throws a `Failure` when it cannot do its work. */
  define(command: Command, context: CliContext): void;
}

export interface CommandEntry {
  name: string;
  /** One sentence, as in `spoor --help`. */
  summary: string;
  load(): Promise<CommandModule>;
}

export const commands: readonly CommandEntry[] = [
  { name: 'install', summary: "Put spoor's hooks into the agents' files", load: () => import('./install.ts') },
  { name: 'uninstall', summary: 'Take the hooks out again', load: () => import('./uninstall.ts') },
  { name: 'status', summary: 'What is traced now, and what needs attention', load: () => import('./status.ts') },
  { name: 'doctor', summary: 'Prove that tracing works, live, or tell what to mend', load: () => import('./doctor.ts') },
  { name: 'destination', summary: 'Where traces go: add, list, test and remove backends', load: () => import('./destination.ts') },
  { name: 'logs', summary: 'What went wrong, and with SPOOR_VERBOSE everything', load: () => import('./logs.ts') },
  { name: 'sessions', summary: 'List the sessions in the store, newest first', load: () => import('./sessions.ts') },
  { name: 'show', summary: 'Draw a session as a waterfall in the terminal', load: () => import('./show.ts') },
  { name: 'tools', summary: 'What was called, how long it took, how it ended', load: () => import('./tools.ts') },
  { name: 'skills', summary: 'Which skills were loaded, by whom, and what came of it', load: () => import('./skills.ts') },
  { name: 'models', summary: 'Requests, tokens, cost and times by model', load: () => import('./models.ts') },
  { name: 'compare', summary: 'Two cohorts of sessions, figure by figure', load: () => import('./compare.ts') },
  { name: 'watch', summary: 'Follow live what runs and what waits for you', load: () => import('./watch.ts') },
  { name: 'import', summary: "Read past sessions from the agents' own history", load: () => import('./import.ts') },
  { name: 'collect', summary: 'Take in what the hooks recorded, and deliver it', load: () => import('./collect.ts') },
  { name: 'send', summary: 'Send the past to a destination', load: () => import('./send.ts') },
  { name: 'serve', summary: 'Serve metrics on this machine, and collect, until Ctrl-C', load: () => import('./serve.ts') },
  { name: 'export', summary: 'Write traces as OTLP, or a session as a page in one file', load: () => import('./export.ts') },
  { name: 'forget', summary: 'Delete a session, or all sessions of a folder', load: () => import('./forget.ts') },
  { name: 'gc', summary: 'Drop what is older than it is kept, and give its room back', load: () => import('./gc.ts') },
  { name: 'start', summary: 'A first look: import, list, and draw the newest session', load: () => import('./start.ts') },
];
