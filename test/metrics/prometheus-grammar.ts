/** Reads the two texts of Prometheus strictly: what a scrape would refuse, this refuses. */
import assert from 'node:assert/strict';

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Family {
  name: string;
  type: string;
  samples: Sample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
/** A line ends with a line feed alone: a carriage return may stand in a label. */
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/s;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)/;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = { histogram: ['_bucket', '_sum', '_count'], counter: ['', '_total'], gauge: [''] };

/** Throws an assertion on anything that is not of the format. */
export function parsePrometheusText(text: string, format: 'text' | 'openmetrics'): Family[] {
  assert.ok(text.endsWith('\n'));
  const lines = text.slice(0, -1).split('\n');
  if (format === 'openmetrics') assert.equal(lines.pop(), '# EOF');
  const families: Family[] = [];
  const helps = new Set<string>();
  for (const line of lines.filter((one) => one !== '')) {
    const [, keyword, name = '', rest = ''] = /^# (\S+) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') assert.ok(!helps.has(name) && helps.add(name), `one help for each: ${line}`);
    else if (keyword === 'TYPE') {
      assert.match(name, NAME);
      assert.ok(rest in SUFFIXES && !families.some((family) => family.name === name), line);
      assert.ok(format === 'text' || rest !== 'counter' || !name.endsWith('_total'), line);
      families.push({ name, type: rest, samples: [] });
    } else if (keyword === 'UNIT') assert.ok(format === 'openmetrics' && name.endsWith(`_${rest}`), line);
    else addSample(families.at(-1), line, format);
  }
  for (const family of families) checkFamily(family);
  return families;
}

function addSample(family: Family | undefined, line: string, format: string): void {
  const [, name = '', labelText = '', value = ''] = SAMPLE.exec(line) ?? assert.fail(`no sample: ${line}`);
  assert.ok(family, line);
  const suffix = name.slice(family.name.length);
  assert.ok(name.startsWith(family.name) && SUFFIXES[family.type]?.includes(suffix), `a sample of another family: ${line}`);
  if (family.type === 'counter') assert.ok(name.endsWith('_total') && (format === 'text' ? suffix === '' : suffix === '_total'), line);
  assert.ok(Number.isFinite(Number(value)), line);
  const sample = { name, labels: parseLabels(labelText, line), value: Number(value) };
  assert.ok(!family.samples.some((one) => one.name === name && JSON.stringify(one.labels) === JSON.stringify(sample.labels)), `told twice: ${line}`);
  family.samples.push(sample);
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== ''; ) {
    const [whole = '', name = '', value = ''] = LABEL.exec(rest) ?? assert.fail(`no label: ${line}`);
    assert.ok(!(name in labels), line);
    labels[name] = value.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
    rest = rest.slice(whole.length);
  }
  return labels;
}

/** Each histogram is whole: its buckets rise, the last one is its count. */
function checkFamily({ name, type, samples }: Family): void {
  if (type !== 'histogram') return;
  const keyOf = ({ labels: { le: _le, ...labels } }: Sample): string => JSON.stringify(labels);
  for (const count of samples.filter((sample) => sample.name === `${name}_count`)) {
    const own = samples.filter((sample) => keyOf(sample) === keyOf(count));
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => (labels.le === '+Inf' ? Infinity : Number(labels.le)));
    assert.deepEqual(bounds, [...bounds].sort((a, b) => a - b));
    assert.ok(buckets.every(({ value }, index) => value >= (buckets[index - 1]?.value ?? 0)));
    assert.deepEqual([bounds.at(-1), buckets.at(-1)?.value], [Infinity, count.value]);
    assert.ok(own.some((sample) => sample.name === `${name}_sum`));
  }
}
