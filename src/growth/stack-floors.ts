import { IntList, withRoom } from './growing.ts';
import type { StackBook } from './stack-book.ts';
import { StackView, type StackHistory } from './stack-view.ts';

export const MAX_STACKS = 20_000;
/** A stack that holds so many times as much as another may take its place. */
const WORTH_A_PLACE = 2;

/** Those of place `i` are `functions[start[i]] … functions[start[i + 1] - 1]`, as `PlaceBook.names` has them. */
export interface FunctionsByPlace {
  readonly functions: Int32Array;
  readonly start: Int32Array;
}

/**
 * The floors of stacks over time: a column of memory for each cell of the time axis, so that a profile
 * is written into one column, and two cells are joined by going along two. Only stacks that were in use
 * have a place here, at most `MAX_STACKS`, the largest.
 */
export class StackFloors {
  #book: StackBook;
  /** By cell, as many as the time axis has; by place. */
  readonly #columns: Float32Array[] = [];
  /** By place. */
  #stacks = new IntList();
  /** By stack: its place and 1. */
  #placeOf = new Int32Array(64);
  #isCrowded = false;
  #changes = 0;

  constructor(book: StackBook) {
    this.#book = book;
  }

  get size(): number {
    return this.#stacks.length;
  }

  /** How often a stack was given a place or lost it. */
  get changes(): number {
    return this.#changes;
  }

  *values(): Generator<StackHistory> {
    for (let place = 0; place < this.size; place++) yield this.at(place);
  }

  /** Of the stack at a place, from 0 up to `size`. */
  at(place: number): StackHistory {
    return new StackView(this.#book, this.#columns, { place, stack: this.#stacks.at(place) });
  }

  /** The least floor of each stack in the cells `from … to − 1`, by place; 0 where there are none. */
  leastBetween(from: number, to: number): Float32Array {
    const [first, ...others] = this.#columns.slice(from, to);
    const least = new Float32Array(this.size);
    if (first !== undefined) least.set(first.subarray(0, this.size));
    for (const column of others) {
      for (let place = 0; place < least.length; place++) {
        const [one, other] = [least[place] ?? 0, column[place] ?? 0];
        least[place] = one < other ? one : other;
      }
    }
    return least;
  }

  /** The functions of all stacks, by number and leaf first, one stack behind the other. */
  functions(): FunctionsByPlace {
    const functions = new IntList();
    const start = new Int32Array(this.size + 1);
    for (let place = 0; place < this.size; place++) {
      this.#book.addFunctions(this.#stacks.at(place), functions);
      start[place + 1] = functions.length;
    }
    return { functions: functions.values.subarray(0, functions.length), start };
  }

  keyAt(place: number): number {
    return this.#book.keyOf(this.#stacks.at(place));
  }

  /** Gives places to those of the stacks that have none and are in use. */
  seat(stacks: Int32Array): void {
    const room = MAX_STACKS - this.size;
    if (room === 0) return void (this.#isCrowded = true);
    const { inuseBytes } = this.#book;
    this.#placeOf = withRoom(this.#placeOf, this.#book.count);
    const waiting = stacks.filter(
      (stack) => this.#placeOf[stack] === 0 && (inuseBytes[stack] ?? 0) > 0,
    );
    if (waiting.length > room) {
      this.#isCrowded = true;
      waiting.sort((one, other) => (inuseBytes[other] ?? 0) - (inuseBytes[one] ?? 0));
    }
    for (const stack of waiting.subarray(0, room)) this.add(stack);
  }

  add(stack: number): number {
    this.#placeOf = withRoom(this.#placeOf, stack);
    const place = this.#stacks.push(stack);
    this.#placeOf[stack] = place + 1;
    this.#changes++;
    this.#columns.forEach((column, cell) => {
      this.#columns[cell] = withRoom(column, place);
    });
    return place;
  }

  /** The newest cell, from what is in use now. */
  record(): void {
    const column = new Float32Array(Math.max(64, this.#columns.at(-1)?.length ?? 0, this.size));
    const { inuseBytes } = this.#book;
    const { values, length } = this.#stacks;
    for (let place = 0; place < length; place++) {
      column[place] = inuseBytes[values[place] ?? 0] ?? 0;
    }
    this.#columns.push(column);
  }

  /** Joins cell `at` and the next one; the lower floor stays. */
  join(at: number): void {
    const [one, other] = this.#columns.slice(at, at + 2);
    if (one === undefined || other === undefined) return;
    for (let place = 0; place < this.size; place++) {
      const [a, b] = [one[place] ?? 0, other[place] ?? 0];
      one[place] = a < b ? a : b;
    }
    this.#columns.splice(at + 1, 1);
  }

  /** Forgets what nothing is left of in any cell, and what is small where there are more than have a place. */
  sweep(): void {
    this.#keep((place, stack) => (this.#book.inuseBytes[stack] ?? 0) > 0 || !this.#isBare(place));
    if (this.#isCrowded) this.#reseat();
  }

  /** The same over other numbers for the stacks. */
  moveTo(book: StackBook): void {
    const stacks = new IntList();
    this.#placeOf = new Int32Array(this.size + 64);
    for (let place = 0; place < this.size; place++) {
      const old = this.#stacks.at(place);
      const frames = this.#book.framesOf(old);
      const ids = frames.map((frame) => book.places.add([frame]));
      const stack = book.add(ids, this.#book.keyOf(old));
      book.inuseBytes[stack] = this.#book.inuseBytes[old] ?? 0;
      book.objects[stack] = this.#book.objects[old] ?? 0;
      this.#placeOf = withRoom(this.#placeOf, stack);
      this.#placeOf[stack] = stacks.push(stack) + 1;
    }
    this.#book = book;
    this.#stacks = stacks;
  }

  /** Puts the floors of a stack back, cell by cell. */
  restore(place: number, floor: Float32Array, cells: number): void {
    while (this.#columns.length < cells) this.#columns.push(new Float32Array(64));
    this.#columns.forEach((column, cell) => {
      const roomy = withRoom(column, place);
      roomy[place] = floor[cell] ?? 0;
      this.#columns[cell] = roomy;
    });
  }

  #reseat(): void {
    const { count, inuseBytes } = this.#book;
    const bytes = (stack: number): number => inuseBytes[stack] ?? 0;
    const all = Int32Array.from({ length: count }, (_, stack) => stack);
    const waiting = all
      .filter((stack) => (this.#placeOf[stack] ?? 0) === 0 && bytes(stack) > 0)
      .sort((one, other) => bytes(other) - bytes(one));
    const seated = this.#stacks.values
      .slice(0, this.size)
      .sort((one, other) => bytes(one) - bytes(other));
    const leaving = new Set<number>();
    const excess = waiting.length - (MAX_STACKS - this.size);
    for (let at = 0; at < Math.min(excess, seated.length); at++) {
      const [small = 0, large = 0] = [seated[at], waiting[at]];
      if (bytes(large) <= WORTH_A_PLACE * bytes(small)) break;
      leaving.add(small);
    }
    this.#isCrowded = excess > 0;
    this.#keep((_, stack) => !leaving.has(stack));
    this.seat(waiting);
  }

  #keep(isKept: (place: number, stack: number) => boolean): void {
    let to = 0;
    for (let place = 0; place < this.size; place++) {
      const stack = this.#stacks.at(place);
      const kept = isKept(place, stack);
      this.#placeOf[stack] = kept ? to + 1 : 0;
      if (kept) this.#move(place, to++);
    }
    for (const column of this.#columns) column.fill(0, to, this.size);
    this.#changes += this.size - to;
    this.#stacks.length = to;
  }

  #move(from: number, to: number): void {
    if (from === to) return;
    this.#stacks.values[to] = this.#stacks.at(from);
    for (const column of this.#columns) column[to] = column[from] ?? 0;
  }

  #isBare(place: number): boolean {
    return this.#columns.every((column) => (column[place] ?? 0) === 0);
  }
}
