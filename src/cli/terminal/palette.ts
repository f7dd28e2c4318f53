/** Colours by meaning. Renderers name tones; only this file knows escape codes. */
import { styleText } from 'node:util';

/**
 * model: a request to a model · ok/error/denied/waiting: outcomes · agent: who did it · strong/dim: weight. Sixteen-colour
 * codes only, so that the user's own theme decides how they look.
 */
export type Tone = 'plain' | 'dim' | 'strong' | 'model' | 'ok' | 'error' | 'denied' | 'waiting' | 'agent' | 'estimated';

/** A piece of a line in one tone. */
export interface Piece {
  text: string;
  tone: Tone;
}

export type Palette = (text: string, tone: Tone) => string;

type Style = Parameters<typeof styleText>[0];
const STYLES: Readonly<Record<Tone, Style | undefined>> = {
  plain: undefined,
  dim: 'dim',
  strong: 'bold',
  model: 'blueBright',
  ok: 'green',
  error: 'red',
  denied: 'magenta',
  waiting: 'yellow',
  agent: 'cyan',
  estimated: ['dim', 'blueBright'],
};

/** With colour or, where the terminal or the user wants none, without. */
export function createPalette(color: boolean): Palette {
  return (text, tone) => {
    const style = STYLES[tone];
    return color && style && text.trim() ? styleText(style, text, { validateStream: false }) : text;
  };
}

/** One line of text; trailing spaces go. */
export function toLine(pieces: readonly Piece[], palette: Palette): string {
  const kept = pieces.filter((piece) => piece.text !== '');
  let last = kept.length - 1;
  while (last >= 0 && kept[last]?.text.trim() === '') last--;
  return kept
    .slice(0, last + 1)
    .map((piece, index) => palette(index === last ? piece.text.trimEnd() : piece.text, piece.tone))
    .join('');
}

/**
 * NO_COLOR (any value but the empty one) wins, then FORCE_COLOR (0 or false: none; else colour), then whether it is a terminal
 * that can. https://no-color.org, https://force-color.org
 */
export function isColorWanted(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}
