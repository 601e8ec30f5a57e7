import type { Dispatcher } from 'undici';
import { BodyCollector, type BodyBound } from './answer-body.ts';
import type { Hop } from './redirect.ts';

/** What came back for one request, its `Content-Encoding` not undone yet. */
export interface Received {
  readonly status: number;
  /** By lower-case name, several of one name joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface ExchangeBound extends BodyBound {
  readonly signal: AbortSignal;
}

/**
 * Sends one request and collects its answer, through undici's handlers and not through a stream: a reading
 * is one small page, and the stream around it cost more than all else of a round. Rejects with what
 * undici, the body's bound or the signal's reason says.
 */
export class Exchange {
  /** Whether an answer began to come. */
  hasBegun = false;
  readonly #dispatcher: Dispatcher;
  readonly #hop: Hop;
  readonly #bound: ExchangeBound;
  #controller: Dispatcher.DispatchController | undefined;

  constructor(dispatcher: Dispatcher, hop: Hop, bound: ExchangeBound) {
    this.#dispatcher = dispatcher;
    this.#hop = hop;
    this.#bound = bound;
  }

  answer(): Promise<Received> {
    const { signal } = this.#bound;
    return new Promise<Received>((resolve, reject) => {
      const end = (): void => signal.removeEventListener('abort', onAbort);
      const fail = (error: unknown): void => {
        end();
        reject(error);
      };
      const onAbort = (): void => {
        this.#breakOff(signal.reason);
        fail(signal.reason);
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      const done = (received: Received): void => {
        end();
        resolve(received);
      };
      this.#dispatch(done, fail);
    });
  }

  #dispatch(done: (received: Received) => void, fail: (error: unknown) => void): void {
    const { url, method, headers, body } = this.#hop;
    const collector = new BodyCollector(this.#bound);
    let head: Omit<Received, 'body'> | undefined;
    this.#dispatcher.dispatch(
      { origin: url.origin, path: url.pathname + url.search, method, headers, body: body ?? null },
      {
        onRequestStart: (controller) => {
          this.#controller = controller;
          // What was given up while it waited for its connection must not go out any more.
          if (this.#bound.signal.aborted) this.#breakOff(this.#bound.signal.reason);
        },
        // What undici's handlers throw, it takes for the reason to break off.
        onResponseStart: (_, status, given) => {
          if (status < 200) return;
          this.hasBegun = true;
          head = { status, headers: flatten(given) };
          collector.expect(head.headers['content-length']);
        },
        onResponseData: (_, chunk) => collector.add(chunk),
        onResponseEnd: () => {
          if (head === undefined) fail(new Error('an answer ended that had not begun'));
          else done({ ...head, body: collector.whole() });
        },
        onResponseError: (_, error) => fail(error),
      },
    );
  }

  #breakOff(reason: unknown): void {
    this.#controller?.abort(reason instanceof Error ? reason : new Error(String(reason)));
  }
}

function flatten(headers: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
