/** Backends of others that take the same batches. They are not installed here: where they are, they are measured. */
import { mkdirSync } from 'node:fs';
import { cacheFolder, isInstalled } from '../../scripts/backends/installing.ts';
import { findJaegerFault, startJaeger } from '../../scripts/backends/jaeger.ts';
import { startPhoenix } from '../../scripts/backends/phoenix.ts';
import { SPANS_A_TRACE } from './batches.ts';

export interface OtherServer {
  tracesUrl: string;
  /** → whether all spans can be read that were sent since the last such check was made: so many, and these traces the last. */
  toReadCheck(spans: number, lastTraceIds: readonly string[]): () => Promise<boolean>;
  stop(): Promise<void>;
}

export interface Other {
  /** Of its folder. */
  name: string;
  title: string;
  /** Of each sender: more would take too long. */
  mostBatches: number;
  /** How long it may take until all is readable, once the last was taken. */
  deadlineMillis: number;
  /** A sentence: why it cannot be started. */
  start: string | ((folder: string) => Promise<OtherServer>);
}

export function findOthers(): Other[] {
  return [
    { name: 'jaeger', title: 'Jaeger 1.76 with badger', mostBatches: Infinity, deadlineMillis: 60_000, start: findJaegerFault() ?? openJaeger },
    {
      name: 'phoenix', title: 'Phoenix 20.26', mostBatches: 4, deadlineMillis: 300_000,
      start: isInstalled(cacheFolder('phoenix-20.26.1')) ? openPhoenix : 'it is not installed: node scripts/backends/phoenix.ts',
    },
  ];
}

/** It answers when its storage has them in its queue; the last trace of each sender is written last. */
async function openJaeger(folder: string): Promise<OtherServer> {
  const { url, queryUrl, stop } = await startJaeger(folder, 'badger');
  const isReadable = async (traceId: string): Promise<boolean> => {
    const response = await fetch(`${queryUrl}/api/v3/traces/${traceId}`, { headers: { connection: 'close' } });
    return (await response.text()).split('"spanId"').length > SPANS_A_TRACE;
  };
  return {
    tracesUrl: `${url}/v1/traces`,
    toReadCheck(_spans, lastTraceIds) {
      const left = [...lastTraceIds];
      return async () => {
        while (left[0] !== undefined && (await isReadable(left[0]))) left.shift();
        return left.length === 0;
      };
    },
    stop,
  };
}

/** It answers when it has them in memory, and writes them one by one. */
async function openPhoenix(folder: string): Promise<OtherServer> {
  mkdirSync(folder, { recursive: true });
  const { url, stop } = await startPhoenix(folder);
  const count = async (): Promise<number> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST', headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ query: '{ projects { edges { node { recordCount } } } }' }),
    });
    const { data } = (await response.json()) as { data: { projects: { edges: { node: { recordCount: number } }[] } } };
    return data.projects.edges.reduce((sum, { node }) => sum + node.recordCount, 0);
  };
  let expected = 0;
  return {
    tracesUrl: `${url}/v1/traces`,
    toReadCheck(spans) {
      expected += spans;
      return async () => (await count()) >= expected;
    },
    stop,
  };
}
