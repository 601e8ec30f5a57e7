/** What the outside asks of a process that runs for long. */
export interface Signals {
  /** Resolves to the signal that ends the process. */
  readonly terminated: Promise<string>;
  /** From now on each SIGHUP is told, and one that came before at once. */
  onHangup(listener: () => void): void;
}

/**
 * Listens from now on. A SIGHUP that nobody listens for ends a process without a word, and a service manager takes
 * that for an end in order: so this comes before anything that takes its time, and stays to the end.
 */
export function takeSignals(): Signals {
  let listener: (() => void) | undefined;
  let isAsked = false;
  process.on('SIGHUP', () => {
    isAsked = true;
    listener?.();
  });
  const terminated = new Promise<string>((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
  });
  return {
    terminated,
    onHangup: (told) => {
      listener = told;
      if (isAsked) told();
    },
  };
}
