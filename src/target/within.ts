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
 * Tells work that it has to end. An `AbortSignal` says the same, but a fleet would make a hundred of them
 * a second, and one of them cost more than parsing a page.
 */
export class Ending {
  /** Why, once it is so. */
  reason: TargetError | undefined;
  /** Who works now, and is told then. */
  worker: Endable | undefined;
}

/**
 * Runs work with a bound on its time. Rejects with a `TargetError` of kind `timeout` or `aborted` as
 * soon as the time is over or the caller's signal aborts, also where the work goes on regardless;
 * the work is told by its `Ending`.
 */
export function within<T>(
  timeoutMs: number,
  signal: StopSignal,
  work: (ending: Ending) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(aborted());
    const ending = new Ending();
    const release = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const end = (reason: TargetError): void => {
      release();
      ending.reason = reason;
      reject(reason);
      ending.worker?.end(reason);
    };
    const onAbort = (): void => end(aborted());
    const timer = setTimeout(() => end(late(timeoutMs)), timeoutMs);
    signal.addEventListener('abort', onAbort);
    work(ending).then(
      (value) => {
        release();
        resolve(value);
      },
      (error: unknown) => {
        release();
        reject(error);
      },
    );
  });
}

function aborted(): TargetError {
  return new TargetError('aborted', 'given up, since heapwarden stops or reloads');
}

function late(timeoutMs: number): TargetError {
  const message = `no whole answer within ${formatDuration(timeoutMs)}; raise the timeout, or look for what holds the answer up`;
  return new TargetError('timeout', message);
}
