import { WireEncoder } from './profile-wire.ts';
import type { Location, Row, WireHead, WireProfile } from './profile-wire.ts';

/** A location: address, then function, file, first line and line of each place. */
type PackedLocation = readonly (number | string)[];
/** A row: the label `bytes`, then its stack. */
type PackedRow = readonly number[];

/**
 * What changed from one profile of a series to the next. Locations and rows are numbered over the whole
 * series; `changes` are the columns of values, each as pairs of how many rows to skip and what to add.
 */
export interface ProfileDelta {
  readonly head?: WireHead;
  readonly locations: readonly PackedLocation[];
  readonly rows: readonly PackedRow[];
  readonly changes: readonly (readonly number[])[];
  /** Heap rows whose values differ from the scaled counts: the row, then what to add to each value. */
  readonly fixes: readonly (readonly number[])[];
}

const HEAP_TYPES = 4;

/**
 * A heap profile's four values follow from two counts of samples, the object size and the period
 * (runtime/pprof, scaleHeapSample); the counts are small and change little, so they are what is kept.
 */
function scaled(count: number, bytes: number, period: number): readonly [number, number] {
  if (count === 0 || bytes === 0) return [0, 0];
  const scale = scaleOf(bytes, period);
  return [Math.trunc(count * scale), Math.trunc(count * bytes * scale)];
}

function scaleOf(bytes: number, period: number): number {
  return period <= 1 ? 1 : 1 / (1 - Math.exp(-bytes / period));
}

function countOf(space: number, bytes: number, period: number): number {
  return bytes === 0 ? 0 : Math.round(space / (bytes * scaleOf(bytes, period)));
}

function isHeap(types: WireProfile['types']): boolean {
  return types.length === HEAP_TYPES;
}

function heapValues(counts: readonly number[], bytes: number, period: number): number[] {
  return counts.flatMap((count) => scaled(count, bytes, period));
}

/** Numbers of things over a whole series, by a key. */
class Numbering<T> {
  readonly items: T[] = [];
  readonly #numbers = new Map<string, number>();

  of(key: string, item: () => T): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.items.length);
    this.items.push(item());
    return this.items.length - 1;
  }
}

/** Turns the profiles of one process, or of one after the other, into deltas. */
export class ProfilePacker {
  readonly #locations = new Numbering<PackedLocation>();
  readonly #rows = new Numbering<PackedRow>();
  #columns: number[][] = [];
  #head = '';

  pack(profile: WireProfile): ProfileDelta {
    const { types, periodType, period, mappings } = profile;
    const from = { locations: this.#locations.items.length, rows: this.#rows.items.length };
    const { columns, fixes } = this.#tabulate(profile);
    const changes = columns.map((column, i) => difference(column, this.#columns[i] ?? []));
    this.#columns = columns;
    const head = { types, periodType, period, mappings };
    const changed = JSON.stringify(head) !== this.#head;
    this.#head = JSON.stringify(head);
    return {
      ...(changed ? { head } : {}),
      locations: this.#locations.items.slice(from.locations),
      rows: this.#rows.items.slice(from.rows),
      changes,
      fixes,
    };
  }

  #tabulate(profile: WireProfile): { columns: number[][]; fixes: number[][] } {
    const heap = isHeap(profile.types);
    const columns: number[][] = Array.from({ length: heap ? 2 : profile.types.length }, () => []);
    const fixes: number[][] = [];
    const numbers = profile.locations.map((location) => this.#locationOf(location));
    const taken = new Set<number>();
    // Go lists the newest first; from the oldest on, the numbers of twins stay the same.
    for (const row of profile.rows.toReversed()) {
      if (row.values.every((value) => value === 0)) continue;
      const number = this.#rowOf(row, numbers, taken);
      const kept = heap ? countsOf(row, profile.period) : row.values;
      kept.forEach((value, i) => {
        (columns[i] ??= [])[number] = value;
      });
      if (heap) fixes.push(...fixOf(row, { number, kept, period: profile.period }));
    }
    return { columns, fixes };
  }

  #locationOf({ address, places }: Location): number {
    const packed = [
      address,
      ...places.flatMap((place) => [place.function, place.file, place.startLine, place.line]),
    ];
    return this.#locations.of(packed.join('\n'), () => packed);
  }

  /** Rows of one stack and size can be several, since the frames of the runtime are left out of stacks. */
  #rowOf({ bytes, stack }: Row, numbers: readonly number[], taken: Set<number>): number {
    const packed = [bytes, ...stack.map((index) => numbers[index] ?? -1)];
    const key = packed.join();
    for (let twin = 0; ; twin++) {
      const number = this.#rows.of(`${key} ${twin}`, () => packed);
      if (taken.has(number)) continue;
      taken.add(number);
      return number;
    }
  }
}

function countsOf({ values, bytes }: Row, period: number): number[] {
  return [1, 3].map((space) => countOf(values[space] ?? 0, bytes, period));
}

function fixOf(
  row: Row,
  { number, kept, period }: { number: number; kept: readonly number[]; period: number },
): number[][] {
  const made = heapValues(kept, row.bytes, period);
  const residuals = row.values.map((value, i) => value - (made[i] ?? 0));
  return residuals.some((residual) => residual !== 0) ? [[number, ...residuals]] : [];
}

function difference(now: readonly number[], before: readonly number[]): number[] {
  const pairs: number[] = [];
  let skipped = 0;
  for (let i = 0; i < Math.max(now.length, before.length); i++) {
    const change = (now[i] ?? 0) - (before[i] ?? 0);
    if (change === 0) skipped++;
    else {
      pairs.push(skipped, change);
      skipped = 0;
    }
  }
  return pairs;
}

/** Turns deltas back into profiles, encoded as Go's runtime/pprof would but for the gzip. */
export class ProfileUnpacker {
  readonly #encoder = new WireEncoder();
  readonly #bytes: number[] = [];
  readonly #columns: number[][] = [];
  #head: WireHead | undefined;

  /** `timeNanos` is the time on the series' clock, since the recorder's own ran faster. */
  unpack(delta: ProfileDelta, timeNanos: string): Uint8Array {
    if (delta.head !== undefined) {
      this.#head = delta.head;
      this.#encoder.setHead(delta.head);
    }
    for (const location of delta.locations) this.#encoder.addLocation(locationFrom(location));
    for (const [bytes = 0, ...stack] of delta.rows) {
      this.#bytes.push(bytes);
      this.#encoder.addRow({ bytes, stack });
    }
    delta.changes.forEach((pairs, i) => add((this.#columns[i] ??= []), pairs));
    return this.#encoder.encode(this.#rows(delta.fixes), timeNanos);
  }

  #rows(fixes: ProfileDelta['fixes']): [number, number[]][] {
    if (this.#head === undefined) throw new Error('series: the first profile has no head');
    const { types, period } = this.#head;
    const fixed = new Map(fixes.map(([row, ...residuals]) => [row, residuals]));
    const rows: [number, number[]][] = [];
    this.#bytes.forEach((bytes, row) => {
      const kept = this.#columns.map((column) => column[row] ?? 0);
      const residuals = fixed.get(row);
      if (residuals === undefined && kept.every((value) => value === 0)) return;
      const plain = isHeap(types) ? heapValues(kept, bytes, period) : kept;
      rows.push([row, plain.map((value, i) => value + (residuals?.[i] ?? 0))]);
    });
    return rows;
  }
}

function locationFrom([address, ...rest]: PackedLocation): Location {
  const places = Array.from({ length: rest.length / 4 }, (_, i) => ({
    function: String(rest[4 * i]),
    file: String(rest[4 * i + 1]),
    startLine: Number(rest[4 * i + 2]),
    line: Number(rest[4 * i + 3]),
  }));
  return { address: Number(address), places };
}

function add(column: number[], pairs: readonly number[]): void {
  let row = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    row += pairs[i] ?? 0;
    column[row] = (column[row] ?? 0) + (pairs[i + 1] ?? 0);
    row++;
  }
}
