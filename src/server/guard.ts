/** Who may ask. A page of the web can have a browser send requests to loopback: its own name in Host or Origin gives it away. */

/** The names under which a person's own machine is asked. */
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether the Host header, and the Origin where there is one, name this very server. Port 80 is left out of both. */
export function isOwnRequest({ host, origin }: { host: string | undefined; origin: string | undefined }, port: number): boolean {
  const hosts = LOOPBACK_NAMES.flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]);
  if (host === undefined || !hosts.includes(host.toLowerCase())) return false;
  return origin === undefined || hosts.some((own) => origin.toLowerCase() === `http://${own}`);
}
