import { withRoom } from './growing.ts';
import { mix } from './hash.ts';
import { weigh } from './sampling.ts';
import { LEFT_OUT } from './stack-book.ts';

/** Sampled objects in use and ever allocated, and the bytes ever allocated. */
export interface LineHistory {
  readonly live: number;
  readonly allocated: number;
  readonly allocBytes: number;
}

/** Enough for any service; what is beyond has no memory of the profile before after a restart. */
const MAX_SAVED = 100_000;

/** The lines of a process, by number: what is of one stack and one object size, added up over its rows. */
export class LineBook {
  count = 0;
  stack = new Int32Array(64);
  live = new Float64Array(64);
  allocated = new Float64Array(64);
  allocBytes = new Float64Array(64);
  inuseBytes = new Float64Array(64);
  /** What one sampled object stands for in bytes, and the variance it adds; of sizes that differ, the newest. */
  weightBytes = new Float64Array(64);
  weightVariance = new Float64Array(64);
  /** Of the line in the sums of its stack. */
  countedVariance = new Float64Array(64);
  key = new Float64Array(64);
  /** Those that changed in the profile being read. */
  touched = new Int32Array(64);
  touchedCount = 0;
  /** Of touched ones, what the sums have of them. */
  wasLive = new Float64Array(64);
  wasAllocBytes = new Float64Array(64);
  wasInuseBytes = new Float64Array(64);
  /** Of touched ones, what they were in the profile before, though it was read before a restart. */
  before = {
    live: new Float64Array(64),
    allocated: new Float64Array(64),
    allocBytes: new Float64Array(64),
  };
  #touchedIn = new Int32Array(64);
  #profile = 0;
  #firstNew = 0;
  readonly #periodBytes: number;
  readonly #numberOf = new Map<number, number>();
  /** From before a restart, until the first profile after it was taken in. */
  #saved: ReadonlyMap<number, LineHistory>;

  constructor(periodBytes: number, saved: ReadonlyMap<number, LineHistory>) {
    this.#periodBytes = periodBytes;
    this.#saved = saved;
  }

  begin(): void {
    this.#profile++;
    this.touchedCount = 0;
    this.#firstNew = this.count;
  }

  /** After a profile of the same process was taken in. */
  settle(): void {
    this.#saved = new Map();
    this.#firstNew = this.count;
  }

  /** The line of a stack, whose key is given, and a size; 0 for a size that is not told. */
  lineOf(stack: number, stackKey: number, size: number): number {
    const key = mix(stackKey, size);
    const known = this.#numberOf.get(key);
    if (known !== undefined) return known;
    const line = this.count++;
    this.#numberOf.set(key, line);
    this.#makeRoom(line);
    this.key[line] = key;
    this.stack[line] = stack;
    if (size > 0) this.weighBy(line, size);
    return line;
  }

  weighBy(line: number, size: number): void {
    const { bytes, variance } = weigh(size, this.#periodBytes);
    this.weightBytes[line] = bytes;
    this.weightVariance[line] = variance;
  }

  touch(line: number): void {
    if (this.#touchedIn[line] === this.#profile) return;
    this.#touchedIn[line] = this.#profile;
    this.touched = withRoom(this.touched, this.touchedCount);
    this.touched[this.touchedCount++] = line;
    this.wasLive[line] = this.live[line] ?? 0;
    this.wasAllocBytes[line] = this.allocBytes[line] ?? 0;
    this.wasInuseBytes[line] = this.inuseBytes[line] ?? 0;
    const saved = line >= this.#firstNew ? this.#saved.get(this.key[line] ?? 0) : undefined;
    if (saved === undefined) this.#rememberNow(line);
    else this.#remember(line, saved);
  }

  #remember(line: number, { live, allocated, allocBytes }: LineHistory): void {
    this.before.live[line] = live;
    this.before.allocated[line] = allocated;
    this.before.allocBytes[line] = allocBytes;
  }

  #rememberNow(line: number): void {
    const { before } = this;
    before.live[line] = this.live[line] ?? 0;
    before.allocated[line] = this.allocated[line] ?? 0;
    before.allocBytes[line] = this.allocBytes[line] ?? 0;
  }

  /**
   * Whether a line that had objects in use was allocated less often than before: then it is another
   * process. One that is not in the profile any more says nothing.
   */
  hasDecreased(): boolean {
    const { live, allocBytes } = this.before;
    for (let at = 0; at < this.touchedCount; at++) {
      const line = this.touched[at] ?? 0;
      const now = this.allocBytes[line] ?? 0;
      if ((live[line] ?? 0) > 0 && now > 0 && now < (allocBytes[line] ?? 0)) return true;
    }
    return false;
  }

  /**
   * The most sampled objects that can have been born or have died: of `allocated` new ones no more are
   * in use than all that are, so up = min(allocated, live) and down = up − change.
   */
  turnover(line: number): number {
    const live = this.live[line] ?? 0;
    const liveBefore = this.before.live[line] ?? 0;
    if (liveBefore === 0) return live;
    const change = live - liveBefore;
    const born = (this.allocated[line] ?? 0) - (this.before.allocated[line] ?? 0);
    const up = Math.max(0, change, Math.min(born, live));
    return up + (up - change);
  }

  /** Those with objects in use, by key. */
  save(): ReadonlyMap<number, LineHistory> {
    const lines = new Map(this.#saved);
    for (let line = 0; line < this.count && lines.size < MAX_SAVED; line++) {
      const live = this.live[line] ?? 0;
      if (live === 0 || this.stack[line] === LEFT_OUT) continue;
      const [allocated = 0, allocBytes = 0] = [this.allocated[line], this.allocBytes[line]];
      lines.set(this.key[line] ?? 0, { live, allocated, allocBytes });
    }
    return lines;
  }

  #makeRoom(line: number): void {
    this.stack = withRoom(this.stack, line);
    this.#touchedIn = withRoom(this.#touchedIn, line);
    this.live = withRoom(this.live, line);
    this.allocated = withRoom(this.allocated, line);
    this.allocBytes = withRoom(this.allocBytes, line);
    this.inuseBytes = withRoom(this.inuseBytes, line);
    this.weightBytes = withRoom(this.weightBytes, line);
    this.weightVariance = withRoom(this.weightVariance, line);
    this.countedVariance = withRoom(this.countedVariance, line);
    this.key = withRoom(this.key, line);
    this.wasLive = withRoom(this.wasLive, line);
    this.wasAllocBytes = withRoom(this.wasAllocBytes, line);
    this.wasInuseBytes = withRoom(this.wasInuseBytes, line);
    this.before.live = withRoom(this.before.live, line);
    this.before.allocated = withRoom(this.before.allocated, line);
    this.before.allocBytes = withRoom(this.before.allocBytes, line);
  }
}
