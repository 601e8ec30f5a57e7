import { add, withRoom } from './growing.ts';
import {
  ALLOCATED_BYTES,
  COUNTED_VARIANCE,
  INUSE,
  LINE_WIDTH,
  LIVE,
  STACK,
  WEIGHT_VARIANCE,
} from './line-book.ts';
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
/** The same for the loop over functions: what is exported V8 fetches and checks anew at each use. */
const [STRIDE, AT_ALLOC, AT_OBJECTS, AT_VARIANCE, AT_CHURN] = [
  WIDTH,
  ALLOC_BYTES,
  OBJECTS,
  VARIANCE,
  CHURN,
];

/** Stacks whose numbers are asked for before any of them is added. */
const BATCH = 64;

/**
 * What the newest profile says of each function: carried on by what changed in lines, by way of the
 * stacks that they are of. A stack counts once for each of its functions. Variances are whole numbers
 * too, so that adding and taking away leaves nothing behind.
 */
export class Sums {
  /** By number of the function's name. */
  functions = new Float64Array(64 * WIDTH);
  readonly #stacks: StackBook;
  /** Stacks that changed in the newest profile, and the changes of each. */
  touched = new Int32Array(64);
  touchedCount = 0;
  #changes = new Float64Array(64 * WIDTH);
  /** By stack: where in the above it is, and 1; all 0 between two profiles. */
  #placeOf = new Int32Array(64);
  /** By name: the place of the stack that it was counted for last, and 1. */
  #countedFor = new Int32Array(64);
  #isFirst = true;
  /** Of no meaning; it keeps the compiler from leaving out what `#fetch` does. */
  fetched = 0;

  constructor(stacks: StackBook) {
    this.#stacks = stacks;
  }

  settle(lines: LineBook): void {
    if (this.#isFirst) this.#beginAnew();
    this.touchedCount = 0;
    this.#placeOf = withRoom(this.#placeOf, this.#stacks.count);
    const names = this.#stacks.places.names.length;
    this.functions = withRoom(this.functions, names * WIDTH);
    this.#countedFor = withRoom(this.#countedFor, names);
    this.#countedFor.fill(0);
    for (let at = CHURN; at < names * WIDTH; at += WIDTH) this.functions[at] = 0;
    for (let touch = 0; touch < lines.touchedCount; touch++) this.#addLine(lines, touch);
    for (let place = 0; place < this.touchedCount; place++) {
      if (place % BATCH === 0) this.fetched = this.#fetch(place);
      this.#addStack(place);
    }
  }

  /** Of stacks known from before a restart the sums are made anew. */
  #beginAnew(): void {
    this.#isFirst = false;
    this.#stacks.inuseBytes.fill(0);
    this.#stacks.objects.fill(0);
  }

  #addLine(lines: LineBook, touch: number): void {
    const { numbers } = lines;
    const line = lines.touchedLine(touch) * LINE_WIDTH;
    const weight = numbers[line + WEIGHT_VARIANCE] ?? 0;
    const variance = Math.round((numbers[line + LIVE] ?? 0) * weight);
    const at = this.#touch(numbers[line + STACK] ?? 0) * WIDTH;
    const changes = this.#changes;
    add(changes, at + INUSE_BYTES, lines.changeOf(touch, INUSE));
    add(changes, at + ALLOC_BYTES, lines.changeOf(touch, ALLOCATED_BYTES));
    add(changes, at + OBJECTS, lines.changeOf(touch, LIVE));
    add(changes, at + VARIANCE, variance - (numbers[line + COUNTED_VARIANCE] ?? 0));
    add(changes, at + CHURN, Math.round(lines.turnover(touch) * weight));
    numbers[line + COUNTED_VARIANCE] = variance;
  }

  /** The place of a stack among those touched. */
  #touch(stack: number): number {
    const known = (this.#placeOf[stack] ?? 0) - 1;
    if (known >= 0) return known;
    const place = this.touchedCount++;
    this.touched = withRoom(this.touched, place);
    this.#changes = withRoom(this.#changes, (place + 1) * WIDTH);
    this.touched[place] = stack;
    this.#placeOf[stack] = place + 1;
    this.#changes.fill(0, place * WIDTH, (place + 1) * WIDTH);
    return place;
  }

  #addStack(place: number): void {
    const stack = this.touched[place] ?? 0;
    this.#placeOf[stack] = 0;
    const [stacks, changes, at] = [this.#stacks, this.#changes, place * WIDTH];
    add(stacks.inuseBytes, stack, changes[at + INUSE_BYTES] ?? 0);
    add(stacks.objects, stack, changes[at + OBJECTS] ?? 0);
    this.#addToFunctions(stack, place);
  }

  /** Adds the changes of a touched stack to its functions; to one that it has twice they are added as 0. */
  #addToFunctions(stack: number, touched: number): void {
    const [sums, changes, counted] = [this.functions, this.#changes, this.#countedFor];
    const {
      placeIds,
      places: { start, frameName },
    } = this.#stacks;
    const at = touched * WIDTH;
    const [inuse, alloc] = [changes[at + INUSE_BYTES] ?? 0, changes[at + ALLOC_BYTES] ?? 0];
    const [objects, variance] = [changes[at + OBJECTS] ?? 0, changes[at + VARIANCE] ?? 0];
    const churn = changes[at + CHURN] ?? 0;
    const end = this.#stacks.endOf(stack);
    for (let of = this.#stacks.startOf(stack); of < end; of++) {
      const place = placeIds.at(of);
      const last = start.at(place + 1);
      for (let frame = start.at(place); frame < last; frame++) {
        const name = frameName.at(frame);
        const times = counted[name] === touched + 1 ? 0 : 1;
        counted[name] = touched + 1;
        const to = name * STRIDE;
        add(sums, to, times * inuse);
        add(sums, to + AT_ALLOC, times * alloc);
        add(sums, to + AT_OBJECTS, times * objects);
        add(sums, to + AT_VARIANCE, times * variance);
        add(sums, to + AT_CHURN, times * churn);
      }
    }
  }

  /** Touches what is known of some touched stacks, so that it is all on its way from memory: see `ledger.ts`. */
  #fetch(from: number): number {
    const [stacks, touched, { placeIds }] = [this.#stacks, this.touched, this.#stacks];
    const to = Math.min(from + BATCH, this.touchedCount);
    let sum = 0;
    for (let place = from; place < to; place++) {
      const stack = touched[place] ?? 0;
      const first = stacks.startOf(stack);
      const last = Math.max(first, stacks.endOf(stack) - 1);
      sum += (placeIds.values[first] ?? 0) + (placeIds.values[last] ?? 0);
      sum += (stacks.inuseBytes[stack] ?? 0) + (stacks.objects[stack] ?? 0);
    }
    return sum;
  }
}
