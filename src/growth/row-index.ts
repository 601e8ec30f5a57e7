import type { Lanes } from '../pprof/lanes.ts';
import { withRoom } from './growing.ts';

/** What the samples of a profile are known by: their stacks' hashes and the sizes of their objects. */
export interface Marks {
  readonly stackHash: Lanes;
  readonly size: Float64Array;
}

const NONE: Marks = {
  stackHash: { a: new Int32Array(), b: new Int32Array() },
  size: new Float64Array(),
};

/** Columns of a row, side by side, so that looking at one row loads one line of memory. */
const WIDTH = 4;
const A = 0;
const B = 1;
const FOLLOWING = 2;
const SEEN = 3;

/**
 * Knows the rows of a process's profiles again.
 *
 * Go lists its rows in the same order each time, with new ones in front. So the row that followed the
 * one just found is tried first, which costs a comparison; only what stands elsewhere is looked up by
 * its hash. Rows that are alike in all marks are told apart by their order alone: where that changes,
 * what one of them says is laid at another of the same stack and size, and adds up to the same.
 */
export class RowIndex {
  /** Rows ever met; they are numbered from 0. Of them those in the profile that was read last. */
  count = 0;
  present = 0;
  #marks = NONE;
  /** By row: its hashes, the row and 1 that follows it, and the number of the profile that it was last in. */
  #rows = new Int32Array(64 * WIDTH);
  #size = new Float64Array(64);
  /** The first row of the profile before, and 1. */
  #first = 0;
  /** The row found last, and 1. */
  #last = 0;
  #found = 0;
  #added = 0;
  #profile = 0;
  /** By hash, open addressing: a row and 1, 0 where there is none. */
  #table = new Int32Array(256);

  begin(marks: Marks): void {
    this.#marks = marks;
    this.#last = 0;
    this.#found = 0;
    this.#profile++;
  }

  /** The row of the next sample, once for each: one not met so far gets the number that `count` had. */
  find(sample: number): number {
    const last = this.#last;
    const expected = last > 0 ? (this.#rows[(last - 1) * WIDTH + FOLLOWING] ?? 0) : this.#first;
    const isExpected = expected > 0 && this.#is(expected - 1, sample);
    const row = isExpected ? expected - 1 : this.#findElsewhere(sample, expected);
    this.#rows[row * WIDTH + SEEN] = this.#profile;
    this.#last = row + 1;
    this.#found++;
    return row;
  }

  /** Ends the reading: the rows of the profile before that were not in this one. They are not found again. */
  finish(): readonly number[] {
    this.#marks = NONE;
    const missing: number[] = [];
    const isComplete = this.#found === this.present + this.#added;
    for (let row = 0; row < this.count && !isComplete; row++) {
      if (this.#rows[row * WIDTH + SEEN] === this.#profile - 1) missing.push(row);
    }
    for (const row of missing) this.#size[row] = NaN;
    this.present = this.#found;
    this.#added = 0;
    return missing;
  }

  /** New or moved. What was expected is expected behind it: that is where Go has it. */
  #findElsewhere(sample: number, expected: number): number {
    const row = this.#lookUp(sample);
    const isNew = row === this.count;
    if (isNew) this.#add(sample);
    if (this.#last > 0) this.#rows[(this.#last - 1) * WIDTH + FOLLOWING] = row + 1;
    else this.#first = row + 1;
    if (isNew) this.#rows[row * WIDTH + FOLLOWING] = expected;
    return row;
  }

  #is(row: number, sample: number): boolean {
    const { stackHash, size } = this.#marks;
    const at = row * WIDTH;
    return (
      this.#rows[at + A] === stackHash.a[sample] &&
      this.#rows[at + B] === stackHash.b[sample] &&
      this.#rows[at + SEEN] !== this.#profile &&
      this.#size[row] === size[sample]
    );
  }

  /** `count` where there is none that was not found already. */
  #lookUp(sample: number): number {
    const { stackHash, size } = this.#marks;
    const mask = this.#table.length - 1;
    const hash = slotOf(stackHash.a[sample] ?? 0, size[sample] ?? 0);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = (this.#table[slot] ?? 0) - 1;
      if (row < 0) return this.count;
      if (this.#is(row, sample)) return row;
    }
  }

  #add(sample: number): void {
    const { stackHash, size } = this.#marks;
    const row = this.count++;
    this.#added++;
    this.#rows = withRoom(this.#rows, row * WIDTH + SEEN);
    this.#size = withRoom(this.#size, row);
    this.#rows[row * WIDTH + A] = stackHash.a[sample] ?? 0;
    this.#rows[row * WIDTH + B] = stackHash.b[sample] ?? 0;
    this.#size[row] = size[sample] ?? 0;
    if (2 * this.count > this.#table.length) this.#rebuild();
    else this.#enter(row);
  }

  #rebuild(): void {
    this.#table = new Int32Array(4 * this.#table.length);
    for (let row = 0; row < this.count; row++) this.#enter(row);
  }

  #enter(row: number): void {
    const mask = this.#table.length - 1;
    let slot = slotOf(this.#rows[row * WIDTH + A] ?? 0, this.#size[row] ?? 0) & mask;
    while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
    this.#table[slot] = row + 1;
  }
}

function slotOf(hash: number, size: number): number {
  return Math.imul(hash ^ Math.imul(size, 0x27d4eb2f), 0x9e3779b1) >>> 7;
}
