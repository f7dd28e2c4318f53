/** What an agent worked with: one skill, one file of instructions, one MCP server, one hook file, its model, its profile. Contents as hashes alone. */
import { hashOf } from './ids.ts';
import { compare } from './order.ts';

/** skill · instructions · mcp: a server · hooks: a file, or what stands in a file of settings · agent: a profile or subagent · model */
export type ConfigKind = 'skill' | 'instructions' | 'mcp' | 'hooks' | 'agent' | 'model';

export interface ConfigPart {
  kind: ConfigKind;
  /** The skill's, server's or profile's own name; of a file its path from the project, or from the user's folder behind `~/`. */
  name: string;
  /** Of what stands in it; equal hashes, equal contents. */
  hash: string;
}

/** As long as nobody makes two contents with one hash by chance. */
const HASH_DIGITS = 16;

/** Contents, or what stands for them, → the hash of a part. */
export function toPartHash(...words: string[]): string {
  return hashOf('config', ...words).slice(0, HASH_DIGITS);
}

/** Parts in the order of their kinds and names. Two of one kind and name (a user's and a project's skill) are one, of both. */
export function orderParts(parts: readonly ConfigPart[]): ConfigPart[] {
  const byName = new Map<string, ConfigPart>();
  for (const part of parts) {
    const key = `${part.kind}\0${part.name}`;
    const known = byName.get(key);
    byName.set(key, known && known.hash !== part.hash ? { ...part, hash: toPartHash(known.hash, part.hash) } : part);
  }
  return [...byName.values()].sort((a, b) => compare(a.kind, b.kind) || compare(a.name, b.name));
}

/** The fingerprint of ordered parts: equal where all of them are. */
export function toFingerprint(parts: readonly ConfigPart[]): string {
  return toPartHash(...parts.flatMap(({ kind, name, hash }) => [kind, name, hash]));
}
