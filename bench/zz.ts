import { createQueryService } from '#spoor/query/query-service.ts';
import { openReading } from '#spoor/query/open-reading.ts';
import { createColumns } from '#spoor/query/columns/live-columns.ts';
import { bytesOf } from '#spoor/query/columns/table.ts';
const database = process.argv[2] ?? '';
const now = Date.now(); const DAY = 86400000;
if (process.argv[3] === 'load') {
  const db = openReading(database);
  const t = performance.now();
  const live = createColumns(db); const c = live.refresh();
  console.log('load', performance.now() - t, 'ms', { turns: c.turns.length, calls: c.calls.length, chats: c.chats.length, sessions: c.sessions.length });
  const bytes = [c.turns, c.calls, c.chats, c.loads, c.sessions].reduce((s, x) => s + bytesOf(x as never), 0);
  console.log('bytes', bytes, bytes / (c.calls.length + c.chats.length + c.turns.length), process.memoryUsage());
  const t2 = performance.now(); live.refresh(); console.log('refresh', performance.now() - t2);
  process.exit();
}
const service = createQueryService({ database });
const qs = {
  'tools all': { name: 'tools', query: {} }, 'tools 30d': { name: 'tools', query: { fromMillis: now - 30 * DAY } }, 'tools mcp': { name: 'tools', query: { by: 'mcp', fromMillis: now - 30 * DAY } },
  'tools filtered': { name: 'tools', query: { fromMillis: now - 90 * DAY, tool: ['Bash', 'shell', 'execute_bash'], skill: ['tdd'], agent: ['claude-code', 'kiro', 'codex'] } },
  'calls slowest': { name: 'calls', query: { which: 'slowest' } }, 'calls failed': { name: 'calls', query: { which: 'failed' } }, 'skills all': { name: 'skills', query: {} }, 'skills 7d': { name: 'skills', query: { fromMillis: now - 7 * DAY } },
  'models all': { name: 'models', query: {} }, 'models 30d': { name: 'models', query: { fromMillis: now - 30 * DAY } }, 'figures': { name: 'figures', query: {} }, 'figures 180d': { name: 'figures', query: { fromMillis: now - 180 * DAY } },
  'order cost': { name: 'order-sessions', query: { order: 'cost' } }, 'order last': { name: 'order-sessions', query: {} }, 'order tokens': { name: 'order-sessions', query: { order: 'tokens', limit: 200 } },
} as const;
const t0 = performance.now();
await service.ask({ name: 'order-sessions', query: {} });
console.log('first', Math.round(performance.now() - t0), 'ms');
for (const [label, q] of Object.entries(qs)) {
  const times: number[] = []; let size = 0;
  for (let i = 0; i < 20; i++) { const t = performance.now(); size = (await service.ask(q as never)).length; times.push(performance.now() - t); }
  times.sort((a, b) => a - b);
  console.log(label.padEnd(16), 'p50', times[10]?.toFixed(1), 'p95', times[18]?.toFixed(1), 'ms', size, 'bytes');
}
console.log(process.memoryUsage().rss / 1e6, 'MB rss');
await service.close();
