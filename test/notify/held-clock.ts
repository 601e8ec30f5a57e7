import type { Clock } from '../../src/runtime/clock.ts';

/** A clock that stands still until a test moves it. */
export class HeldClock implements Clock {
  #now: number;
  #sleepers: { until: number; readonly wake: () => void }[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = { until: this.#now + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        resolve();
      });
    });
  }

  /** Sets the wall clock back; who waits, waits on for as long, as timers do not go by that clock. */
  setBack(ms: number): void {
    this.#now -= ms;
    for (const sleeper of this.#sleepers) sleeper.until -= ms;
  }

  /** How many wait; 0 once everything was stopped. */
  sleepers(): number {
    return this.#sleepers.length;
  }

  /** Moves on and wakes those whose time has come, then lets what they started run as far as it can. */
  async advance(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#sleepers.filter(({ until }) => until <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#now);
    for (const { wake } of due) wake();
    await settle();
  }
}

/** Lets everything run that waits for no clock and no socket. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
