import { createRow } from './profile.ts';
import type { Profile, Row } from './profile.ts';
import { LIVING_SCAN } from './scan.ts';
import type { Scan } from './scan.ts';
import { LABEL, LOCATION_ID, LOCATION_IDS, SAMPLE, VALUES, Wire } from './scan-wire.ts';

/** Of a sample, from its beginning to its values or its label. */
const USUAL_BYTES = 48;

/** Reads samples from a wire that `scan` has been over, and so found in order: all, or one of them. */
export class RowReader {
  readonly #wire: Wire;
  readonly #positions: Uint32Array;
  readonly #stackStart: Uint32Array;
  /** Of no meaning; it keeps the compiler from leaving out what `#fetch` does. */
  fetched = 0;

  constructor(bytes: Uint8Array, { parts, samples }: Pick<Scan, 'parts' | 'samples'>) {
    this.#wire = new Wire(bytes);
    this.#positions = parts(SAMPLE);
    this.#stackStart = samples.stackStart;
  }

  /** Indexes of the locations of all samples, each behind the one before. */
  stacks(): Uint32Array {
    const locations = new Uint32Array(this.#stackStart.at(-1) ?? 0);
    for (let sample = 0; sample < this.#positions.length; sample++) {
      this.#readStack(sample, locations, this.#stackStart[sample] ?? 0);
    }
    return locations;
  }

  stackOf(sample: number): Uint32Array {
    const start = this.#stackStart[sample] ?? 0;
    const locations = new Uint32Array((this.#stackStart[sample + 1] ?? 0) - start);
    this.#readStack(sample, locations, 0);
    return locations;
  }

  /** All rows in columns. */
  columns(): Pick<Profile, 'values' | 'size'> {
    const count = this.#positions.length;
    const column = (): Float64Array => new Float64Array(count);
    const [alloc_objects, alloc_space] = [column(), column()];
    const [inuse_objects, inuse_space] = [column(), column()];
    const size = column();
    const row = createRow();
    for (let sample = 0; sample < count; sample++) {
      this.#readRow(sample, row);
      alloc_objects[sample] = row.allocObjects;
      alloc_space[sample] = row.allocBytes;
      inuse_objects[sample] = row.inuseObjects;
      inuse_space[sample] = row.inuseBytes;
      size[sample] = row.size;
    }
    return { values: { alloc_objects, alloc_space, inuse_objects, inuse_space }, size };
  }

  readRows(samples: Int32Array, into: readonly Row[]): void {
    this.fetched = this.#fetch(samples);
    for (let at = 0; at < samples.length; at++) {
      const row = into[at];
      if (row !== undefined) this.#readRow(samples[at] ?? 0, row);
    }
  }

  /**
   * Touches the first and the last bytes of samples, so that they are all on their way from memory when
   * the first is read: a loop that did more would wait for each by itself.
   */
  #fetch(samples: Int32Array): number {
    const [{ bytes }, positions] = [this.#wire, this.#positions];
    let sum = 0;
    for (let at = 0; at < samples.length; at++) {
      const position = positions[samples[at] ?? 0] ?? 0;
      sum += (bytes[position] ?? 0) + (bytes[position + USUAL_BYTES] ?? 0);
    }
    return sum;
  }

  #readRow(sample: number, into: Row): void {
    const wire = this.#wire;
    wire.pos = this.#positions[sample] ?? 0;
    const end = wire.end();
    into.size = 0;
    while (wire.pos < end) {
      const tag = wire.bytes[wire.pos++];
      if (tag === VALUES) this.#readValues(into);
      else if (tag === LABEL) this.#readSize(into);
      else if (tag === LOCATION_ID) wire.skipVarint();
      else wire.pos = wire.end();
    }
  }

  #readValues(into: Row): void {
    const wire = this.#wire;
    wire.end();
    into.allocObjects = wire.varint();
    into.allocBytes = wire.varint();
    into.inuseObjects = wire.varint();
    into.inuseBytes = wire.varint();
  }

  /** A label is a key, the tag of a number and that number. */
  #readSize(into: Row): void {
    const wire = this.#wire;
    wire.end();
    wire.pos++;
    wire.skipVarint();
    wire.pos++;
    into.size = wire.varint();
  }

  #readStack(sample: number, into: Uint32Array, start: number): void {
    const wire = this.#wire;
    wire.pos = this.#positions[sample] ?? 0;
    const end = wire.end();
    let entry = start;
    while (wire.pos < end) {
      const tag = wire.bytes[wire.pos++];
      if (tag === LOCATION_ID) into[entry++] = wire.varint() - 1;
      else if (tag === LOCATION_IDS) entry = this.#readPacked(into, entry);
      else wire.pos = wire.end();
    }
  }

  #readPacked(into: Uint32Array, start: number): number {
    const wire = this.#wire;
    const end = wire.end();
    let entry = start;
    while (wire.pos < end) into[entry++] = wire.varint() - 1;
    return entry;
  }
}

/** See `LIVING_SCAN`. */
export const LIVING_ROWS = new RowReader(Buffer.alloc(0), LIVING_SCAN);
