import type { CodeTable, Frame } from '../pprof/profile.ts';
import { IntList, withRoom } from './growing.ts';
import { PlaceBook } from './place-book.ts';

/** Of stacks of the profiler itself, which are not counted. */
export const LEFT_OUT = -1;

/** The stacks of a profile. */
export interface Stacks {
  readonly code: CodeTable;
  /** By location: its place and 1, 0 where it was not asked for yet. */
  readonly placeOf: Int32Array;
}

/**
 * The stacks of a process, by number. They are told apart by the names of their functions, leaf first,
 * with inlined frames expanded and direct recursion collapsed, never by addresses or lines.
 */
export class StackBook {
  readonly places = new PlaceBook();
  count = 0;
  /** By stack: of the newest profile, the bytes in use and the sampled objects behind them. */
  inuseBytes = new Float64Array(64);
  objects = new Float64Array(64);
  #key = new Float64Array(64);
  readonly #numberOf = new Map<number, number>();
  /** Places of stack `i`, leaf first: `#placeIds[#start[i]] … #placeIds[#start[i + 1] - 1]`. */
  readonly #placeIds = new IntList();
  readonly #start = new IntList();
  /** What `functionsOf` gives out. */
  readonly #functions = new IntList();

  constructor() {
    this.#start.push(0);
  }

  /** The stack of a sample. */
  stackOf(stacks: Stacks, sample: number): number {
    const ids = this.#placesOf(stacks, sample);
    return ids.some((place) => this.places.isOfProfiler(place)) ? LEFT_OUT : this.add(ids);
  }

  /** The stack of places, new or known. */
  add(placeIds: readonly number[], known?: number): number {
    const key = known ?? this.places.hashOf(this.#functionsAt(placeIds));
    const number = this.#numberOf.get(key);
    if (number !== undefined) return number;
    const stack = this.count++;
    this.#numberOf.set(key, stack);
    this.inuseBytes = withRoom(this.inuseBytes, stack);
    this.objects = withRoom(this.objects, stack);
    this.#key = withRoom(this.#key, stack);
    this.#key[stack] = key;
    for (const place of placeIds) this.#placeIds.push(place);
    this.#start.push(this.#placeIds.length);
    return stack;
  }

  /** Shows the stack by the places of another sample of it, where they are as many. */
  showBy(stack: number, stacks: Stacks, sample: number): void {
    const [start, end] = [this.#start.at(stack), this.#start.at(stack + 1)];
    const ids = this.#placesOf(stacks, sample);
    if (ids.length === end - start) this.#placeIds.values.set(ids, start);
  }

  keyOf(stack: number): number {
    return this.#key[stack] ?? 0;
  }

  framesOf(stack: number): readonly Frame[] {
    return this.#placesIn(stack).flatMap((place) => this.places.framesOf(place));
  }

  namesOf(stack: number): readonly string[] {
    const { values, length } = this.functionsOf(stack);
    return Array.from(values.subarray(0, length), (name) => this.places.names[name] ?? '');
  }

  /** Numbers of its functions, leaf first; good until the next call. */
  functionsOf(stack: number): IntList {
    const functions = this.#functions;
    functions.length = 0;
    const end = this.#start.at(stack + 1);
    for (let at = this.#start.at(stack); at < end; at++) {
      this.places.addFunctions(this.#placeIds.at(at), functions);
    }
    return functions;
  }

  #functionsAt(placeIds: readonly number[]): IntList {
    this.#functions.length = 0;
    for (const place of placeIds) this.places.addFunctions(place, this.#functions);
    return this.#functions;
  }

  #placesIn(stack: number): readonly number[] {
    return [...this.#placeIds.values.subarray(this.#start.at(stack), this.#start.at(stack + 1))];
  }

  #placesOf({ code, placeOf }: Stacks, sample: number): readonly number[] {
    return Array.from(code.stackOf(sample), (location) => {
      const place = (placeOf[location] ?? 0) - 1;
      if (place >= 0) return place;
      const found = this.places.placeOf(code, location);
      placeOf[location] = found + 1;
      return found;
    });
  }
}
