/** Turns as agents make them, for the store's bench: 20 spans of about 1 kB each, contents that repeat as they do in life. */
import { hashOf, toSpanId, toTraceId } from '#spoor/core/ids.ts';
import type { Span } from '#spoor/core/span.ts';
import type { StoredTurn } from '#spoor/store/store.ts';

const SPANS_PER_TURN = 20;
const TURNS_PER_SESSION = 10;
const START = 1_767_225_600_000_000_000n;

export interface BenchTurn {
  turn: StoredTurn;
  spans: Span[];
}

/** Turn number `index` of a long life: one root, nine chats, ten tools. */
export function buildBenchTurn(index: number): BenchTurn {
  const sessionId = `session-${hashOf(String(Math.floor(index / TURNS_PER_SESSION))).slice(0, 32)}`;
  const startUnixNano = START + BigInt(index) * 60_000_000_000n;
  const rootSpanId = toSpanId(`${index}:0`);
  const spans = Array.from({ length: SPANS_PER_TURN }, (_, place) => buildSpan({ index, place, sessionId, startUnixNano, rootSpanId }));
  const turn: StoredTurn = {
    agent: 'kiro',
    sessionId,
    turnIndex: index % TURNS_PER_SESSION,
    rootSpanId,
    digest: hashOf(String(index)),
    live: true,
    hasHistory: true,
    closed: true,
    settled: true,
    startUnixNano,
    endUnixNano: startUnixNano + 50_000_000_000n,
  };
  return { turn, spans };
}

interface Place {
  index: number;
  place: number;
  sessionId: string;
  startUnixNano: bigint;
  rootSpanId: string;
}

function buildSpan({ index, place, sessionId, startUnixNano, rootSpanId }: Place): Span {
  const key = `${index}:${place}`;
  const start = startUnixNano + BigInt(place) * 2_000_000_000n;
  const kind = place === 0 ? 'agent' : place % 2 === 0 ? 'tool' : 'chat';
  return {
    spanId: toSpanId(key),
    traceId: toTraceId(String(index)),
    parentSpanId: place === 0 ? undefined : rootSpanId,
    kind,
    agent: 'kiro',
    sessionId,
    turnIndex: index % TURNS_PER_SESSION,
    startUnixNano: start,
    endUnixNano: start + 1_900_000_000n,
    outcome: 'ok',
    values: kind === 'tool' ? toolValues(key) : { requestModel: 'auto', responseModel: 'model-large', responseId: hashOf(key).slice(0, 36), credits: 0.0421 },
    content: kind === 'tool' ? toolContent(place) : { [kind === 'chat' ? 'answer' : 'prompt']: textOf(key, 300) },
    events: [],
    links: [],
    provenance: { times: 'hook', credits: 'transcript' },
    extra: { 'kiro.purpose': 'reading' },
    keys: [`hook:${hashOf(key).slice(0, 24)}`, `tooluse_${hashOf(key).slice(24, 46)}`],
    final: true,
  };
}

function toolValues(key: string): Span['values'] {
  return {
    toolName: 'fs_read',
    toolCallId: `tooluse_${hashOf(key).slice(24, 46)}`,
    toolPurpose: 'Look at the file that the error names',
    files: [{ path: `/home/user/project/src/${hashOf(key).slice(0, 8)}.ts`, operation: 'read' }],
    exitCode: 0,
    ownDurationNano: 12_345_678n,
  };
}

/** The same few files are read again and again: every fourth result is one that was there before. */
function toolContent(place: number): Span['content'] {
  const key = place % 4 === 0 ? `file-${place}` : String((calls += 1));
  return { toolArguments: JSON.stringify({ path: `/home/user/project/${key}.ts`, range: [1, 200] }), toolResult: textOf(key, 700) };
}
let calls = 0;

function textOf(key: string, length: number): string {
  let text = '';
  for (let part = 0; text.length < length; part += 1) text += `${hashOf(key, String(part)).slice(0, 12)} is what the file says here, `;
  return text.slice(0, length);
}
