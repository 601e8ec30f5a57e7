/** Memory in use at one reading. */
export interface MemoryPoint {
  readonly at: number;
  readonly bytes: number;
  /** Completed GC cycles of the process by then, where the source tells. */
  readonly gcCount?: number;
}

const WINDOW_MS = 3_600_000;
const DENSE_POINTS = 120;
const SPARSE_POINTS = 120;
const SLOT_MS = WINDOW_MS / (SPARSE_POINTS - 1);

/** So many are kept whatever their age, so that growth is judged also where readings are rare. */
const MIN_POINTS = 12;

const AT = 0;
const BYTES = 1;
const GCS = 2;
const WIDTH = 3;
const MOST_POINTS = DENSE_POINTS + SPARSE_POINTS;

/**
 * The points of the last hour, oldest first, in rows of numbers: thousands of targets have them, each
 * reading adds to them, and as objects they would be most of what the garbage collector goes through.
 */
export class Recent {
  readonly #rows = new Float64Array(WIDTH * (MOST_POINTS + 2));
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Unix milliseconds. */
  at(index: number): number {
    return this.#rows[index * WIDTH + AT] ?? Number.NaN;
  }

  bytes(index: number): number {
    return this.#rows[index * WIDTH + BYTES] ?? Number.NaN;
  }

  /** NaN where it is not told. */
  gcCount(index: number): number {
    return this.#rows[index * WIDTH + GCS] ?? Number.NaN;
  }

  /**
   * Appends a point and forgets those older than an hour. Of more than 240 points the newest 120 stay
   * as they came, and of the older ones the lowest of every half minute, since growth is judged on
   * the floors. The cost is bounded however short the interval is.
   */
  add({ at, bytes, gcCount = Number.NaN }: MemoryPoint): void {
    this.#rows.set([at, bytes, gcCount], this.#length * WIDTH);
    this.#length += 1;
    let old = 0;
    while (old < this.#length - MIN_POINTS && this.at(old) <= at - WINDOW_MS) old += 1;
    this.#drop(old, 0);
    if (this.#length > MOST_POINTS) this.#thin();
  }

  points(): readonly MemoryPoint[] {
    return Array.from({ length: this.#length }, (_, index) => {
      const point = { at: this.at(index), bytes: this.bytes(index) };
      const gcCount = this.gcCount(index);
      return Number.isNaN(gcCount) ? point : { ...point, gcCount };
    });
  }

  /** What stands from one row on moves to another, and all between is forgotten. */
  #drop(from: number, to: number): void {
    if (from === to) return;
    this.#rows.copyWithin(to * WIDTH, from * WIDTH, this.#length * WIDTH);
    this.#length -= from - to;
  }

  #thin(): void {
    const older = this.#length - DENSE_POINTS;
    let kept = 0;
    let slot = -1;
    for (let index = 0; index < older; index++) {
      const next = Math.floor(this.at(index) / SLOT_MS);
      if (next !== slot) this.#move(index, kept++);
      else if (this.bytes(index) < this.bytes(kept - 1)) this.#move(index, kept - 1);
      slot = next;
    }
    this.#drop(older, kept);
  }

  #move(from: number, to: number): void {
    this.#rows.copyWithin(to * WIDTH, from * WIDTH, (from + 1) * WIDTH);
  }
}
