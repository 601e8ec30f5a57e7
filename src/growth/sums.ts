import { add, withRoom } from './growing.ts';
import type { LineBook } from './line-book.ts';
import type { StackBook } from './stack-book.ts';

/**
 * What is added up of each stack and function stands side by side, so that adding to one loads one or
 * two lines of memory and not five: `WIDTH` numbers, of which these are the first.
 */
export const WIDTH = 8;
export const INUSE_BYTES = 0;
export const ALLOC_BYTES = 1;
export const OBJECTS = 2;
/** Sampling variance of the bytes in use, bytes². */
export const VARIANCE = 3;
/** Bound on the sampling variance of their change since the profile before, bytes². */
export const CHURN = 4;

/**
 * What the newest profile says of each function: carried on by what changed in lines, by way of the
 * stacks that they are of. A stack counts once for each of its functions. Variances are whole numbers
 * too, so that adding and taking away leaves nothing behind.
 */
export class Sums {
  /** By number of the function's name. */
  functions = new Float64Array(64 * WIDTH);
  readonly #stacks: StackBook;
  /** Changes by stack; all 0 between two profiles. */
  #changes = new Float64Array(64 * WIDTH);
  /** Stacks that changed in the newest profile. */
  touched = new Int32Array(64);
  touchedCount = 0;
  #touchedIn = new Int32Array(64);
  #countedFor = new Int32Array(64);
  #profile = 0;
  #turn = 0;

  constructor(stacks: StackBook) {
    this.#stacks = stacks;
  }

  settle(lines: LineBook): void {
    const stacks = this.#stacks;
    if (this.#profile++ === 0) this.#beginAnew();
    this.touchedCount = 0;
    this.#changes = withRoom(this.#changes, stacks.count * WIDTH);
    this.#touchedIn = withRoom(this.#touchedIn, stacks.count);
    const names = stacks.places.names.length;
    this.functions = withRoom(this.functions, names * WIDTH);
    this.#countedFor = withRoom(this.#countedFor, names);
    for (let at = CHURN; at < names * WIDTH; at += WIDTH) this.functions[at] = 0;
    for (let at = 0; at < lines.touchedCount; at++) this.#addLine(lines, lines.touched[at] ?? 0);
    for (let at = 0; at < this.touchedCount; at++) this.#addStack(this.touched[at] ?? 0);
  }

  /** Of stacks known from before a restart the sums are made anew. */
  #beginAnew(): void {
    this.#stacks.inuseBytes.fill(0);
    this.#stacks.objects.fill(0);
  }

  #addLine(lines: LineBook, line: number): void {
    const stack = lines.stack[line] ?? 0;
    this.#touch(stack);
    const live = lines.live[line] ?? 0;
    const weight = lines.weightVariance[line] ?? 0;
    const variance = Math.round(live * weight);
    const inuse = (lines.inuseBytes[line] ?? 0) - (lines.wasInuseBytes[line] ?? 0);
    const alloc = (lines.allocBytes[line] ?? 0) - (lines.wasAllocBytes[line] ?? 0);
    const [changes, at] = [this.#changes, stack * WIDTH];
    add(changes, at + INUSE_BYTES, inuse);
    add(changes, at + ALLOC_BYTES, alloc);
    add(changes, at + OBJECTS, live - (lines.wasLive[line] ?? 0));
    add(changes, at + VARIANCE, variance - (lines.countedVariance[line] ?? 0));
    add(changes, at + CHURN, Math.round(lines.turnover(line) * weight));
    lines.countedVariance[line] = variance;
  }

  #touch(stack: number): void {
    if (this.#touchedIn[stack] === this.#profile) return;
    this.#touchedIn[stack] = this.#profile;
    this.touched = withRoom(this.touched, this.touchedCount);
    this.touched[this.touchedCount++] = stack;
  }

  #addStack(stack: number): void {
    const [stacks, sums, changes] = [this.#stacks, this.functions, this.#changes];
    const from = stack * WIDTH;
    const inuseBytes = changes[from + INUSE_BYTES] ?? 0;
    const allocBytes = changes[from + ALLOC_BYTES] ?? 0;
    const objects = changes[from + OBJECTS] ?? 0;
    const variance = changes[from + VARIANCE] ?? 0;
    const churn = changes[from + CHURN] ?? 0;
    const turn = ++this.#turn;
    const counted = this.#countedFor;
    const { values, length } = stacks.functionsOf(stack);
    for (let at = 0; at < length; at++) {
      const name = values[at] ?? 0;
      if (counted[name] === turn) continue;
      counted[name] = turn;
      const to = name * WIDTH;
      add(sums, to + INUSE_BYTES, inuseBytes);
      add(sums, to + ALLOC_BYTES, allocBytes);
      add(sums, to + OBJECTS, objects);
      add(sums, to + VARIANCE, variance);
      add(sums, to + CHURN, churn);
    }
    add(stacks.inuseBytes, stack, inuseBytes);
    add(stacks.objects, stack, objects);
    changes.fill(0, from, from + WIDTH);
  }
}
