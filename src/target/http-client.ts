import type { StopSignal } from '../runtime/stop-signal.ts';
import type { Dispatcher } from 'undici';
import type { HttpConfig } from '../config/config.ts';
import { decodeBody } from './answer-body.ts';
import { Connections } from './connections.ts';
import { Exchange, type ExchangeBound, type Received } from './exchange.ts';
import { explainFailure, type Advice } from './failure.ts';
import { firstHop, nextHop, originOf, type Hop } from './redirect.ts';
import { hasSecrets, ownHeaders, plainHeaders } from './request-headers.ts';
import { TargetError } from './target-error.ts';
import { within } from './within.ts';

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
  /** The setting that `timeoutMs` comes from, where there is one to raise. */
  readonly timeoutSetting?: string;
  /** Of the body, also once unpacked. */
  readonly maxBytes: number;
  /** The setting that `maxBytes` comes from, where there is one to raise. */
  readonly maxBytesSetting?: string;
  readonly signal: StopSignal;
  /** What messages call the URL. Its origin by default, since a path can be a secret. */
  readonly shown?: string;
  /** For an asker whose settings have other names than a target's. */
  readonly advice?: Advice;
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
  const party = { http, connections: new Connections(http) };
  let last: Promise<void> = Promise.resolve();
  return {
    request: (request) => {
      const answer = perform(party, request, last);
      last = answer.then(ignore, ignore);
      return answer;
    },
    close: () => party.connections.close(),
  };
}

/** An answer is not kept by the next request that waited for it. */
function ignore(): void {}

interface Party {
  readonly http: HttpConfig;
  readonly connections: Connections;
}

/** Begins when the request before it has ended. */
async function perform(
  party: Party,
  request: HttpRequest,
  before: Promise<void>,
): Promise<HttpAnswer> {
  await before;
  const { timeoutMs, signal, maxBytes, maxBytesSetting } = request;
  const shown = request.shown ?? originOf(request.url);
  try {
    return await within(timeoutMs, signal, (ending) =>
      followed(party, request, {
        ending,
        shown,
        maxBytes,
        ...(maxBytesSetting === undefined ? {} : { maxBytesSetting }),
      }),
    );
  } catch (error) {
    // A connection that failed is not worth keeping, and one that hangs would hold up the next.
    await party.connections.drop();
    throw placed(error, shown, request);
  }
}

async function followed(
  { http, connections }: Party,
  request: HttpRequest,
  bound: ExchangeBound,
): Promise<HttpAnswer> {
  const { headers = {} } = request;
  const own = hasSecrets(http) ? await ownHeaders(http, headers) : plainHeaders(headers);
  let hop = firstHop(request, own);
  for (let redirects = 0; ; redirects += 1) {
    const answer = await ask(connections, hop, bound);
    const next = http.followRedirects ? nextHop(hop, answer) : undefined;
    if (next === undefined) return answer;
    if (redirects === MAX_REDIRECTS) throw endlessRedirects(bound.shown);
    hop = next;
  }
}

function endlessRedirects(shown: string): TargetError {
  const message = `${shown}: more than ${MAX_REDIRECTS} redirects; let url point at the place itself`;
  return new TargetError('redirect', message);
}

async function ask(connections: Connections, hop: Hop, bound: ExchangeBound): Promise<HttpAnswer> {
  const { origin } = hop.url;
  const kept = connections.kept(hop.side, origin);
  const dispatcher = kept ?? (await connections.through(hop.side, origin));
  const answer = await sendTwiceAtMost(dispatcher, hop, bound);
  const { status, headers, body } = answer;
  const encoding = headers['content-encoding'];
  if (encoding === undefined) return answer;
  return { status, headers, body: await decodeBody(body, encoding, bound) };
}

/**
 * A server closes an idle connection when it likes, and a request that is just then on its way is
 * lost: where asking twice does no harm, it is asked once more on a new connection.
 */
async function sendTwiceAtMost(
  dispatcher: Dispatcher,
  hop: Hop,
  bound: ExchangeBound,
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

/** Says of a failure where it happened, and of one that took too long which setting bounds it. */
function placed(
  error: unknown,
  shown: string,
  { timeoutSetting, advice }: HttpRequest,
): TargetError {
  if (error instanceof TargetError) {
    const where = error.message.startsWith(shown) ? '' : `${shown}: `;
    const onTime = error.kind === 'timeout' ? `; ${adviceOnTime(timeoutSetting)}` : '';
    return new TargetError(error.kind, where + error.message + onTime, { cause: error.cause });
  }
  const { kind, message } = explainFailure(error, advice);
  return new TargetError(kind, `${shown}: ${message}`, { cause: error });
}

function adviceOnTime(setting: string | undefined): string {
  const look = 'look for what holds the answer up';
  return setting === undefined ? look : `raise ${setting}, or ${look}`;
}
