import type { Reading } from './reading.ts';

/** What a reading said, for pictures; what its source does not tell is absent. */
export interface MemoryPoint {
  readonly at: number;
  readonly heapInuseBytes: number;
  readonly rssBytes: number | undefined;
  readonly stackInuseBytes: number | undefined;
  readonly goroutines: number | undefined;
  /** Start of the process: another one is a restart. */
  readonly startedAt: number | undefined;
  /** What the runtime holds of the system, for where the resident set is not told. */
  readonly goTotalBytes?: number | undefined;
}

const CAPACITY = 240;
const COLUMNS = 7;
const MAX_AGE_MS = 7 * 86_400_000;

/**
 * The readings of one target, evenly over its whole watch up to a week: when it is full, every second one
 * goes and every second one is taken from then on. Numbers stand in one typed array, 14 kB a target,
 * since there are thousands of targets.
 */
export class MemoryHistory {
  readonly #cells = new Float64Array(CAPACITY * COLUMNS);
  #length = 0;
  #stride = 1;
  #added = 0;

  add(reading: Reading): void {
    // In between, the newest takes the place of the one before it: what is shown is never old.
    const isNew = this.#added % this.#stride === 0;
    if (isNew && this.#length === CAPACITY) this.#makeRoom(reading.at);
    const { at, heapInuseBytes, rssBytes, stackInuseBytes, goroutines, startedAt } = reading;
    const total = goTotalBytes(reading);
    const row = [at, heapInuseBytes, rssBytes, stackInuseBytes, goroutines, startedAt, total];
    if (isNew) this.#length += 1;
    this.#cells.set(
      row.map((value) => value ?? Number.NaN),
      (this.#length - 1) * COLUMNS,
    );
    this.#added += 1;
  }

  /** Oldest first. */
  points(): readonly MemoryPoint[] {
    return Array.from({ length: this.#length }, (_, index) => this.#point(index));
  }

  #point(index: number): MemoryPoint {
    const [at = 0, heapInuseBytes = 0, ...rest] = this.#row(index);
    const [rssBytes, stackInuseBytes, goroutines, startedAt, total] = rest.map((value) =>
      Number.isNaN(value) ? undefined : value,
    );
    const told = { at, heapInuseBytes, rssBytes, stackInuseBytes, goroutines, startedAt };
    return { ...told, goTotalBytes: total };
  }

  #row(index: number): Float64Array {
    return this.#cells.subarray(index * COLUMNS, (index + 1) * COLUMNS);
  }

  #makeRoom(now: number): void {
    const [oldest = now] = this.#row(0);
    if (now - oldest > MAX_AGE_MS) {
      const dropped = Math.ceil(CAPACITY / 8);
      this.#cells.copyWithin(0, dropped * COLUMNS);
      this.#length -= dropped;
      return;
    }
    this.#length = CAPACITY / 2;
    this.#stride *= 2;
    for (let index = 0; index < this.#length; index++) {
      this.#cells.set(this.#row(index * 2), index * COLUMNS);
    }
  }
}

function goTotalBytes({ sysBytes, heapReleasedBytes = 0 }: Reading): number | undefined {
  return sysBytes === undefined ? undefined : sysBytes - heapReleasedBytes;
}
