import pLimit, { type LimitFunction } from 'p-limit';

/** Does the work when there is room for it; resolves and rejects as the work does. */
type Lane = <T>(hasFailed: boolean, work: () => Promise<T>) => Promise<T>;

/** How many may be under way at once, of targets that answer and of those that failed the last time. */
export interface LaneSizes {
  readonly answering: number;
  readonly failing: number;
}

/** Of a reading there is a page in memory, of a capture a profile, until it is folded. */
const READINGS: LaneSizes = { answering: 512, failing: 256 };
const CAPTURES: LaneSizes = { answering: 64, failing: 16 };

/**
 * Bounds what all targets together have under way. Those that failed the last time wait among
 * themselves: who hangs holds a place for as long as the timeout, and keeps it from nobody who answers.
 */
export class Lanes {
  readonly reading: Lane;
  readonly capture: Lane;

  constructor({ readings = READINGS, captures = CAPTURES } = {}) {
    this.reading = laneOf(readings);
    this.capture = laneOf(captures);
  }
}

function laneOf(sizes: LaneSizes): Lane {
  const answering: LimitFunction = pLimit(sizes.answering);
  const failing: LimitFunction = pLimit(sizes.failing);
  return (hasFailed, work) => (hasFailed ? failing : answering)(work);
}
