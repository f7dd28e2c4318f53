/** The page of a shared session and its data → one file that asks nothing of any network. Pure. */
import { createHash } from 'node:crypto';
import type { ShareJson } from '../../query/api/share.ts';
import { escapeHtml, toPlainPage, toSharedTitle } from './to-plain-page.ts';

/** The build of the page, as text. */
export interface SharePage {
  script: string;
  style: string;
  /** What the licences of the packages in the script and the style ask to be passed on. */
  notices: string;
}

/** A whole document. Its policy lets only the script and the style run that stand in it. */
export function toHtml({ script, style, notices }: SharePage, json: ShareJson): string {
  const [code, css] = [toInlineScript(script), toInlineStyle(style)];
  const policy = `default-src 'none'; script-src ${toSource(code)}; style-src ${toSource(css)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="spoor ${json.version}">
<title>${escapeHtml(toSharedTitle(json))} · spoor</title>
<style>${css}</style>
</head>
<body>
<noscript>
${toPlainPage(json)}
</noscript>
<div id="root"></div>
<script id="licenses" type="text/plain">${toInlineText(notices)}</script>
<script id="session" type="application/json">${toInlineJson(json)}</script>
<script type="module">${code}</script>
</body>
</html>
`;
}

/** JSON that no parser of HTML or of JavaScript takes for anything else. */
function toInlineJson(value: unknown): string {
  return JSON.stringify(value, (_name, one: unknown) => (typeof one === 'bigint' ? String(one) : one)).replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What would end the element, or hide its end, can only stand in texts and patterns of a script, where `\x3c` means the same. */
function toInlineScript(script: string): string {
  return normalise(script).replace(/<(?=\/script|script|!--)/gi, '\\x3c');
}

/** Text that is no script: nothing in it ends the element. */
function toInlineText(text: string): string {
  return normalise(text).replace(/<(?=\/script|script|!--)/gi, '< ');
}

function toInlineStyle(style: string): string {
  return normalise(style).replace(/<(?=\/style)/gi, '\\3c ');
}

/** As a parser of HTML reads it, so that the hash is of the same text: https://html.spec.whatwg.org/multipage/parsing.html#preprocessing-the-input-stream */
function normalise(text: string): string {
  return text.replace(/\r\n?/g, '\n').replaceAll('\0', '');
}

function toSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
