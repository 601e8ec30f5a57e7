/** What the work comes to, or `otherwise()` where the signal aborts first; the work is not waited for then. */
export async function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  otherwise: () => T,
): Promise<T> {
  let abort = (): void => undefined;
  const aborted = new Promise<T>((resolve) => {
    abort = () => resolve(otherwise());
  });
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
