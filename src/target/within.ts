import type { StopSignal } from '../runtime/stop-signal.ts';
import { formatDuration } from '../config/units.ts';
import { TargetError } from './target-error.ts';

/**
 * Who works, to be told that it has to end. No function, since what a closure kept here refers to, the
 * answer in the end, was measured to outlive all but full collections.
 */
export interface Endable {
  end(reason: TargetError): void;
}

/**
 * Tells work that it has to end, when its time is over or a signal aborts. An `AbortSignal` says the same, but
 * a fleet would make a hundred of them a second, and one of them cost more than parsing a page.
 */
export class Ending {
  /** Why, once it is so. */
  reason: TargetError | undefined;
  /** Who works now, and is told then. */
  worker: Endable | undefined;
  #refuse: (reason: TargetError) => void = () => undefined;

  /**
   * What the work comes to. Rejects with a `TargetError` of kind `timeout` or `aborted` as soon as it has
   * to end, also where the work goes on regardless.
   */
  outcomeOf<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#refuse = reject;
      if (this.reason !== undefined) reject(this.reason);
      work.then(resolve, reject);
    });
  }

  end(reason: TargetError): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.#refuse(reason);
    this.worker?.end(reason);
  }
}

/** Runs work with a bound on its time, as its `Ending` tells. */
export async function within<T>(
  timeoutMs: number,
  signal: StopSignal,
  work: (ending: Ending) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw aborted();
  const ending = new Ending();
  const onAbort = (): void => ending.end(aborted());
  const timer = setTimeout(endLate, timeoutMs, ending, timeoutMs);
  signal.addEventListener('abort', onAbort);
  try {
    return await ending.outcomeOf(work(ending));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function endLate(ending: Ending, timeoutMs: number): void {
  ending.end(late(timeoutMs));
}

function aborted(): TargetError {
  return new TargetError('aborted', 'given up, since heapwarden stops or reloads');
}

function late(timeoutMs: number): TargetError {
  return new TargetError('timeout', `no whole answer within ${formatDuration(timeoutMs)}`);
}
