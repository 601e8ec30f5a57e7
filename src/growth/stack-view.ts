import type { Frame } from '../pprof/profile.ts';
import { CELLS } from './cells.ts';
import type { StackBook } from './stack-book.ts';

/** What is remembered of one stack; made when asked for. */
export interface StackHistory {
  /** Normalised names, leaf first, direct recursion collapsed. */
  readonly functions: readonly string[];
  /** The least bytes in use, cell by cell. */
  readonly floor: Float32Array;
  readonly inuseBytes: number;
  readonly objects: number;
  /** Of the newest profile that had some of it in use, leaf first. */
  readonly frames: readonly Frame[];
}

/** A class, for there are thousands of it at a time. */
export class StackView implements StackHistory {
  readonly inuseBytes: number;
  readonly objects: number;
  readonly #book: StackBook;
  readonly #columns: readonly Float32Array[];
  readonly #place: number;
  readonly #stack: number;
  #functions: readonly string[] | undefined;

  constructor(
    book: StackBook,
    columns: readonly Float32Array[],
    { place, stack }: { readonly place: number; readonly stack: number },
  ) {
    this.inuseBytes = book.inuseBytes[stack] ?? 0;
    this.objects = book.objects[stack] ?? 0;
    this.#book = book;
    this.#columns = columns;
    this.#place = place;
    this.#stack = stack;
  }

  get functions(): readonly string[] {
    return (this.#functions ??= this.#book.namesOf(this.#stack));
  }

  get floor(): Float32Array {
    const floor = new Float32Array(CELLS);
    this.#columns.forEach((column, cell) => (floor[cell] = column[this.#place] ?? 0));
    return floor;
  }

  get frames(): readonly Frame[] {
    return this.#book.framesOf(this.#stack);
  }
}
