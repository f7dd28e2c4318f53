/**
 * An MCP server on stdin and stdout for the live runs, with one tool: `add-nums` adds `a` and `b`, and fails where `a` is 13.
 * https://modelcontextprotocol.io/specification/2025-06-18/server/tools
 */
import { createInterface } from 'node:readline';
import { asObject, type Json } from './model/untyped.ts';

/** Agents build the name that a model sees from it. */
export const MCP_SERVER = 'abacus';
export const MCP_TOOL = 'add-nums';
const UNLUCKY = 13;

function answer(method: unknown, params: Json): Json | undefined {
  if (method === 'initialize') return { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: MCP_SERVER, version: '1.0.0' } };
  if (method === 'tools/list') return { tools: [{ name: MCP_TOOL, description: 'Adds two numbers', inputSchema: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] } }] };
  if (method === 'tools/call') return add(asObject(params.arguments));
  return method === 'ping' ? {} : undefined;
}

function add({ a, b }: Json): Json {
  if (a === UNLUCKY) return { content: [{ type: 'text', text: 'thirteen is not added' }], isError: true };
  return { content: [{ type: 'text', text: `the sum is ${Number(a) + Number(b)}` }] };
}

if (import.meta.main) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = asObject(JSON.parse(line));
    if (id === undefined) continue;
    const result = answer(method, asObject(params));
    const said = result ? { result } : { error: { code: -32601, message: `there is no ${String(method)}` } };
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...said })}\n`);
  }
}
