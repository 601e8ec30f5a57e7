import type { Log } from './log.ts';
import { messageOf } from './message-of.ts';

/** What to undo, by name, in the order it was begun. Releasing runs in reverse, each with a bound on its time. */
export class Releasers {
  readonly #stack: { readonly name: string; readonly release: () => Promise<void> }[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  add(name: string, release: () => Promise<void>): void {
    this.#stack.push({ name, release });
  }

  /** Releases everything, also where one of them fails or hangs past `boundMs`; never rejects. */
  async releaseAll(boundMs: number): Promise<void> {
    for (let next = this.#stack.pop(); next !== undefined; next = this.#stack.pop()) {
      const { name, release } = next;
      await within(boundMs, release).catch((error: unknown) => {
        this.#log.error('release failed', { part: name, error: messageOf(error) });
      });
    }
  }
}

async function within(boundMs: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not released within ${boundMs}ms`)), boundMs);
  });
  try {
    await Promise.race([work(), bound]);
  } finally {
    clearTimeout(timer);
  }
}
