import type { Dispatcher } from 'undici';
import { BodyCollector, type BodyBound } from './answer-body.ts';
import type { Hop } from './redirect.ts';
import type { TargetError } from './target-error.ts';
import type { Endable, Ending } from './within.ts';

/** What came back for one request, its `Content-Encoding` not undone yet. */
export interface Received {
  readonly status: number;
  /** By lower-case name, several of one name joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface ExchangeBound extends BodyBound {
  readonly ending: Ending;
}

/**
 * Sends one request and collects its answer, as a handler of undici's and not through a stream: a reading
 * is one small page, and the stream around it cost more than all else of a round. Rejects with what
 * undici, the body's bound or the `Ending` says. What a handler throws, undici takes for the reason to
 * break off.
 */
export class Exchange implements Dispatcher.DispatchHandler, Endable {
  /** Whether an answer began to come. */
  hasBegun = false;
  readonly #hop: Hop;
  readonly #ending: Ending;
  readonly #collector: BodyCollector;
  #status = 0;
  #headers: Received['headers'] = {};
  #controller: Dispatcher.DispatchController | undefined;
  #resolve: (received: Received) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(hop: Hop, bound: ExchangeBound) {
    this.#hop = hop;
    this.#ending = bound.ending;
    this.#collector = new BodyCollector(bound);
  }

  answerThrough(dispatcher: Dispatcher): Promise<Received> {
    return new Promise<Received>((resolve, reject) => {
      if (this.#ending.reason !== undefined) return reject(this.#ending.reason);
      this.#resolve = resolve;
      this.#reject = reject;
      this.#ending.worker = this;
      const { url, method, headers, body = null } = this.#hop;
      const path = url.pathname + url.search;
      dispatcher.dispatch({ origin: url.origin, path, method, headers, body }, this);
    });
  }

  end(reason: TargetError): void {
    this.#controller?.abort(reason);
    this.#reject(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // What was given up while it waited for its connection must not go out any more.
    if (this.#ending.reason !== undefined) controller.abort(this.#ending.reason);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Dispatcher.ResponseData['headers'],
  ): void {
    letGo(controller.rawHeaders);
    if (status < 200) return;
    this.hasBegun = true;
    this.#status = status;
    this.#headers = flatten(headers);
    this.#collector.expect(this.#headers['content-length']);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#collector.add(chunk);
  }

  onResponseEnd(): void {
    if (!this.hasBegun) return this.#reject(new Error('an answer ended that had not begun'));
    const body = this.#collector.takeWhole();
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}

/**
 * The parser of a connection makes the list for the next headers when an answer ends. By the next reading
 * that list is in V8's old space, and what it refers to, the memory of the whole answer, would live until
 * the next full collection: 2 MB a second of a fleet of 2,000, for which V8 went through all of its heap
 * every ten seconds.
 */
function letGo(rawHeaders: Dispatcher.DispatchController['rawHeaders']): void {
  if (Array.isArray(rawHeaders)) rawHeaders.length = 0;
}

function flatten(headers: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
