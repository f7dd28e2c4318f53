/** A backend that takes everything and looks at nothing: a process of its own. Its port is argument 1 (0: any); it prints it. GET tells how many bytes and requests came. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

let [bytes, requests] = [0, 0];
const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(JSON.stringify({ bytes, requests }));
    return;
  }
  request.on('data', (chunk: Buffer) => (bytes += chunk.length));
  request.on('end', () => {
    requests += 1;
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
