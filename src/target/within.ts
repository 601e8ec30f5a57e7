import { formatDuration } from '../config/units.ts';
import { TargetError } from './target-error.ts';

/**
 * Runs work with a bound on its time. Rejects with a `TargetError` of kind `timeout` or `aborted` as
 * soon as the time is over or the caller's signal aborts, also where the work goes on regardless;
 * the work is told by its own signal.
 */
export async function within<T>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw aborted();
  const controller = new AbortController();
  let end: (error: TargetError) => void = () => undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    end = (error) => {
      reject(error);
      controller.abort(error);
    };
  });
  const onAbort = (): void => end(aborted());
  const timer = setTimeout(() => end(late(timeoutMs)), timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(controller.signal), ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function aborted(): TargetError {
  return new TargetError('aborted', 'given up, since heapwarden stops or reloads');
}

function late(timeoutMs: number): TargetError {
  const message = `no whole answer within ${formatDuration(timeoutMs)}; raise the timeout, or look for what holds the answer up`;
  return new TargetError('timeout', message);
}
