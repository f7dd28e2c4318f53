/** The list of presets: one line each. Where two listen at one address, the first is the one that is offered. */
import { jaeger } from './jaeger.ts';
import { otlp } from './otlp.ts';
import { phoenix } from './phoenix.ts';
import type { Preset } from './preset.ts';

export const presets: readonly Preset[] = [phoenix, otlp, jaeger];

/** The preset of this name, or undefined. */
export function findPreset(id: string): Preset | undefined {
  return presets.find((preset) => preset.id === id);
}
