/** The turns that `crash-writer.ts` writes: a pure function of their number, so that anyone can say what must be there. */
import type { Span } from '#spoor/core/span.ts';
import type { StoredTurn } from '#spoor/store/store.ts';
import { buildSpan, buildTurn, idOf } from './builders.ts';

const SPANS = 6;

/** `open`: as it is stored first, one tool still running and one span that later melts into another. `closed`: in the end. */
export function crashTurn(index: number): { turn: StoredTurn; open: Span[]; closed: Span[] } {
  const first = index * 10 + 1;
  const closed = Array.from({ length: SPANS }, (_, place) =>
    buildSpan(first + place, {
      turnIndex: index,
      kind: place === 0 ? 'agent' : 'tool',
      ...(place === 0 ? {} : { parentSpanId: idOf(first) }),
      content: { toolResult: `result ${place} of turn ${index} `.repeat(40) },
    }),
  );
  const open = closed.slice(0, 4).map((span, place) => (place % 2 === 0 ? { ...span, final: false, endUnixNano: undefined } : span));
  open.push(buildSpan(first + 8, { turnIndex: index, final: false, keys: [`melts-${index}`] }));
  return { turn: buildTurn(first, { turnIndex: index }), open, closed };
}
