import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  createServer as createRawServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';

export interface TestServer {
  readonly url: string;
  /** How many connections were opened to it. */
  readonly connections: () => number;
  /** Breaks every connection off. */
  close(): Promise<void>;
}

/** The certificates of `fixtures/tls`, by file name. */
export const tlsFile = (name: string): string =>
  join(import.meta.dirname, '../../../fixtures/tls', name);

/** An HTTP server on a free port of 127.0.0.1. */
export function serve(listener: RequestListener): Promise<TestServer> {
  return listen(createServer(listener), 'http');
}

/** The same over TLS; its certificate is for localhost, 127.0.0.1 and target.test. */
export function serveTls(
  listener: RequestListener,
  options: TlsOptions & { readonly certificate?: 'server' | 'unknown' } = {},
): Promise<TestServer> {
  const { certificate = 'server', ...more } = options;
  const cert = readFileSync(tlsFile(`${certificate}.pem`));
  const key = readFileSync(tlsFile(`${certificate}.key`));
  return listen(createTlsServer({ cert, key, ...more }, listener), 'https');
}

/** A server that does with a connection what it likes. */
export function serveRaw(listener: (socket: Socket) => void): Promise<TestServer> {
  return listen(createRawServer(listener), 'http');
}

export async function listen(server: Server, scheme: 'http' | 'https'): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** A URL at which nobody listens any more. */
export async function unusedUrl(): Promise<string> {
  const server = await serve(() => undefined);
  await server.close();
  return server.url;
}
