import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { listen, type TestServer } from './http-server.ts';

export interface TestProxy extends TestServer {
  /** The request line of each request it let through. */
  readonly passed: readonly string[];
}

/** A forwarding proxy: tunnels CONNECT, forwards the rest, and asks for credentials where given some. */
export async function serveProxy(credentials?: string): Promise<TestProxy> {
  const passed: string[] = [];
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
  const admits = (incoming: IncomingMessage): boolean => {
    const admitted = wanted === undefined || incoming.headers['proxy-authorization'] === wanted;
    if (admitted) passed.push(`${incoming.method} ${incoming.url}`);
    return admitted;
  };
  const server = createServer((incoming, outgoing) => {
    if (admits(incoming)) forward(incoming, outgoing);
    else outgoing.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    socket.on('error', () => undefined);
    if (admits(incoming)) tunnel(incoming.url ?? '', socket);
    else socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nConnection: close\r\n\r\n');
  });
  return { ...(await listen(server, 'http')), passed };
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers } = incoming;
  const onward = request(incoming.url ?? '', { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.writeHead(502).end());
  incoming.pipe(onward);
}

function tunnel(authority: string, socket: Socket): void {
  const { hostname, port } = new URL(`http://${authority}`);
  const onward = connect(Number(port), hostname, () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    onward.pipe(socket).pipe(onward);
  });
  onward.on('error', () => {
    socket.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n');
  });
  socket.on('close', () => onward.destroy());
}
