/** The colours of the canvas: the shell's CSS variables, read once per theme; a page without them gets a look of its own. */

export interface Palette {
  bg: string;
  panel: string;
  line: string;
  text: string;
  muted: string;
  accent: string;
  ok: string;
  model: string;
  error: string;
  deny: string;
  wait: string;
  gate: string;
  idle: string;
}

const LIGHT: Palette = {
  bg: '#f6f7f9', panel: '#ffffff', line: '#dfe3e8', text: '#171a1f', muted: '#59616e', accent: '#1d5fd6', ok: '#7b8594', model: '#3b7ae0', error: '#d4382f',
  deny: '#8250df', wait: '#d69000', gate: '#0f8f88', idle: '#c9d0d9',
};

/** The variables as they are at an element now. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const entries = Object.entries(LIGHT).map(([name, otherwise]) => [name, style.getPropertyValue(`--${name}`).trim() || otherwise]);
  return Object.fromEntries(entries) as unknown as Palette;
}

/** Calls back whenever the theme may have changed; gives the way to stop. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'style'] });
  const media = matchMedia('(prefers-color-scheme: dark)');
  media.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    media.removeEventListener('change', changed);
  };
}
