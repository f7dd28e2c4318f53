/** Finding an agent among command lines. */
import { basename } from 'node:path';

/**
 * The words of the first of these processes that is the program, by the names of its own file: the command itself, or what an interpreter
 * was started with, behind its options. undefined: none is.
 */
export function findProgramWords(processes: readonly (readonly string[])[], name: RegExp): readonly string[] | undefined {
  return processes.find(([command = '', ...rest]) => [command, rest.find((word) => !word.startsWith('-')) ?? ''].some((word) => name.test(basename(word))));
}
