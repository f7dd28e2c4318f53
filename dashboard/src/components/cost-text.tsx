/** What something cost, units apart, with where the figure comes from and what has no price. */
import type { ReactNode } from 'react';
import type { CostFigures } from '../../../src/query/api/figures.ts';
import { ABSENT, formatCount, formatCredits, formatTokens, formatUsd, plural } from '../models/format.ts';
import { toReasonWords } from '../models/unpriced.ts';
import { classNames } from './class-names.ts';

/** Dollars first; under a subscription what they would have been, marked; then credits and premium requests. */
export function toCostParts(cost: CostFigures): { text: string; title: string }[] {
  const parts: { text: string; title: string }[] = [];
  const source = cost.provenance?.length ? ` Source: ${cost.provenance.join(', ')}.` : '';
  if (cost.usd !== undefined) parts.push({ text: formatUsd(cost.usd), title: `US dollars charged by tokens.${source}` });
  if (cost.equivalentUsd !== undefined) parts.push({ text: `≈ ${formatUsd(cost.equivalentUsd)}`, title: `Not charged: what these tokens would cost at the API's prices.${source}` });
  if (cost.credits !== undefined) parts.push({ text: `${formatCredits(cost.credits)} cr`, title: `Credits.${source}` });
  if (cost.premiumRequests !== undefined) parts.push({ text: `${formatCount(cost.premiumRequests)} PR`, title: `Premium requests.${source}` });
  return parts;
}

/** What has no price, in a sentence; undefined: all has one. */
export function toUnpricedText(cost: CostFigures): string | undefined {
  if (!cost.unpriced?.length) return undefined;
  return cost.unpriced.map(({ model, chats, tokens, reason }) => `${model ?? 'a model'}: ${plural(chats, 'request')}${tokens === undefined ? '' : `, ${formatTokens(tokens)} tokens`} without a price (${toReasonWords(reason)})`).join('; ');
}

export function CostText({ cost, short = false }: { cost: CostFigures; short?: boolean }): ReactNode {
  const parts = toCostParts(cost);
  const unpriced = toUnpricedText(cost);
  const shown = short ? parts.slice(0, 1) : parts;
  return (
    <span className={classNames('inline-flex items-baseline whitespace-nowrap', short ? 'gap-x-1' : 'flex-wrap gap-x-2 in-[td]:justify-end')}>
      {shown.map(({ text, title }) => (
        <span key={text} title={title}>
          {text}
        </span>
      ))}
      {unpriced !== undefined && (
        <span className="text-error-text" title={unpriced}>
          {parts.length === 0 ? 'unpriced' : short ? <ShortUnpriced /> : '+ unpriced'}
        </span>
      )}
      {parts.length === 0 && unpriced === undefined && ABSENT}
    </span>
  );
}

/** Where there is room for one figure. */
function ShortUnpriced(): ReactNode {
  return (
    <>
      <span aria-hidden>+ ?</span>
      <span className="sr-only">+ unpriced</span>
    </>
  );
}
