/** Somebody else's commands in the hooks of an agent's file, taken out on the user's word. Pure: from text to text; every other byte stays. */
import type { Node } from 'jsonc-parser';
import { findProperty, removeNode, type JsonText } from './json-edit.ts';

/** Keys under which an entry of hooks says what the agent runs; Copilot has one for each shell. */
const COMMAND_KEYS = ['command', 'bash', 'powershell'] as const;

/** The file without the entries that run such a command, and without groups, events and `hooks` that held nothing else. */
export function stripCommands(json: JsonText, isMeant: (command: string) => boolean): JsonText {
  let stripped = json;
  for (let next = findNext(stripped, isMeant); next; next = findNext(stripped, isMeant)) stripped = removeWithShell(stripped, next);
  return stripped;
}

function findNext(json: JsonText, isMeant: (command: string) => boolean): Node | undefined {
  const hooks = findProperty(json.root, 'hooks');
  return hooks && findEntry(hooks, isMeant);
}

function findEntry(node: Node, isMeant: (command: string) => boolean): Node | undefined {
  if (node.type === 'object' && node.parent?.type === 'array' && COMMAND_KEYS.some((key) => isCommand(findProperty(node, key), isMeant))) return node;
  for (const child of node.children ?? []) {
    const found = findEntry(child, isMeant);
    if (found) return found;
  }
  return undefined;
}

function isCommand(node: Node | undefined, isMeant: (command: string) => boolean): boolean {
  return node?.type === 'string' && typeof node.value === 'string' && isMeant(node.value);
}

/** Up to the outermost thing that holds nothing but this entry. */
function removeWithShell(json: JsonText, entry: Node): JsonText {
  let node = entry;
  for (;;) {
    const container = node.parent?.type === 'property' ? node.parent.parent : node.parent;
    const isAlone = container?.children?.length === 1 && !hasComment(json, container, node);
    // A group (`matcher`, `hooks`) whose only command goes, goes whole.
    const isGroup = container?.type === 'array' && container.parent?.type === 'property' && container.parent.parent?.parent?.type === 'array';
    if (isGroup && isAlone && container.parent?.parent) node = container.parent.parent;
    else if (isAlone && container && container.parent) {
      node = container;
      if (container.parent.type === 'property' && container.parent.parent === json.root) return removeNode(json, node);
    } else return removeNode(json, node);
  }
}

/** What a person wrote beside it stays, and with it the brackets around. */
function hasComment({ text }: JsonText, container: Node, inner: Node): boolean {
  const around = text.slice(container.offset, inner.offset) + text.slice(inner.offset + inner.length, container.offset + container.length);
  return /\/[/*]/.test(around);
}
