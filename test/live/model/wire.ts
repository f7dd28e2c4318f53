/** The words between the model server and the protocols it speaks. Types only. */
import type { ServerResponse } from 'node:http';

/** What a model gives for one request. */
export interface Answer {
  /** Counts the requests of a server from 1: every id and every number of the answer is made from it. */
  ordinal: number;
  id: string;
  thinking?: string;
  text?: string;
  calls: AnsweredCall[];
  tokens: Tokens;
}

export interface AnsweredCall {
  id: string;
  /** As the agent names its tools to the model. */
  name: string;
  /** Where a protocol groups tools (OpenAI Responses). */
  namespace?: string;
  input: Record<string, unknown>;
}

/** Of one request, in the words of `gen_ai.usage.*`: `input` holds both cache figures, `output` holds `reasoning`. Absent: the protocol does not tell it. */
export interface Tokens {
  input: number;
  output: number;
  cacheRead?: number;
  cacheWrite?: number;
  reasoning?: number;
}

/** A request in no protocol's words. */
export interface ModelRequest {
  model: string;
  isStream: boolean;
  /** The names of the tools that the model may call, with the protocol's own definition. */
  tools: ToolOffer[];
  /** The conversation so far, in order. */
  items: ConversationItem[];
}

export interface ToolOffer {
  name: string;
  namespace?: string;
  definition: unknown;
}

export type ConversationItem = { kind: 'user'; text: string } | { kind: 'call'; id: string } | { kind: 'result'; text: string };

/** One protocol. */
export interface Wire {
  isRequest(path: string): boolean;
  parse(body: unknown, path: string): ModelRequest;
  /** Which figures the protocol tells. */
  toTokens(ordinal: number): Tokens;
  /** Ids of answers are free, or have a form. */
  toAnswerId(ordinal: number): string;
  /** Writes the whole answer. */
  write(response: ServerResponse, answer: Answer, request: ModelRequest): Promise<void>;
}
