/** Asks a port of this machine whether somebody there takes OTLP. */
import { request } from 'node:http';

/** Loopback answers within a millisecond or two; a person waits for the question behind it. */
const LIMIT_MILLIS = 400;
/** A name may lead elsewhere; these cannot. */
const LOOPBACK = ['127.0.0.1', '::1'] as const;

/**
 * Whether an OTLP/HTTP receiver listens at this port of the loopback interface: it is sent a request without a single span. Never throws,
 * and is over soon after the limit. One that wants a key counts as well.
 */
export async function isReceiverAt(port: number): Promise<boolean> {
  const answers = await Promise.all(LOOPBACK.map((host) => askHost(host, port)));
  return answers.includes(true);
}

function askHost(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host, port, path: '/v1/traces', method: 'POST', headers: { 'content-type': 'application/x-protobuf', 'content-length': 0 }, signal: AbortSignal.timeout(LIMIT_MILLIS), agent: false };
    const asked = request(options, (answer) => {
      answer.resume();
      asked.destroy();
      resolve([200, 401, 403].includes(answer.statusCode ?? 0));
    });
    asked.on('error', () => resolve(false));
    asked.end();
  });
}
