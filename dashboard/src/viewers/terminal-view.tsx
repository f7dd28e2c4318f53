/** What a shell printed, in its colours. Its text stays text: nothing of it becomes markup. */
import Anser, { type AnserJsonEntry } from 'anser';
import { useMemo, type CSSProperties, type ReactNode } from 'react';
import { LongText } from './long-text.tsx';

export function TerminalView({ text }: { text: string }): ReactNode {
  const lines = useMemo(() => toLines(text), [text]);
  return (
    <LongText
      items={lines} className="vw-terminal"
      render={(pieces, number) => (
        <div key={number} className="vw-terminal-line">
          {pieces.length === 0 ? ' ' : pieces.map((piece, at) => <span key={at} className={classOf(piece)} style={styleOf(piece)}>{piece.content}</span>)}
        </div>
      )}
    />
  );
}

/** Colours go on over the ends of lines. */
function toLines(text: string): AnserJsonEntry[][] {
  const lines: AnserJsonEntry[][] = [[]];
  for (const entry of Anser.ansiToJson(text, { json: true, use_classes: true, remove_empty: true })) {
    entry.content.split('\n').forEach((content, at) => {
      if (at > 0) lines.push([]);
      if (content !== '') lines.at(-1)?.push({ ...entry, content });
    });
  }
  if (lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

function classOf({ fg, bg, decorations }: AnserJsonEntry): string | undefined {
  const names = [isNamed(fg) ? fg : '', isNamed(bg) ? `${bg}-bg` : '', ...decorations.map((decoration) => `ansi-${decoration}`)].filter((name) => name !== '');
  return names.length === 0 ? undefined : names.join(' ');
}

function isNamed(color: string | null): color is string {
  return color !== null && /^ansi-(?:bright-)?(?:black|red|green|yellow|blue|magenta|cyan|white)$/.test(color);
}

function styleOf({ fg, bg, fg_truecolor, bg_truecolor }: AnserJsonEntry): CSSProperties | undefined {
  const [color, backgroundColor] = [toColor(fg, fg_truecolor), toColor(bg, bg_truecolor)];
  return color === undefined && backgroundColor === undefined ? undefined : { color, backgroundColor };
}

/** One of 256, or any: `12, 34, 56`. */
function toColor(name: string | null, exact: string | null): string | undefined {
  if (name === 'ansi-truecolor' && /^\d+, ?\d+, ?\d+$/.test(exact ?? '')) return `rgb(${exact})`;
  const index = /^ansi-palette-(\d+)$/.exec(name ?? '')?.[1];
  return index === undefined ? undefined : toPaletteColor(Number(index));
}

/** xterm's 256: a cube of 6 × 6 × 6 from 16, greys from 232. */
function toPaletteColor(index: number): string | undefined {
  if (index >= 232 && index < 256) return `rgb(${[0, 0, 0].map(() => 8 + (index - 232) * 10).join(', ')})`;
  if (index < 16 || index > 255) return undefined;
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return `rgb(${level(Math.floor(cube / 36))}, ${level(Math.floor(cube / 6) % 6)}, ${level(cube % 6)})`;
}
