import { Agent, Client, ProxyAgent, type Dispatcher } from 'undici';
import type { HttpConfig, TlsConfig } from '../config/config.ts';
import { readPem, readSecret } from './read-secret.ts';
import { TargetError } from './target-error.ts';

/** The contents of the files and the secret that connections are made with. */
interface Materials {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly proxy: string | undefined;
}

/** `own`: to the party itself; `other`: to where it redirected, which must not see our certificate. */
export type Side = 'own' | 'other';

/** An idle connection outlives the default reading interval, so that readings share one. */
const KEEP_ALIVE_MS = 60_000;

/**
 * The connections to one party: at most one at a time to an origin, kept alive. Certificates and the
 * proxy's credentials are read anew for each request; where they changed, so do the connections.
 */
export class Connections {
  readonly #http: HttpConfig;
  readonly #open = new Map<Side, Dispatcher>();
  /** Where its own side leads; the URL of a webhook can change between two requests. */
  #origin = '';
  #materials: Materials | undefined;
  #closed = false;

  constructor(http: HttpConfig) {
    this.#http = http;
  }

  /** What `through` would give, where that needs no file and no secret, and is open. */
  kept(side: Side, origin: string): Dispatcher | undefined {
    const isElsewhere = side === 'own' && origin !== this.#origin;
    return this.#closed || isElsewhere || needsMaterials(this.#http)
      ? undefined
      : this.#open.get(side);
  }

  /** `origin`: where the request goes. */
  async through(side: Side, origin: string): Promise<Dispatcher> {
    const materials = await readMaterials(this.#http);
    if (this.#closed)
      throw new TargetError('aborted', 'given up, since heapwarden stops or reloads');
    const isElsewhere = side === 'own' && origin !== this.#origin;
    if (isElsewhere || !sameMaterials(materials, this.#materials)) await this.drop();
    this.#materials = materials;
    if (side === 'own') this.#origin = origin;
    const known = this.#open.get(side);
    if (known !== undefined) return known;
    const opened = open(this.#http.tls, materials, { side, origin });
    this.#open.set(side, opened);
    return opened;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.drop();
  }

  /** Breaks off whatever is under way. */
  async drop(): Promise<void> {
    const dropped = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(dropped.map((dispatcher) => dispatcher.destroy()));
  }
}

function needsMaterials({ tls: { caFile, certFile, keyFile }, proxyUrl }: HttpConfig): boolean {
  return (caFile ?? certFile ?? keyFile ?? proxyUrl) !== undefined;
}

async function readMaterials(http: HttpConfig): Promise<Materials> {
  const { caFile, certFile, keyFile } = http.tls;
  return {
    ca: caFile && (await readPem(caFile, 'tls_config.ca_file')),
    cert: certFile && (await readPem(certFile, 'tls_config.cert_file')),
    key: keyFile && (await readPem(keyFile, 'tls_config.key_file')),
    proxy: http.proxyUrl && (await readSecret(http.proxyUrl, 'proxy_url')),
  };
}

function sameMaterials(a: Materials, b: Materials | undefined): boolean {
  return a.ca === b?.ca && a.cert === b?.cert && a.key === b?.key && a.proxy === b?.proxy;
}

/**
 * The party itself has one origin, so it needs no agent, which would look up the client of an origin for
 * each request: of the bare cost of one that was a fifth.
 */
function open(
  tls: TlsConfig,
  materials: Materials,
  { side, origin }: { readonly side: Side; readonly origin: string },
): Dispatcher {
  const { ca, cert, key, proxy } = materials;
  const connect = {
    rejectUnauthorized: !tls.insecureSkipVerify,
    ...(ca !== undefined && { ca }),
    ...(side === 'own' && cert !== undefined && { cert }),
    ...(side === 'own' && key !== undefined && { key }),
    ...(side === 'own' && tls.serverName !== undefined && { servername: tls.serverName }),
  };
  // The time of a whole request is bounded by the caller; undici's own bounds would cut it short.
  const options = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (proxy === undefined) {
    return side === 'own'
      ? new Client(origin, { ...options, connect })
      : new Agent({ ...options, connections: 1, connect });
  }
  return new ProxyAgent({
    ...options,
    connections: 1,
    ...splitProxyUrl(proxy),
    proxyTunnel: false,
    requestTls: connect,
  });
}

/** The credentials apart, so that no message about the proxy's URL can hold them. */
function splitProxyUrl(text: string): { uri: string; token?: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TargetError(
      'config',
      'proxy_url: not an http:// or https:// URL; write one, as http://user:password@proxy:3128',
    );
  }
  const uri = url.origin;
  if (url.username === '') return { uri };
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { uri, token: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
