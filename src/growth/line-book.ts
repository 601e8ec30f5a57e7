import { withRoom } from './growing.ts';
import { mix } from './hash.ts';
import { Numbering } from './numbering.ts';
import { weigh } from './sampling.ts';

/** Sampled objects in use and ever allocated, and the bytes ever allocated. */
export interface LineHistory {
  readonly live: number;
  readonly allocated: number;
  readonly allocBytes: number;
}

/** Enough for any service; what is beyond has no memory of the profile before after a restart. */
const MAX_SAVED = 100_000;

/** The numbers of a line stand side by side, so that looking at one loads one line of memory: this many. */
export const LINE_WIDTH = 8;
export const LIVE = 0;
export const ALLOCATED = 1;
export const ALLOCATED_BYTES = 2;
export const INUSE = 3;
/** What one sampled object stands for in bytes, and the variance it adds; of sizes that differ, the newest. */
export const WEIGHT_BYTES = 4;
export const WEIGHT_VARIANCE = 5;
/** Of the line in the sums of its stack. */
export const COUNTED_VARIANCE = 6;
export const STACK = 7;

/**
 * Of each touched line: its number, the first four as the sums have them, and from `BEFORE` on the first
 * three as they were in the profile before, even where that was read before a restart.
 */
const TOUCH_WIDTH = 8;
const WAS = 1;
const BEFORE = 5;

/** The lines of a process, by number: what is of one stack and one object size, added up over its rows. */
export class LineBook {
  /** By line, `LINE_WIDTH` each. */
  numbers = new Float64Array(64 * LINE_WIDTH);
  /** Lines that changed in the profile being read. */
  touchedCount = 0;
  #touched = new Float64Array(64 * TOUCH_WIDTH);
  #touchedIn = new Int32Array(64);
  #profile = 0;
  #firstNew = 0;
  readonly #periodBytes: number;
  readonly #lines = new Numbering();
  /** From before a restart, until the first profile after it was taken in. */
  #saved: ReadonlyMap<number, LineHistory>;

  constructor(periodBytes: number, saved: ReadonlyMap<number, LineHistory>) {
    this.#periodBytes = periodBytes;
    this.#saved = saved;
  }

  begin(): void {
    this.#profile++;
    this.touchedCount = 0;
    this.#firstNew = this.#lines.count;
  }

  /** After a profile of the same process was taken in. */
  settle(): void {
    this.#saved = new Map();
    this.#firstNew = this.#lines.count;
  }

  /** The line of a stack, whose key is given, and a size; 0 for a size that is not told. */
  lineOf(stack: number, stackKey: number, size: number): number {
    const known = this.#lines.count;
    const line = this.#lines.numberOf(mix(stackKey, size));
    if (line < known) return line;
    this.numbers = withRoom(this.numbers, line * LINE_WIDTH + STACK);
    this.#touchedIn = withRoom(this.#touchedIn, line);
    this.numbers[line * LINE_WIDTH + STACK] = stack;
    if (size > 0) this.weighBy(line, size);
    return line;
  }

  keyOf(line: number): number {
    return this.#lines.keyOf(line);
  }

  weighBy(line: number, size: number): void {
    const { bytes, variance } = weigh(size, this.#periodBytes);
    this.numbers[line * LINE_WIDTH + WEIGHT_BYTES] = bytes;
    this.numbers[line * LINE_WIDTH + WEIGHT_VARIANCE] = variance;
  }

  /** Keeps what the line was, before it is changed. */
  touch(line: number): void {
    if (this.#touchedIn[line] === this.#profile) return;
    this.#touchedIn[line] = this.#profile;
    const to = this.touchedCount++ * TOUCH_WIDTH;
    this.#touched = withRoom(this.#touched, to + TOUCH_WIDTH - 1);
    const touched = this.#touched;
    const { numbers } = this;
    const from = line * LINE_WIDTH;
    touched[to] = line;
    for (let each = LIVE; each <= INUSE; each++) {
      touched[to + WAS + each] = numbers[from + each] ?? 0;
    }
    for (let each = LIVE; each <= ALLOCATED_BYTES; each++) {
      touched[to + BEFORE + each] = numbers[from + each] ?? 0;
    }
    const saved = line < this.#firstNew ? undefined : this.#saved.get(this.keyOf(line));
    if (saved === undefined) return;
    touched[to + BEFORE + LIVE] = saved.live;
    touched[to + BEFORE + ALLOCATED] = saved.allocated;
    touched[to + BEFORE + ALLOCATED_BYTES] = saved.allocBytes;
  }

  /** The line that was touched. */
  touchedLine(touch: number): number {
    return this.#touched[touch * TOUCH_WIDTH] ?? 0;
  }

  /** How much one of the first four numbers of a touched line changed since it went into the sums. */
  changeOf(touch: number, number: number): number {
    const was = this.#touched[touch * TOUCH_WIDTH + WAS + number] ?? 0;
    return (this.numbers[this.touchedLine(touch) * LINE_WIDTH + number] ?? 0) - was;
  }

  /**
   * Whether a line that had objects in use was allocated less often than before: then it is another
   * process. One that is not in the profile any more says nothing.
   */
  hasDecreased(): boolean {
    for (let touch = 0; touch < this.touchedCount; touch++) {
      const now = this.numbers[this.touchedLine(touch) * LINE_WIDTH + ALLOCATED_BYTES] ?? 0;
      if (now === 0 || now >= this.#before(touch, ALLOCATED_BYTES)) continue;
      if (this.#before(touch, LIVE) > 0) return true;
    }
    return false;
  }

  /**
   * The most sampled objects of a touched line that can have been born or have died: of `allocated` new
   * ones no more are in use than all that are, so up = min(allocated, live) and down = up − change.
   */
  turnover(touch: number): number {
    const now = this.touchedLine(touch) * LINE_WIDTH;
    const live = this.numbers[now + LIVE] ?? 0;
    const liveBefore = this.#before(touch, LIVE);
    if (liveBefore === 0) return live;
    const change = live - liveBefore;
    const born = (this.numbers[now + ALLOCATED] ?? 0) - this.#before(touch, ALLOCATED);
    const up = Math.max(0, change, Math.min(born, live));
    return up + (up - change);
  }

  #before(touch: number, number: number): number {
    return this.#touched[touch * TOUCH_WIDTH + BEFORE + number] ?? 0;
  }

  /** Those with objects in use, by key. */
  save(): ReadonlyMap<number, LineHistory> {
    const lines = new Map(this.#saved);
    const { numbers } = this;
    for (let line = 0; line < this.#lines.count && lines.size < MAX_SAVED; line++) {
      const at = line * LINE_WIDTH;
      const live = numbers[at + LIVE] ?? 0;
      if (live === 0) continue;
      const [allocated = 0, allocBytes = 0] = [
        numbers[at + ALLOCATED],
        numbers[at + ALLOCATED_BYTES],
      ];
      lines.set(this.keyOf(line), { live, allocated, allocBytes });
    }
    return lines;
  }
}
