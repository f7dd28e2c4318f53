/**
 * Scrubbing of facts whose long texts are not going to be stored yet. Left out are only those that nothing is known or compared by; what
 * stands for them comes into their span, and `packTurn` drops it from an outline.
 */
import type { Fact } from '../../core/fact.ts';
import { SHORT_TEXT_LENGTH } from '../../core/span.ts';

export interface OutlineScrubbing {
  scrub(fact: Fact): Fact;
  /** Calls are known by their ids alone (see `AgentTraits.hooksKnowCallId`), so that nothing is compared by what they were given. */
  areCallsNamed: boolean;
}

/** A fact → the same without secrets, and without long answers, thoughts, results and arguments. */
export function scrubOutline(fact: Fact, { scrub, areCallsNamed }: OutlineScrubbing): Fact {
  switch (fact.type) {
    case 'tool.called': {
      const { tool } = fact;
      return areCallsNamed && tool.callId && hasLong(tool.input) ? scrub({ ...fact, tool: { ...tool, input: LATER } }) : scrub(fact);
    }
    case 'model.answered': {
      const { text, reasoning } = fact;
      return isLong(text) || isLong(reasoning) ? withLater(scrub({ ...fact, text: toShort(text), reasoning: toShort(reasoning) }), { text, reasoning }) : scrub(fact);
    }
    case 'turn.ended': {
      const { answer } = fact;
      return isLong(answer) ? withLater(scrub({ ...fact, answer: undefined }), { answer }) : scrub(fact);
    }
    case 'tool.ended': {
      const { result } = fact;
      if (!isLong(result.output)) return scrub(fact);
      const scrubbed = scrub({ ...fact, result: { ...result, output: undefined } });
      return scrubbed.type === 'tool.ended' ? { ...scrubbed, result: { ...scrubbed.result, output: LATER } } : scrubbed;
    }
    default:
      return scrub(fact);
  }
}

function isLong(text: string | undefined): boolean {
  return text !== undefined && text.length > SHORT_TEXT_LENGTH;
}

/** Whether the JSON of a call's arguments is certainly long. */
function hasLong(input: unknown): boolean {
  return typeof input === 'object' && input !== null && Object.values(input).some((value) => typeof value === 'string' && isLong(value));
}

function toShort(text: string | undefined): string | undefined {
  return isLong(text) ? undefined : text;
}

/** With what stands for those that are long. */
function withLater(fact: Fact, texts: Readonly<Record<string, string | undefined>>): Fact {
  return { ...fact, ...Object.fromEntries(Object.entries(texts).flatMap(([name, text]) => (isLong(text) ? [[name, LATER]] : []))) };
}

/** Stands for a long text: as long as one. */
const LATER = '…'.repeat(SHORT_TEXT_LENGTH + 1);
