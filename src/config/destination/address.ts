/** Addresses of backends: what a URL leads to, and whether that is this machine. Pure. */

/** Of an OTLP/HTTP receiver: https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
export const TRACES_PATH = '/v1/traces';

/** Where metrics go beside it. */
const METRICS_PATH = '/v1/metrics';

/** The full URL of a traces endpoint → that of the metrics endpoint beside it; undefined where its path does not tell. */
export function toMetricsUrl(tracesUrl: string): string | undefined {
  const url = URL.parse(tracesUrl);
  if (!url?.pathname.endsWith(TRACES_PATH)) return undefined;
  url.pathname = `${url.pathname.slice(0, -TRACES_PATH.length)}${METRICS_PATH}`;
  return url.href;
}

/** The address of a backend → the full URL of its traces endpoint, or the reason why it is none. Without a path: `emptyPath`. */
export function toTracesUrl(text: string, emptyPath = TRACES_PATH): string | { reason: string } {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return { reason: '"url" must begin with http:// or https://' };
  if (url.username || url.password) return { reason: 'a "url" holds no user and password; put them into "headers" (authorization: env:NAME)' };
  if (url.pathname === '/') url.pathname = emptyPath;
  url.hash = '';
  return url.href;
}

/** Below a base address the path of OTLP's traces, unless it ends with that. What is no address stays as it is. */
export function withTracesPath(text: string): string {
  const url = URL.parse(text);
  if (!url) return text;
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(TRACES_PATH) ? path : `${path}${TRACES_PATH}`;
  return url.href;
}

/** Whether what is sent there stays on this machine. */
export function isLoopback(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? '';
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Names of this machine that one receiver usually answers to: RFC 6761, section 6.3; what `localhost` is looked up as. */
const OWN_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Who connects to these reaches this machine. */
const ANY_HOST: readonly string[] = ['0.0.0.0', '[::]'];

/** Whether two URLs lead to one receiver, as far as they tell. */
export function isSameAddress(a: string, b: string): boolean {
  return a === b || toUsualHost(a) === toUsualHost(b);
}

function toUsualHost(text: string): string {
  const url = URL.parse(text);
  if (!url) return text;
  if (OWN_HOSTS.includes(url.hostname)) url.hostname = 'localhost';
  return url.href;
}

/** Whether it may lead to who listens on the loopback interface. */
export function leadsToLoopback(url: string): boolean {
  return isLoopback(url) || ANY_HOST.includes(URL.parse(url)?.hostname ?? '');
}

/** Whether who listens at this port of the loopback interface gets what is sent to the URL. */
export function leadsToPort(text: string, port: number): boolean {
  const url = URL.parse(text);
  if (!url) return false;
  const own = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return own === port && leadsToLoopback(text);
}

/** AWS's own X-Ray endpoint of a region, also in China, for FIPS and over both IP versions. */
const XRAY_HOST = /^xray(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/;

/** The region that the address names, where it is X-Ray's. */
export function findAwsRegion(url: string): string | undefined {
  return XRAY_HOST.exec(URL.parse(url)?.hostname ?? '')?.[1];
}
