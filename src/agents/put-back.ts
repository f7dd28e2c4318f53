/** What stood at a place of a JSON file before something of ours came and went. */
import type { Node } from 'jsonc-parser';
import { findProperty, removeNode, replaceSource, sourceOf, type JsonText } from './json-edit.ts';

/**
 * What is empty now at this path becomes what it was: empty in its own way, null, or not there. What is not empty stays. `before`: the file
 * without anything of ours; absent, what is empty goes.
 */
export function putBack(json: JsonText, path: readonly string[], before: JsonText | undefined): JsonText {
  const find = (text: JsonText | undefined): Node | undefined => path.reduce(findProperty, text?.root);
  const node = find(json);
  const former = find(before);
  if (!node || node.children?.length !== 0 || former?.children?.length) return json;
  if (before && former) return replaceSource(json, node, sourceOf(before, former));
  return path.length > 0 ? removeNode(json, node) : json;
}
