/** A canvas whose pixels are the screen's. */

export interface SharpCanvas {
  context: CanvasRenderingContext2D;
  /** CSS pixels. */
  width: number;
  height: number;
}

/**
 * Clears the canvas and gives its context in CSS pixels; undefined where it has no size, or the browser no canvas. `height`: where who draws
 * has just set the height around it, which `clientHeight` may tell a frame late.
 */
export function clearSharp(canvas: HTMLCanvasElement, height = canvas.clientHeight): SharpCanvas | undefined {
  const width = canvas.clientWidth;
  const context = canvas.getContext('2d');
  if (!context || width === 0 || height === 0) return undefined;
  const ratio = globalThis.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** Slanted lines: waiting is seen without its colour too. */
export function createHatch(context: CanvasRenderingContext2D, color: string): CanvasPattern | string {
  const ratio = globalThis.devicePixelRatio || 1;
  const size = Math.round(6 * ratio);
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext('2d');
  if (!pen) return color;
  pen.globalAlpha = 0.28;
  pen.fillStyle = color;
  pen.fillRect(0, 0, size, size);
  pen.globalAlpha = 1;
  pen.strokeStyle = color;
  pen.lineWidth = 2 * ratio;
  pen.beginPath();
  for (const offset of [-size, 0, size]) {
    pen.moveTo(offset, size);
    pen.lineTo(offset + size, 0);
  }
  pen.stroke();
  const pattern = context.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern ?? color;
}
