import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import { urlOfListener } from '../config/external-url.ts';
import type { Clock } from '../runtime/clock.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import { createApp } from './app.ts';
import type { BasicAuthUsers } from './auth.ts';
import { createPictures } from '../picture/pictures.ts';
import type { Dashboard } from './status.ts';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Also for a reader that takes nothing of what it asked for. */
const IDLE_SOCKET_MS = 60_000;
const MAX_CONNECTIONS = 512;
const DRAIN_MS = 3_000;
const SWEEP_MS = 20;

export interface WebOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** For links and as a name of the server, where it is reached by another than its address. */
  readonly externalUrl?: string | undefined;
  readonly clock?: Clock;
  /** Names with bcrypt hashes; without any, whoever reaches the page may read it. */
  readonly basicAuthUsers?: BasicAuthUsers | undefined;
  /** Serves HTTPS alone; both files in PEM, read once. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string } | undefined;
}

export interface Web {
  readonly url: string;
  /** Lets requests under way finish within a bound; may be called again. */
  close(): Promise<void>;
}

/** Listens and answers; rejects with the reason in words where it cannot listen. */
export async function startWeb(options: WebOptions, dashboard: Dashboard, log: Log): Promise<Web> {
  const { host, port, externalUrl, clock = systemClock } = options;
  const pictures = createPictures();
  const users = options.basicAuthUsers ?? {};
  const app = createApp({ dashboard, address: { host, externalUrl }, clock, log, pictures, users });
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = await serverOf(options, (request, response) => void answer(request, response));
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(IDLE_SOCKET_MS);
  await listen(server, host, port);
  const url = urlOf(server, options);
  log.info('web listening', { url });
  let closing: Promise<void> | undefined;
  const close = () => drain(server).then(() => pictures.close());
  return { url, close: () => (closing ??= close()) };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (cause) {
    const seen = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `web.listen_address: cannot listen on ${host}:${port}, ${seen}; stop what uses it or choose another`,
      { cause },
    );
  }
}

const TIMEOUTS = { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS };

async function serverOf({ tls }: WebOptions, answer: RequestListener): Promise<Server> {
  if (tls === undefined) return createServer(TIMEOUTS, answer);
  try {
    const [cert, key] = await Promise.all([readFile(tls.certFile), readFile(tls.keyFile)]);
    return createTlsServer({ ...TIMEOUTS, cert, key, minVersion: 'TLSv1.2' }, answer);
  } catch (cause) {
    const seen = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `web.tls_config: cannot serve with ${tls.certFile} and ${tls.keyFile}, ${seen}; name a certificate and its key in PEM`,
      { cause },
    );
  }
}

function urlOf(server: Server, { host, tls }: WebOptions): string {
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  return urlOfListener({ host, port, tls });
}

async function drain(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // close() ends the connections that are idle now, and leaves those that become so to time out.
  const sweeping = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const bound = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearInterval(sweeping);
  clearTimeout(bound);
}
