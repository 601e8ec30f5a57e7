import { MARKS, ROW_A, ROW_B, VALUES_A, VALUES_B } from '../pprof/marks.ts';
import { withRoom } from './growing.ts';

/** So many changed samples are found before any is looked at further. */
export const BATCH = 64;

const NO_ROW = 0;

const NONE: Int32Array = new Int32Array();

/** The columns of a row: its marks, and the row that follows it, `NO_ROW` for none, or that it is gone. */
const WIDTH = MARKS + 1;
const FOLLOWING = MARKS;
const GONE = -1;
/** The same for this file alone: what is imported V8 fetches and checks anew at each use. */
const [COLUMNS, NEXT, STRIDE] = [WIDTH, FOLLOWING, MARKS];
/** More than chance ever makes it: rows that are all alike, in a made-up profile, are known by order alone. */
const MAX_PROBES = 64;

/**
 * Knows the rows of a process's profiles again, and which of them changed.
 *
 * Go lists its rows in the same order each time, with new ones in front. So the row that followed the
 * one just found is tried first, which costs a comparison; only what stands elsewhere is looked up by
 * its hash. Rows that are alike in all marks are told apart by their order alone: where that changes,
 * what one of them says is laid at another of the same stack and size, and adds up to the same.
 */
export class RowIndex {
  /** Rows ever met; they are numbered from 1. Of them those in the profile that was read last. */
  count = 0;
  present = 0;
  /** What `next` found: samples that are new or have other values, and their rows, new ones the last numbers. */
  readonly changedSamples = new Int32Array(BATCH);
  readonly changedRows = new Int32Array(BATCH);
  #next = 0;
  #marks = NONE;
  /** By row, side by side, so that looking at one row loads one line of memory; 0 stands before the first. */
  #rows = new Int32Array(64 * WIDTH);
  /** By row: whether it is in the profile being read, and was in the one before. */
  #seen = new Uint8Array(64);
  #seenBefore = new Uint8Array(64);
  /** The row found last. */
  #last = 0;
  #added = 0;
  /** Rows by hash, open addressing; 0 where there is none. */
  #table = new Int32Array(256);

  /** Takes the marks of a profile, along which `next` goes. */
  begin(marks: Int32Array): void {
    this.#marks = marks;
    this.#next = 0;
    this.#last = 0;
    [this.#seen, this.#seenBefore] = [this.#seenBefore, this.#seen];
    this.#seen.fill(0);
  }

  /** Finds the next samples that are new or whose values changed; returns how many, 0 at the end. */
  next(): number {
    const known = this.count;
    const samples = this.#marks.length / MARKS;
    let found = 0;
    while (found < BATCH && (this.#next = this.#skipUnchanged(this.#next)) < samples) {
      const sample = this.#next++;
      const row = this.#find(sample);
      this.#seen[row] = 1;
      this.#last = row;
      if (!this.#takeValues(row, sample) && row <= known) continue;
      this.changedSamples[found] = sample;
      this.changedRows[found++] = row;
    }
    return found;
  }

  /** Ends the reading: the rows of the profile before that were not in this one. They are not found again. */
  finish(): readonly number[] {
    const found = this.#marks.length / MARKS;
    this.#marks = NONE;
    const missing: number[] = [];
    const isComplete = found === this.present + this.#added;
    for (let row = 1; row <= this.count && !isComplete; row++) {
      if (this.#seenBefore[row] === 1 && this.#seen[row] === 0) missing.push(row);
    }
    for (const row of missing) this.#rows[row * WIDTH + FOLLOWING] = GONE;
    this.present = found;
    this.#added = 0;
    return missing;
  }

  /** Past the samples that stand where they stood with the values that they had, which nearly all do. */
  #skipUnchanged(first: number): number {
    const [rows, marks, seen] = [this.#rows, this.#marks, this.#seen];
    const samples = marks.length / MARKS;
    let last = this.#last;
    let sample = first;
    for (; sample < samples; sample++) {
      const row = rows[last * COLUMNS + NEXT] ?? NO_ROW;
      const [of, at] = [row * COLUMNS, sample * STRIDE];
      const isSame =
        rows[of] === marks[at] &&
        rows[of + 1] === marks[at + 1] &&
        rows[of + 2] === marks[at + 2] &&
        rows[of + 3] === marks[at + 3];
      if (!isSame || row === NO_ROW || seen[row] !== 0 || rows[of + NEXT] === GONE) break;
      seen[row] = 1;
      last = row;
    }
    this.#last = last;
    return sample;
  }

  #find(sample: number): number {
    const last = this.#last * WIDTH;
    const expected = this.#rows[last + FOLLOWING] ?? NO_ROW;
    if (expected !== NO_ROW && this.#is(expected, sample)) return expected;
    const found = this.#lookUp(sample);
    const row = found === NO_ROW ? this.#add(sample, expected) : found;
    this.#rows[last + FOLLOWING] = row;
    return row;
  }

  #is(row: number, sample: number): boolean {
    const [rows, marks] = [this.#rows, this.#marks];
    const [of, at] = [row * WIDTH, sample * MARKS];
    return (
      rows[of + ROW_A] === marks[at + ROW_A] &&
      rows[of + ROW_B] === marks[at + ROW_B] &&
      rows[of + FOLLOWING] !== GONE &&
      this.#seen[row] === 0
    );
  }

  #hasValues(row: number, sample: number): boolean {
    const [rows, marks] = [this.#rows, this.#marks];
    const [of, at] = [row * WIDTH, sample * MARKS];
    return (
      rows[of + VALUES_A] === marks[at + VALUES_A] && rows[of + VALUES_B] === marks[at + VALUES_B]
    );
  }

  /** Whether they are not those that the row had. */
  #takeValues(row: number, sample: number): boolean {
    if (this.#hasValues(row, sample)) return false;
    this.#rows[row * WIDTH + VALUES_A] = this.#marks[sample * MARKS + VALUES_A] ?? 0;
    this.#rows[row * WIDTH + VALUES_B] = this.#marks[sample * MARKS + VALUES_B] ?? 0;
    return true;
  }

  /** `NO_ROW` where there is none that was not found already. */
  #lookUp(sample: number): number {
    const mask = this.#table.length - 1;
    const hash = slotOf(this.#marks[sample * MARKS + ROW_A] ?? 0);
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const row = this.#table[(hash + probe) & mask] ?? NO_ROW;
      if (row === NO_ROW || this.#is(row, sample)) return row;
    }
    return NO_ROW;
  }

  /** What was expected instead is expected behind it: that is where Go has it. */
  #add(sample: number, expected: number): number {
    const row = ++this.count;
    this.#added++;
    this.#rows = withRoom(this.#rows, row * WIDTH + FOLLOWING);
    this.#seen = withRoom(this.#seen, row);
    this.#seenBefore = withRoom(this.#seenBefore, row);
    this.#rows[row * WIDTH + ROW_A] = this.#marks[sample * MARKS + ROW_A] ?? 0;
    this.#rows[row * WIDTH + ROW_B] = this.#marks[sample * MARKS + ROW_B] ?? 0;
    this.#rows[row * WIDTH + FOLLOWING] = expected;
    if (2 * this.count > this.#table.length) this.#rebuild();
    else this.#enter(row);
    return row;
  }

  #rebuild(): void {
    this.#table = new Int32Array(4 * this.#table.length);
    for (let row = 1; row <= this.count; row++) this.#enter(row);
  }

  #enter(row: number): void {
    const mask = this.#table.length - 1;
    const hash = slotOf(this.#rows[row * WIDTH + ROW_A] ?? 0);
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const slot = (hash + probe) & mask;
      if (this.#table[slot] !== NO_ROW) continue;
      this.#table[slot] = row;
      return;
    }
  }
}

function slotOf(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> 7;
}
