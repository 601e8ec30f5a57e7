import type { StopSignal } from './stop-signal.ts';

/** Time as the parts see it, so that a test can hold it still. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; it never rejects. */
  sleep(ms: number, signal: StopSignal): Promise<void>;
}

/** Longer sleeps end together, up to so much later: thousands of targets are asleep at any time. */
const TOGETHER_MS = 10;
const LONG_MS = 1_000;

/** Those who sleep until one moment, by the one timer of them all. */
interface Dormitory {
  readonly timer: NodeJS.Timeout;
  readonly wakes: Set<() => void>;
}

/** By when they are to be woken, in milliseconds of `performance.now()`: a clock that is set moves no timer. */
const asleep = new Map<number, Dormitory>();

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const until = momentAfter(ms);
      const { wakes } = asleep.get(until) ?? open(until, ms);
      const wake = (): void => {
        wakes.delete(wake);
        signal.removeEventListener('abort', wake);
        closeIfEmpty(until);
        resolve();
      };
      wakes.add(wake);
      signal.addEventListener('abort', wake);
    }),
};

function momentAfter(ms: number): number {
  const until = performance.now() + ms;
  return ms < LONG_MS ? until : TOGETHER_MS * Math.ceil(until / TOGETHER_MS);
}

function open(until: number, ms: number): Dormitory {
  const wakes = new Set<() => void>();
  const wakeAll = (): void => {
    for (const wake of wakes) wake();
  };
  const timer = setTimeout(wakeAll, Math.max(ms, until - performance.now()));
  const opened = { timer, wakes };
  asleep.set(until, opened);
  return opened;
}

function closeIfEmpty(until: number): void {
  const known = asleep.get(until);
  if (known === undefined || known.wakes.size > 0) return;
  clearTimeout(known.timer);
  asleep.delete(until);
}
