/** A YAML text with the line of everything in it, for messages that a person can act on. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import type { Problem } from '../core/problem.ts';

export type YamlPath = readonly (string | number)[];

export interface YamlFile {
  document: Document;
  /** As plain values; undefined when the text is empty or no YAML. */
  value: unknown;
  problems: Problem[];
  /** `config.yaml:12: <text>`; without the line where it is not known. */
  problemAt(path: YamlPath, code: string, text: string): Problem;
}

/**
 * Parses one YAML document. Never throws. Messages name lines and kinds of errors, never the text itself: a secret may stand
 * in it. `fileName` stands in the messages.
 */
export function parseYaml(text: string, fileName: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problemAt = (path: YamlPath, code: string, sentence: string): Problem => {
    const offset = offsetOf(document, path);
    return { code, detail: `${fileName}${offset === undefined ? '' : `:${lines.linePos(offset).line}`}: ${sentence}` };
  };
  const problems = document.errors.map((error) => ({
    code: 'config-syntax',
    detail: `${fileName}:${lines.linePos(error.pos[0]).line}: not valid YAML (${error.code.toLowerCase().replaceAll('_', ' ')})`,
  }));
  const value = problems.length > 0 ? undefined : toPlain(document, problems, fileName);
  return { document, value, problems, problemAt };
}

function toPlain(document: Document, problems: Problem[], fileName: string): unknown {
  try {
    return document.toJS();
  } catch {
    // Aliases that multiply: https://en.wikipedia.org/wiki/Billion_laughs_attack
    problems.push({ code: 'config-syntax', detail: `${fileName}: not usable YAML (aliases without an end)` });
    return undefined;
  }
}

/** Where the key (or the item of a list) at this path begins. */
function offsetOf(document: Document, path: YamlPath): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      offset = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
      node = pair?.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = rangeStart(node);
    } else return undefined;
  }
  return offset;
}

function rangeStart(node: unknown): number | undefined {
  return (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) ? node.range?.[0] : undefined;
}
