/** What `spoor export --format html` would write of every session, with the settings of each destination. */
import { writeFileSync } from 'node:fs';
import { cutSession } from '#spoor/cli/share/cut-session.ts';
import { toShareJson } from '#spoor/cli/share/to-share-json.ts';
import { loadConfig } from '#spoor/config/config.ts';
import type { Attributes } from '#spoor/core/attributes.ts';
import type { TraceBatch } from '#spoor/otlp/trace.ts';
import type { TracedHome } from '../golden/traced-home.ts';

export interface SharedPages {
  setting: string;
  dialect: string;
  exporter: 'html';
  text: string;
  /** Each text as an attribute, those that name a tool under such a key. */
  batches: TraceBatch[];
}

/** `configs`: as a destination in config.yaml has them, by the name of the setting. */
export async function toSharedPages({ home, environment, store }: TracedHome, configs: Readonly<Record<string, object>>): Promise<SharedPages[]> {
  writeFileSync(home.configFile, JSON.stringify({ destinations: Object.fromEntries(Object.entries(configs).map(([name, config]) => [name, { exporter: 'memory', ...config }])) }));
  const { destinations } = loadConfig(home, environment).value;
  return Promise.all(destinations.filter(({ name }) => Object.hasOwn(configs, name)).map(async ({ name, sharing }) => {
    const pages: string[] = [];
    for (const session of store.listSessions({})) {
      const cut = cutSession(store, session, sharing);
      if (!cut) continue;
      pages.push(JSON.stringify(await toShareJson(cut, session, { sharing, nowMillis: Date.now() })));
      cut.close();
    }
    return { setting: name, dialect: 'gen-ai', exporter: 'html' as const, text: pages.join('\n'), batches: pages.map((page) => toBatch(JSON.parse(page))) };
  }));
}

const NAME_KEYS = /^(?:name|toolName|mcpServer|mcpTool|skillName|skill|skills)$/;
/** What models, agents and folders are called is no name of a tool; a row of the page says by it where an answer came from. */
const OTHER_KEYS = /^(?:id|kind|outcome|agent|state|spanId|parentSpanId|traceId|sessionId|model|models|provider|version|reason)$/;

function toBatch(page: unknown): TraceBatch {
  const attributes: Record<string, Attributes[string]> = {};
  const walk = (value: unknown, key: string): void => {
    if (OTHER_KEYS.test(key)) return;
    if (typeof value === 'string') attributes[`${Object.keys(attributes).length}${NAME_KEYS.test(key) ? '.tool.name' : ''}`] = value;
    else if (Array.isArray(value)) for (const one of value) walk(one, key);
    else if (value !== null && typeof value === 'object') for (const [name, one] of Object.entries(value)) walk(one, name);
  };
  walk(page, '');
  const span = { traceId: '', spanId: '', name: '', kind: 1, startUnixNano: 0n, endUnixNano: 0n, attributes, events: [], links: [], status: { code: 0 } };
  return { resourceSpans: [{ resource: {}, scope: { name: '', version: '' }, spans: [span] }] } as unknown as TraceBatch;
}
