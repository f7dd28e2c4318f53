import type { Destination } from '../../exporters/exporter.ts';

/** A destination as configured. Header values are texts, `env:NAME` or `file:/path`, also as `Bearer env:NAME`; see `resolve-destination.ts`. */
export interface DestinationSetting extends Destination {
  /** The backend that it names. */
  preset?: string;
  /** Headers of its preset, with `{apiKey}` where something goes that is needed. */
  templates?: Readonly<Record<string, string>>;
  /** What goes there: where it is (`env:NAME`, `file:/path`), or the text itself. */
  needs?: Readonly<Record<string, string>>;
}
