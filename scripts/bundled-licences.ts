/** The notices that licences ask for, of every package of which a bundler put something into a file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const root = join(import.meta.dirname, '..');

/** Beside a bundle. */
export const NOTICES_FILE = 'licenses.txt';

export interface BundledPackage {
  name: string;
  version: string;
  /** SPDX, as its package.json says. */
  licence: string;
  /** Its licence with its copyright, and what else it asks to be passed on. */
  notice: string;
}

/** The folder of a package in the path of one of its files; packages inside packages are the innermost. */
const PACKAGE = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;
/** What bundlers write in themselves has no path. */
const RUNTIMES: readonly [prefix: string, name: string][] = [['\0vite/', 'vite'], ['\0rolldown/', 'rolldown']];
const NOTICE_FILE = /^(?:licen[cs]e|notice|copying)(?:[.-].*)?$/i;
/** Where a package tells after its own licence of what only its own build holds. */
const OF_OTHERS = /^# Licenses of bundled dependencies/m;

/** Ids of modules → the packages they are of, by name; what is of no package is our own. Throws where a package has no notice to pass on. */
export function toBundledPackages(ids: Iterable<string>): BundledPackage[] {
  const folders = new Set<string>();
  for (const id of ids) {
    const runtime = RUNTIMES.find(([prefix]) => id.startsWith(prefix))?.[1];
    const folder = runtime === undefined ? PACKAGE.exec(id)?.[1] : folderOf(runtime);
    if (folder !== undefined) folders.add(folder);
  }
  return [...folders].map(readPackage).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** One text: each notice once, below all the packages that have it; the MIT licence, which most have, once below all of their copyrights. */
export function toNotices(packages: readonly BundledPackage[]): string {
  const byNotice = new Map<string, string[]>();
  const byHolder = new Map<string, string[]>();
  for (const { name, version, licence, notice } of packages) {
    const holder = toMitHolder(notice);
    const [group, key] = holder === undefined ? [byNotice, notice] : [byHolder, holder];
    group.set(key, [...(group.get(key) ?? []), `${name} ${version} (${licence})`]);
  }
  const list = (group: ReadonlyMap<string, string[]>): string[] => [...group].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`);
  const parts = [...(byHolder.size > 0 ? [`${list(byHolder).join('\n')}\n${MIT}\n`] : []), ...list(byNotice)];
  return `What was built here contains parts of these packages, under these licences.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** The copyright of a notice that is the MIT licence, word for word, and nothing else; undefined of any other. */
function toMitHolder(notice: string): string | undefined {
  const words = toWords(notice);
  const at = words.indexOf(toWords(MIT));
  if (at === -1 || words.slice(at + toWords(MIT).length).trim() !== '') return undefined;
  const lines = notice.slice(0, notice.indexOf('Permission is hereby')).split('\n').map((line) => line.trim());
  const told = lines.filter((line) => line !== '' && !/^[#\s(]*(?:the )?mit(?: licen[cs]e)?[):.\s]*(?:\(mit\))?$/i.test(line));
  return told.some((line) => /copyright/i.test(line)) ? told.join('\n') : undefined;
}

/** Lines are broken and quotes are drawn in many ways. */
function toWords(text: string): string {
  return text.replace(/[“”‘’'"]/g, '"').replace(/\s+/g, ' ').trim();
}

/** Puts the notices of whatever a build bundled beside it. */
export function noticesPlugin(): Plugin {
  return {
    name: 'notices',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const ids = new Set<string>();
      for (const output of Object.values(bundle)) {
        if (output.type === 'chunk') for (const [id, { renderedLength }] of Object.entries(output.modules)) if (renderedLength > 0) ids.add(id);
      }
      // Style sheets leave the chunks before, and what they import was never a module.
      for (const id of this.getModuleIds()) if (id.endsWith('.css')) for (const one of [id, ...importedStyles(id)]) ids.add(one);
      this.emitFile({ type: 'asset', fileName: NOTICES_FILE, source: toNotices(toBundledPackages(ids)) });
    },
  };
}

/** Files of packages that a style sheet of ours imports by name. */
function importedStyles(path: string): string[] {
  if (PACKAGE.test(path)) return [];
  return [...readFileSync(path, 'utf8').matchAll(/@import\s+['"]((?:@[\w-]+\/)?[\w-]+)(?:\/[^'"]*)?['"]/g)].map((match) => join(folderOf(match[1] ?? ''), 'index.css'));
}

function folderOf(name: string): string {
  return join(root, 'node_modules', name);
}

function readPackage(folder: string): BundledPackage {
  const { name, version, license: licence, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string; license: string; author?: string | { name: string } };
  const files = readdirSync(folder).filter((file) => NOTICE_FILE.test(file) && existsSync(join(folder, file))).sort();
  const texts = files.map((file) => (readFileSync(join(folder, file), 'utf8').split(OF_OTHERS)[0] ?? '').replaceAll('\r\n', '\n').trim());
  if (texts.length > 0) return { name, version, licence, notice: texts.join('\n\n') };
  const holder = (typeof author === 'string' ? author : author?.name)?.replace(/\s*<[^>]*>/, '');
  if (licence !== 'MIT' || holder === undefined) throw new Error(`${name} ${version} is bundled and has no licence in its folder: read what it asks for, and tell scripts/bundled-licences.ts of it.`);
  return { name, version, licence, notice: `MIT License\n\nCopyright (c) ${holder}\n\n${MIT}` };
}

/** For packages that name the licence and its holder alone: https://spdx.org/licenses/MIT.html */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;
