import type { CliContext } from '../context.ts';
import type { AddOptions } from './wanted.ts';

export async function addFromArize(_options: AddOptions, _context: CliContext): Promise<void> {}
