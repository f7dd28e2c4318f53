/**
 * Scrubbing of facts whose long texts are not going to be stored yet. Left out are only those that nothing is known or compared by; what
 * stands for them comes into their span, and `packTurn` drops it from an outline.
 */
import type { Fact } from '../../core/fact.ts';
import { SHORT_TEXT_LENGTH } from '../../core/span.ts';

/** A fact → the same without secrets, and without long answers, thoughts and results. */
export function scrubOutline(fact: Fact, scrub: (fact: Fact) => Fact): Fact {
  switch (fact.type) {
    case 'model.answered': {
      const { text, reasoning, ...rest } = fact;
      return withLong(scrub({ ...rest, ...shortOf({ text, reasoning }) }), longOf({ text, reasoning }));
    }
    case 'turn.ended': {
      const { answer, ...rest } = fact;
      return withLong(scrub({ ...rest, ...shortOf({ answer }) }), longOf({ answer }));
    }
    case 'tool.ended': {
      const { output, ...result } = fact.result;
      const scrubbed = scrub({ ...fact, result: { ...result, ...shortOf({ output }) } });
      return scrubbed.type === 'tool.ended' ? { ...scrubbed, result: { ...scrubbed.result, ...longOf({ output }) } } : scrubbed;
    }
    default:
      return scrub(fact);
  }
}

type Texts = Readonly<Record<string, string | undefined>>;

function withLong(fact: Fact, long: Texts): Fact {
  return { ...fact, ...long };
}

function shortOf(texts: Texts): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined && text.length <= SHORT_TEXT_LENGTH));
}

function longOf(texts: Texts): Texts {
  return Object.fromEntries(Object.entries(texts).flatMap(([name, text]) => (text !== undefined && text.length > SHORT_TEXT_LENGTH ? [[name, LATER]] : [])));
}

/** Stands for a long text: as long as one. */
const LATER = '…'.repeat(SHORT_TEXT_LENGTH + 1);
