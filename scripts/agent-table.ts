/**
 * `npm run table`: the README's table of agents, made from the code: what each room's parsers get out of its fixtures, of the agent's history and
 * of its hooks. A test holds the README to it.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Agent, AgentEnvironment } from '#spoor/agents/agent.ts';
import { agents } from '#spoor/agents/index.ts';
import type { Fact, ToolRequest, ToolResult } from '#spoor/core/fact.ts';

const ROOT = join(import.meta.dirname, '..');
const BEGIN = '<!-- agents: npm run table -->';
const END = '<!-- end of agents -->';

type Column = readonly [title: string, isTold: (fact: Fact) => boolean];

const toolOf = (fact: Fact): ToolRequest | undefined => ('tool' in fact ? fact.tool : undefined);
const resultOf = (fact: Fact): ToolResult | undefined => (fact.type === 'tool.ended' ? fact.result : undefined);

const COLUMNS: readonly Column[] = [
  ['turns', ({ type }) => type === 'turn.started' || type === 'turn.ended'],
  ['chats', ({ type }) => type === 'model.answered'],
  ['tools', ({ type }) => type === 'tool.called' || type === 'tool.started'],
  ['tokens', (fact) => (fact.type === 'model.answered' && fact.usage?.outputTokens !== undefined) || (fact.type === 'turn.ended' && fact.turnUsage?.outputTokens !== undefined)],
  ['subagents', (fact) => (fact.type === 'session.seen' && fact.parent?.relation === 'subagent') || toolOf(fact)?.spawns !== undefined],
  ['permission waits', (fact) => fact.type === 'permission.asked'],
  ['skills', (fact) => toolOf(fact)?.skillName !== undefined],
  ['MCP', (fact) => (toolOf(fact)?.mcpServer ?? resultOf(fact)?.mcpServer) !== undefined],
];

/** What it costs, in the units that its facts have. */
const UNITS: readonly Column[] = [
  ['USD', (fact) => fact.type === 'model.answered' && fact.billing !== 'credits' && fact.billing !== 'premium-requests' && (fact.cost !== undefined || fact.usage?.inputTokens !== undefined)],
  ['credits', (fact) => (fact.type === 'model.answered' && fact.credits !== undefined) || (fact.type === 'turn.ended' && (fact.requestCredits ?? fact.turnCredits) !== undefined)],
  ['premium requests', (fact) => (fact.type === 'model.answered' && fact.premiumRequests !== undefined) || (fact.type === 'turn.ended' && fact.turnPremiumRequests !== undefined)],
];

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) writeFileSync(join(ROOT, 'README.md'), withTable(readFileSync(join(ROOT, 'README.md'), 'utf8')));

/** The README with the table as it should be. Throws where its place is not marked. */
export function withTable(readme: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md lacks ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin)}${BEGIN}\n${toTable()}\n${readme.slice(end)}`;
}

function toTable(): string {
  const rows = [...agents].sort((a, b) => (a.title < b.title ? -1 : 1)).map((agent) => [agent.title, ...toCells(agent)]);
  return [['', ...COLUMNS.map(([title]) => title), 'cost in'], ['---', ...COLUMNS.map(() => '---'), '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function toCells(agent: Agent): string[] {
  const { history, live } = readFixtures(agent);
  const sources = COLUMNS.map(([, isTold]) => [history.some(isTold) ? 'history' : '', live.some(isTold) ? 'live' : ''].filter(Boolean).join(', ') || '–');
  const units = UNITS.filter(([, isTold]) => [...history, ...live].some(isTold)).map(([unit]) => unit);
  return [...sources, units.join(', ') || '–'];
}

function readFixtures(agent: Agent): { history: Fact[]; live: Fact[] } {
  const folder = join(ROOT, 'test', 'fixtures', 'agents', agent.id);
  const read = { history: [] as Fact[], live: [] as Fact[] };
  for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
    const environment: AgentEnvironment = { home: join(folder, name, 'home'), env: {}, platform: process.platform };
    for (const source of agent.history?.discover(environment).sources ?? []) read.history.push(...(agent.history?.read(source).facts ?? []));
    const payloads = join(folder, name, 'payloads.jsonl');
    const lines = existsSync(payloads) ? readFileSync(payloads, 'utf8').split('\n').filter(Boolean) : [];
    for (const payload of lines) read.live.push(...(agent.parsePayload({ agent: agent.id, key: 'k', payload, truncated: false, at: { unixNano: 1n, source: 'hook' }, order: 0, env: {} }).value ?? []));
  }
  return read;
}
