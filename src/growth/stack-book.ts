import type { CodeTable, Frame } from '../pprof/profile.ts';
import { IntList, withRoom } from './growing.ts';
import { Numbering } from './numbering.ts';
import { PlaceBook } from './place-book.ts';

/** Of stacks of the profiler itself, which are not counted. */
export const LEFT_OUT = -1;

/**
 * The stacks of a process, by number. They are told apart by the names of their functions, leaf first,
 * with inlined frames expanded and direct recursion collapsed, never by addresses or lines.
 */
export class StackBook {
  readonly places = new PlaceBook();
  /** By stack: of the newest profile, the bytes in use and the sampled objects behind them. */
  inuseBytes = new Float64Array(64);
  objects = new Float64Array(64);
  readonly #stacks = new Numbering();
  /** Places of stack `i`, leaf first: `placeIds` from `startOf(i)` up to `endOf(i)`. */
  readonly placeIds = new IntList();
  readonly #start = new IntList();
  /** The places of the sample that was looked at last. */
  readonly #sample = new IntList();
  /** The functions that were looked at last. */
  readonly #functions = new IntList();

  constructor() {
    this.#start.push(0);
  }

  get count(): number {
    return this.#stacks.count;
  }

  /** The stack of a sample. */
  stackOf(code: CodeTable, sample: number): number {
    const places = this.#placesOf(code, sample);
    this.#functions.length = 0;
    for (let at = 0; at < places.length; at++) {
      if (this.places.isOfObserver(places.at(at))) return LEFT_OUT;
      this.places.addFunctions(places.at(at), this.#functions);
    }
    return this.#add(places, this.places.hashOf(this.#functions));
  }

  /** The stack of places, new or known by its key. */
  add(placeIds: readonly number[], key: number): number {
    this.#sample.length = 0;
    for (const place of placeIds) this.#sample.push(place);
    return this.#add(this.#sample, key);
  }

  #add(places: IntList, key: number): number {
    const known = this.count;
    const stack = this.#stacks.numberOf(key);
    if (stack < known) return stack;
    this.inuseBytes = withRoom(this.inuseBytes, stack);
    this.objects = withRoom(this.objects, stack);
    for (let at = 0; at < places.length; at++) this.placeIds.push(places.at(at));
    this.#start.push(this.placeIds.length);
    return stack;
  }

  /** Shows the stack by the places of another sample of it, where they are as many. */
  showBy(stack: number, code: CodeTable, sample: number): void {
    const [start, end] = [this.#start.at(stack), this.#start.at(stack + 1)];
    const { values, length } = this.#placesOf(code, sample);
    if (length === end - start) this.placeIds.values.set(values.subarray(0, length), start);
  }

  startOf(stack: number): number {
    return this.#start.at(stack);
  }

  endOf(stack: number): number {
    return this.#start.at(stack + 1);
  }

  keyOf(stack: number): number {
    return this.#stacks.keyOf(stack);
  }

  framesOf(stack: number): readonly Frame[] {
    return this.#placesIn(stack).flatMap((place) => this.places.framesOf(place));
  }

  namesOf(stack: number): readonly string[] {
    const functions = this.#functions;
    functions.length = 0;
    this.addFunctions(stack, functions);
    return Array.from(
      functions.values.subarray(0, functions.length),
      (name) => this.places.names[name] ?? '',
    );
  }

  /** Puts the numbers of its functions, leaf first, behind those that stand `into`. */
  addFunctions(stack: number, into: IntList): void {
    const from = into.length;
    const end = this.#start.at(stack + 1);
    for (let at = this.#start.at(stack); at < end; at++) {
      this.places.addFunctions(this.placeIds.at(at), into, from);
    }
  }

  #placesIn(stack: number): readonly number[] {
    return [...this.placeIds.values.subarray(this.#start.at(stack), this.#start.at(stack + 1))];
  }

  #placesOf(code: CodeTable, sample: number): IntList {
    const places = this.#sample;
    places.length = 0;
    const locations = code.stackOf(sample);
    for (let at = 0; at < locations.length; at++) {
      places.push(this.places.placeOf(code, locations[at] ?? 0));
    }
    return places;
  }
}
