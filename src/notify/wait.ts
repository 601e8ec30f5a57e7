/** A wait by the wall clock, Unix milliseconds. */
export interface Wait {
  readonly since: number;
  readonly until: number;
}

/**
 * When it is over. A now before its beginning is one of a clock that was set back: how much of the
 * wait has passed cannot be told, so it is over, and nothing waits for longer than it was to.
 * Example: 5m from 14:00, and the clock says 11:02: over now, not at 14:05.
 */
export function endOf({ since, until }: Wait, now: number): number {
  return now < since ? now : until;
}
