import type { Reader } from 'protobufjs/minimal.js';
import { ProfileError } from './profile.ts';
import type { Varint } from './wire.ts';

/** Where each string's length stands. */
type Positions = readonly number[] | Uint32Array;

/** The strings of a profile by index, each decoded when first asked for. */
export class StringTable {
  readonly #reader: Reader;
  readonly #positions: Positions;
  readonly #decoded: (string | undefined)[];

  /** Throws a `ProfileError` unless string 0 is empty, which tells a profile from chance bytes. */
  constructor(reader: Reader, positions: Positions) {
    this.#reader = reader;
    this.#positions = positions;
    this.#decoded = Array.from({ length: positions.length });
    if (positions.length > 0 && this.at(0) !== '') {
      throw new ProfileError('profile: string 0 is not empty; this is no pprof profile');
    }
  }

  /** Leaves the reader where it was. */
  at(index: number): string {
    const known = this.#decoded[index];
    if (known !== undefined) return known;
    const position = this.#positions[index];
    if (position === undefined) {
      throw new ProfileError(
        `profile: speaks of string ${index}, but has ${this.#positions.length} strings`,
      );
    }
    const { pos } = this.#reader;
    this.#reader.pos = position;
    const text = this.#reader.string();
    this.#reader.pos = pos;
    this.#decoded[index] = text;
    return text;
  }
}

/**
 * What a profile numbers by ids. Go's ids are 1, 2, 3 …, which an array holds; others may be any
 * uint64, which a map holds.
 */
export class IdTable<T> {
  readonly #what: string;
  readonly #dense: (T | undefined)[];
  readonly #sparse = new Map<Varint, T>();

  constructor(what: string, count: number) {
    this.#what = what;
    this.#dense = Array.from({ length: count + 1 });
  }

  add(id: Varint, item: T): void {
    if (id === 0) throw new ProfileError(`profile: a ${this.#what} has no id`);
    if (this.#lookUp(id) !== undefined) {
      throw new ProfileError(`profile: ${this.#what} ${id} is there twice`);
    }
    if (typeof id === 'number' && id < this.#dense.length) this.#dense[id] = item;
    else this.#sparse.set(id, item);
  }

  find(id: Varint): T {
    const item = this.#lookUp(id);
    if (item !== undefined) return item;
    throw new ProfileError(`profile: speaks of ${this.#what} ${id}, which is not there`);
  }

  #lookUp(id: Varint): T | undefined {
    const dense = typeof id === 'number' ? this.#dense[id] : undefined;
    return dense ?? (this.#sparse.size === 0 ? undefined : this.#sparse.get(id));
  }
}
