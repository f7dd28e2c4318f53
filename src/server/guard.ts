/** Who may ask. A page of the web can have a browser send requests to loopback: its own name in Host or Origin, or what the browser says of it, gives it away. */
import type { IncomingHttpHeaders } from 'node:http';

/** The names under which a person's own machine is asked. */
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** What a browser says of a request that a page of this server made, or a person: https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header */
const OWN_SITES = new Set(['same-origin', 'none']);

type Asked = Pick<IncomingHttpHeaders, 'host' | 'origin' | 'sec-fetch-site' | 'sec-fetch-mode' | 'sec-fetch-dest'>;

/** Whether the Host header, and the Origin where there is one, name this very server, and no other site's page has a browser ask. Port 80 is left out of both. */
export function isOwnRequest({ host, origin, ...fetched }: Asked, port: number): boolean {
  const hosts = LOOPBACK_NAMES.flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]);
  if (host === undefined || !hosts.includes(host.toLowerCase())) return false;
  if (origin !== undefined && !hosts.some((own) => origin.toLowerCase() === `http://${own}`)) return false;
  const site = fetched['sec-fetch-site'];
  return site === undefined || OWN_SITES.has(String(site)) || isFollowedLink(fetched);
}

/** A link to the dashboard on somebody's page opens it in a tab of its own, where that page sees nothing of it. */
function isFollowedLink(fetched: Asked): boolean {
  return fetched['sec-fetch-mode'] === 'navigate' && fetched['sec-fetch-dest'] === 'document';
}
