import type { Clock } from '../runtime/clock.ts';

/** The longest that a Node timer can be set to is 2^31 - 1 ms; an hour is soon enough to look again. */
const LONGEST_MS = 3_600_000;

/** A wait that ends at a time or when rung. A ring while nobody waits ends the next wait at once. */
export class Alarm {
  readonly #clock: Clock;
  #rung = false;
  #waiting = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    this.#rung = true;
    this.#waiting.abort();
  }

  /** May end early; `undefined` waits for a ring. */
  async waitUntil(at: number | undefined): Promise<void> {
    if (!this.#rung) {
      this.#waiting = new AbortController();
      const ms = at === undefined ? LONGEST_MS : at - this.#clock.now();
      await this.#clock.sleep(Math.min(LONGEST_MS, Math.max(0, ms)), this.#waiting.signal);
    }
    this.#rung = false;
  }
}
