import { createRow } from './profile.ts';
import type { Profile, Row } from './profile.ts';
import { LIVING_SCAN } from './scan.ts';
import type { Scan } from './scan.ts';
import { LABEL, LOCATION_ID, LOCATION_IDS, SAMPLE, VALUES, Wire } from './scan-wire.ts';

/** Reads samples from a wire that `scan` has been over, and so found in order: all, or one of them. */
export class RowReader {
  readonly #wire: Wire;
  readonly #positions: Uint32Array;
  readonly #stackStart: Uint32Array;

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
      this.readRow(sample, row);
      alloc_objects[sample] = row.allocObjects;
      alloc_space[sample] = row.allocBytes;
      inuse_objects[sample] = row.inuseObjects;
      inuse_space[sample] = row.inuseBytes;
      size[sample] = row.size;
    }
    return { values: { alloc_objects, alloc_space, inuse_objects, inuse_space }, size };
  }

  readRow(sample: number, into: Row): void {
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
