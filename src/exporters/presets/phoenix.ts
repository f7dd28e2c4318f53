/**
 * Arize Phoenix: https://arize.com/docs/phoenix. It takes protobuf only, on the port of its web page; the project stands on the resource
 * (`openinference.project.name`), where every destination of ours has it.
 */
import type { Preset } from './preset.ts';

export const phoenix: Preset = { id: 'phoenix', title: 'Phoenix', url: 'http://localhost:6006', keyVariable: 'PHOENIX_API_KEY', metrics: false };
