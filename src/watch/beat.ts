const BEAT_MS = 100;
/** At shorter intervals a beat would be more of a shift than a reading may have. */
const MIN_INTERVAL_MS = 20 * BEAT_MS;

/**
 * The beat nearest to when a reading is due, Unix milliseconds. All targets share it, so that a large fleet
 * is read a few at a time and not one by one: a process that wakes up for each page pays more for
 * waking up than for reading it (measured at 130 readings a second: about twice the processor time).
 */
export function onBeat(dueAt: number, intervalMs: number): number {
  return intervalMs < MIN_INTERVAL_MS ? dueAt : BEAT_MS * Math.round(dueAt / BEAT_MS);
}
