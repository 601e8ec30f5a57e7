/** What tells work to end: an `AbortSignal`, or a `Stop`. */
export interface StopSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * An `AbortController` and its signal in one, without the events: each reading listens twice for a moment,
 * and that cost a fleet as much as parsing the pages.
 */
export class Stop implements StopSignal {
  /** Most have one listener at a time, and a set makes a new table whenever it gets empty. */
  #first: (() => void) | undefined;
  readonly #others = new Set<() => void>();
  #aborted = false;

  get aborted(): boolean {
    return this.#aborted;
  }

  /** Calls each listener, the first time that it is called. */
  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    const listeners = [this.#first, ...this.#others];
    this.#first = undefined;
    this.#others.clear();
    for (const listener of listeners) listener?.();
  }

  addEventListener(_: 'abort', listener: () => void): void {
    if (this.#aborted || this.#first === listener) return;
    if (this.#first === undefined && this.#others.size === 0) this.#first = listener;
    else this.#others.add(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    if (this.#first === listener) this.#first = undefined;
    else this.#others.delete(listener);
  }
}
