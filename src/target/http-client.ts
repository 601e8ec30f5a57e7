import type { StopSignal } from '../runtime/stop-signal.ts';
import type { Dispatcher } from 'undici';
import type { HttpConfig } from '../config/config.ts';
import { decodeBody } from './answer-body.ts';
import { Connections } from './connections.ts';
import { Exchange, type Received } from './exchange.ts';
import { explainFailure } from './failure.ts';
import { firstHop, nextHop, originOf, type Hop } from './redirect.ts';
import { ownHeaders } from './request-headers.ts';
import { TargetError } from './target-error.ts';
import { within, type Ending } from './within.ts';

/** Speaks HTTP to one party, a target or a webhook, with its credentials, certificates and proxy. */
export interface HttpClient {
  /**
   * One request at a time: a further one waits for those before it, and its own time begins only
   * when it does. Resolves for whatever status; rejects with a `TargetError`.
   */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** Breaks off what is under way; a request after it is refused. */
  close(): Promise<void>;
}

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Of the whole request, redirects and the last byte of the body included. */
  readonly timeoutMs: number;
  /** Of the body, also once unpacked. */
  readonly maxBytes: number;
  /** The setting that `maxBytes` comes from, where there is one to raise. */
  readonly maxBytesSetting?: string;
  readonly signal: StopSignal;
  /** What messages call the URL. Its origin by default, since a path can be a secret. */
  readonly shown?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name, several of one name joined by commas: `headers['retry-after']`. */
  readonly headers: Readonly<Record<string, string>>;
  /** As sent; a `Content-Encoding` that nobody asked for is undone. */
  readonly body: Uint8Array;
}

const MAX_REDIRECTS = 5;

export function createHttpClient(http: HttpConfig): HttpClient {
  const connections = new Connections(http);
  let last: Promise<unknown> = Promise.resolve();
  return {
    request: (request) => {
      const answer = last.then(() => perform(http, connections, request));
      last = answer.then(ignore, ignore);
      return answer;
    },
    close: () => connections.close(),
  };
}

/** An answer is not kept by the next request that waited for it. */
function ignore(): void {}

async function perform(
  http: HttpConfig,
  connections: Connections,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const shown = request.shown ?? originOf(request.url);
  try {
    return await within(request.timeoutMs, request.signal, (ending) =>
      followed(http, connections, { ...request, shown, ending }),
    );
  } catch (error) {
    // A connection that failed is not worth keeping, and one that hangs would hold up the next.
    await connections.drop();
    throw placed(error, shown);
  }
}

type ShownRequest = HttpRequest & { readonly shown: string; readonly ending: Ending };

async function followed(
  http: HttpConfig,
  connections: Connections,
  request: ShownRequest,
): Promise<HttpAnswer> {
  let hop = firstHop(request, await ownHeaders(http, request.headers ?? {}));
  for (let redirects = 0; ; redirects += 1) {
    const answer = await ask(connections, hop, request);
    const next = http.followRedirects ? nextHop(hop, answer) : undefined;
    if (next === undefined) return answer;
    if (redirects === MAX_REDIRECTS) throw endlessRedirects(request.shown);
    hop = next;
  }
}

function endlessRedirects(shown: string): TargetError {
  const message = `${shown}: more than ${MAX_REDIRECTS} redirects; let url point at the place itself`;
  return new TargetError('redirect', message);
}

async function ask(connections: Connections, hop: Hop, bound: ShownRequest): Promise<HttpAnswer> {
  const dispatcher = await connections.through(hop.side, hop.url.origin);
  const { status, headers, body } = await sendTwiceAtMost(dispatcher, hop, bound);
  return { status, headers, body: await decodeBody(body, headers['content-encoding'], bound) };
}

/**
 * A server closes an idle connection when it likes, and a request that is just then on its way is
 * lost: where asking twice does no harm, it is asked once more on a new connection.
 */
async function sendTwiceAtMost(
  dispatcher: Dispatcher,
  hop: Hop,
  bound: ShownRequest,
): Promise<Received> {
  const exchange = new Exchange(hop, bound);
  try {
    return await exchange.answerThrough(dispatcher);
  } catch (error) {
    const isLost = !exchange.hasBegun && explainFailure(error).kind === 'network';
    if (hop.method !== 'GET' || bound.ending.reason !== undefined || !isLost) throw error;
    return new Exchange(hop, bound).answerThrough(dispatcher);
  }
}

/** Says of a failure where it happened. */
function placed(error: unknown, shown: string): TargetError {
  if (error instanceof TargetError) {
    const message = error.message.startsWith(shown) ? error.message : `${shown}: ${error.message}`;
    return new TargetError(error.kind, message, { cause: error.cause });
  }
  const { kind, message } = explainFailure(error);
  return new TargetError(kind, `${shown}: ${message}`, { cause: error });
}
