/** What stands in a shared file for who has no JavaScript: what the session was, what it came to, and its turns. Pure. */
import type { ShareJson } from '../../query/api/share.ts';
import type { TurnRow } from '../../query/api/session.ts';
import { toMillisCell, toMoneyCell, toTokensCell } from '../figures/figure-cells.ts';
import { toCountText } from '../terminal/number-text.ts';

/** More would be a page that nobody reads. */
const MOST_TURNS = 200;

/** Elements of a body. All that is not ours is escaped. */
export function toPlainPage({ session: answer, exportedMillis, content, version }: ShareJson): string {
  const { session, turns } = answer;
  const left = turns.length - MOST_TURNS;
  const figures = [
    toCountText(turns.length, 'turn'), toCountText(session.toolCalls, 'call'), session.errors > 0 && toCountText(session.errors, 'error'), session.denied > 0 && `${session.denied} denied`,
    toTokens(session.tokens), toMoneyCell(session.cost),
  ];
  const origin = [session.agent, session.agentVersion, session.models.join(', '), session.project, session.branch];
  return [
    '<main class="share mx-auto flex flex-col gap-3 p-3">',
    `<h1 class="text-lg font-semibold">${escapeHtml(toSharedTitle({ session: answer }))}</h1>`,
    `<p class="text-muted">${escapeHtml(origin.filter(Boolean).join(' · '))}</p>`,
    `<p>Began ${toMoment(session.startMillis)} · ${escapeHtml(figures.filter(Boolean).join(' · '))}</p>`,
    '<p>The waterfall of this session is drawn with JavaScript, which is switched off here. Its turns:</p>',
    `<ol class="flex flex-col gap-3">${turns.slice(0, MOST_TURNS).map(toItem).join('')}</ol>`,
    left > 0 ? `<p>and ${left} more.</p>` : '',
    `<p class="text-xs text-muted">Exported ${toMoment(exportedMillis)} by spoor ${escapeHtml(version)} · texts: ${escapeHtml(content)}</p>`,
    '</main>',
  ].filter(Boolean).join('\n');
}

/** The first line of its title, else a piece of its id. */
export function toSharedTitle({ session: { session } }: { session: Pick<ShareJson['session'], 'session'> }): string {
  return session.title?.trim().split('\n', 1)[0] || `Session ${session.sessionId.slice(0, 8)}`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function toItem({ index, prompt, startMillis, endMillis, activeMillis, outcome, toolCalls, errors, denied, tokens, cost }: TurnRow): string {
  const took = activeMillis !== undefined ? toMillisCell(activeMillis) : endMillis === undefined || outcome === 'unknown' ? 'end not told' : 'times estimated';
  const figures = [toMoment(startMillis), took, outcome === 'unknown' ? '' : outcome, toCountText(toolCalls, 'call'), errors > 0 && toCountText(errors, 'error'), denied > 0 && `${denied} denied`, toTokens(tokens), toMoneyCell(cost)];
  return `<li>${index + 1}. ${escapeHtml(prompt?.trim().slice(0, 400) ?? 'Prompt not told')}<br><small class="text-muted">${escapeHtml(figures.filter(Boolean).join(' · '))}</small></li>`;
}

function toTokens({ input, output }: TurnRow['tokens']): string {
  return [input === undefined ? '' : `${toTokensCell(input) || '0'} tokens in`, output === undefined ? '' : `${toTokensCell(output) || '0'} out`].filter(Boolean).join(', ');
}

/** The same for every reader: `2026-11-21 14:03:07 UTC`. */
function toMoment(atMillis: number): string {
  return `${new Date(atMillis).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
