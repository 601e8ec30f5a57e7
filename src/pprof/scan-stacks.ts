import { LOCATION_ID, LOCATION_IDS } from './scan.ts';
import type { Scan } from './scan.ts';
import { SAMPLE, Wire } from './scan-wire.ts';

/** Reads stacks from a wire that `scan` has been over, and so found in order: all, or of one sample. */
export class StackReader {
  readonly #wire: Wire;
  readonly #positions: Uint32Array;
  readonly #stackStart: Uint32Array;

  constructor(bytes: Uint8Array, { parts, samples }: Scan) {
    this.#wire = new Wire(bytes);
    this.#positions = parts(SAMPLE);
    this.#stackStart = samples.stackStart;
  }

  /** Indexes of the locations of all samples, each behind the one before. */
  all(): Uint32Array {
    const locations = new Uint32Array(this.#stackStart.at(-1) ?? 0);
    for (let sample = 0; sample < this.#positions.length; sample++) {
      this.#read(sample, locations, this.#stackStart[sample] ?? 0);
    }
    return locations;
  }

  of(sample: number): Uint32Array {
    const start = this.#stackStart[sample] ?? 0;
    const locations = new Uint32Array((this.#stackStart[sample + 1] ?? 0) - start);
    this.#read(sample, locations, 0);
    return locations;
  }

  #read(sample: number, into: Uint32Array, start: number): void {
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
