import { add } from './growing.ts';
import { BLOCKS } from './blocks.ts';
import type { Block, Window } from './blocks.ts';
import type { Epoch, StackHistory } from './epoch.ts';
import type { PlaceBook } from './place-book.ts';
import type { FunctionsByPlace, StackFloors } from './stack-floors.ts';

/** Whether the code of a function is not to blame for what its callers keep. */
type IsLibrary = (name: string) => boolean;

/** A window is of one verdict, which looks at it for each function that alarms. */
const known = new WeakMap<Window, GrownStacks>();

/** How the stacks of an epoch grew over a window, between the floors of the first and the last block. */
export function grownStacks(epoch: Epoch, window: Window): GrownStacks {
  const stacks = known.get(window) ?? measure(epoch, window);
  known.set(window, stacks);
  return stacks;
}

function measure({ stacks, books }: Epoch, { blocks }: Window): GrownStacks {
  const before = floorsIn(stacks, blocks.at(-BLOCKS));
  const growth = Float64Array.from(floorsIn(stacks, blocks.at(-1)));
  for (let place = 0; place < growth.length; place++) add(growth, place, -(before[place] ?? 0));
  const { places } = books.stacks;
  return new GrownStacks({ stacks, places, growth, byPlace: stacks.functions() });
}

function floorsIn(stacks: StackFloors, block: Block | undefined): Float32Array {
  return stacks.leastBetween(block?.from ?? 0, block?.to ?? 0);
}

interface Source {
  readonly stacks: StackFloors;
  readonly places: PlaceBook;
  /** By place, bytes; may be below 0, so that in sums over stacks noise cancels. */
  readonly growth: Float64Array;
  readonly byPlace: FunctionsByPlace;
}

/**
 * Stacks that grew, all of an epoch or some. There may be twenty thousand, and a verdict goes over them
 * again and again: so functions go by number in here, and nothing is made for each stack.
 */
export class GrownStacks {
  readonly #source: Source;
  readonly #chosen: Int32Array;

  constructor(source: Source, chosen = Int32Array.from(source.growth, (_, place) => place)) {
    this.#source = source;
    this.#chosen = chosen;
  }

  through(name: string): GrownStacks {
    const number = this.#source.places.numberOf(name);
    return this.#only((place) => this.#find(place, number) >= 0);
  }

  notThrough(name: string): GrownStacks {
    const number = this.#source.places.numberOf(name);
    return this.#only((place) => this.#find(place, number) < 0);
  }

  /** The one that grew most; `undefined` where there is none. */
  steepest(): StackHistory | undefined {
    const { growth, stacks } = this.#source;
    const [first] = this.#chosen;
    if (first === undefined) return undefined;
    const bytes = (place: number): number => growth[place] ?? 0;
    return stacks.at(
      this.#chosen.reduce((most, place) => (bytes(place) > bytes(most) ? place : most), first),
    );
  }

  growthBytes(): number {
    return this.#chosen.reduce((sum, place) => sum + (this.#source.growth[place] ?? 0), 0);
  }

  /** How much grew on stacks through a function; a stack counts once for each of its functions. */
  growthByFunction(): (name: string) => number {
    const { start } = this.#source.byPlace;
    return this.#growthFrom((place) => start[place] ?? 0);
  }

  /** The same of the stacks through one function, as far as others called it. */
  growthOfCallers(called: string): (name: string) => number {
    const number = this.#source.places.numberOf(called);
    return this.through(called).#growthFrom((place) => this.#find(place, number) + 1);
  }

  /** The same, as far as it called others, each stack up to a callee where the calls end that count. */
  growthOfCallees(caller: string, isEnd: (name: string) => boolean): (name: string) => number {
    const { places, byPlace } = this.#source;
    const number = places.numberOf(caller);
    const ends = new Map<number, boolean>();
    const endsAt = (at: number): boolean => {
      const callee = byPlace.functions[at] ?? 0;
      const end = ends.get(callee) ?? isEnd(places.names[callee] ?? '');
      ends.set(callee, end);
      return end;
    };
    const called = (place: number): number => this.#find(place, number);
    const first = (place: number): number => {
      let at = called(place);
      while (at > (byPlace.start[place] ?? 0) && !endsAt(at - 1)) at -= 1;
      return at;
    };
    return this.through(caller).#growthFrom(first, called);
  }

  /** What each function allocates itself of what grew, or by the library alone. */
  growthOfThemselves(isLibrary: IsLibrary): ReadonlyMap<string, number> {
    const { growth } = this.#source;
    const sums = new Map<string, number>();
    for (const place of this.#chosen) {
      const name = this.#firstOwn(place, isLibrary);
      if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + (growth[place] ?? 0));
    }
    return sums;
  }

  /** Of what grows below a function, what it allocates itself, or by the library alone. */
  growthOfItself(name: string, isLibrary: IsLibrary): number {
    const isOther = (each: string): boolean => each !== name && isLibrary(each);
    return this.through(name)
      .#only((place) => this.#firstOwn(place, isOther) === name)
      .growthBytes();
  }

  /** The nearest to the leaf that is none of the library. */
  #firstOwn(place: number, isLibrary: IsLibrary): string | undefined {
    const {
      places: { names },
      byPlace: { functions, start },
    } = this.#source;
    const end = start[place + 1] ?? 0;
    for (let at = start[place] ?? 0; at < end; at++) {
      const name = names[functions[at] ?? 0] ?? '';
      if (!isLibrary(name)) return name;
    }
    return undefined;
  }

  /** Where among all functions the first one of a stack with this number stands; below 0: nowhere. */
  #find(place: number, number: number): number {
    const { functions, start } = this.#source.byPlace;
    const end = start[place + 1] ?? 0;
    for (let at = start[place] ?? 0; at < end; at++) if (functions[at] === number) return at;
    return -1;
  }

  /** Where among all functions those of a stack begin that count, and where they end. */
  #growthFrom(
    first: (place: number) => number,
    behind = (place: number): number => this.#source.byPlace.start[place + 1] ?? 0,
  ): (name: string) => number {
    const {
      places,
      growth,
      byPlace: { functions },
    } = this.#source;
    const sums = new Float64Array(places.names.length);
    const countedIn = new Int32Array(sums.length).fill(-1);
    const count = (number: number, place: number): void => {
      if (countedIn[number] !== place) add(sums, number, growth[place] ?? 0);
      countedIn[number] = place;
    };
    for (const place of this.#chosen) {
      const end = behind(place);
      for (let at = first(place); at < end; at++) count(functions[at] ?? 0, place);
    }
    return (name) => sums[places.numberOf(name)] ?? 0;
  }

  #only(belongs: (place: number) => boolean): GrownStacks {
    return new GrownStacks(this.#source, this.#chosen.filter(belongs));
  }
}
