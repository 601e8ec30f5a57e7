const FIRST_MS = 1_000;
const LONGEST_MS = 5 * 60_000;
const LONGEST_ASKED_MS = 60 * 60_000;

/**
 * How long to wait after the `attempts`-th failure: 1s doubled up to 5m, half of it at random
 * (`random` is 0 to 1) so that many do not come back together; never before what the other side
 * asked for (`Retry-After`), where that is at most an hour.
 */
export function backOffMs(attempts: number, random: number, askedMs = 0): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 30));
  return Math.max(full * (0.5 + random / 2), Math.min(askedMs, LONGEST_ASKED_MS));
}
