import { createLanes, FACTOR_A, FACTOR_B } from './lanes.ts';
import type { Lanes } from './lanes.ts';
import type { ProfileLimits } from './profile.ts';
import { LocationScanner, scanCode } from './scan-code.ts';
import type { ScannedCode } from './scan-code.ts';
import {
  expect,
  findParts,
  LOCATION,
  partsOfNothing,
  SAMPLE,
  STRING,
  Unusual,
  Wire,
} from './scan-wire.ts';
import type { Positions } from './scan-wire.ts';
import { hashLocations } from './stack-hash.ts';

/**
 * The fast way through a heap profile: its numbers go from the wire into typed arrays, one message
 * after the other, without an object for any of them.
 *
 * A profile of a large service is megabytes of small numbers, and what objects, closures and general
 * rules cost for each is more than all else together. So this file reads the wire by itself, and
 * reads only what Go writes: ids that count from 1, four values a sample, one label key, no number of
 * 2^49 or above but the time. Whatever is not so (other types or order, broken bytes, beyond a limit)
 * comes back as `undefined`, and the caller asks the reader of record, which takes everything and
 * words every refusal. Nothing may be accepted here that is not accepted there with the same result;
 * a test holds the two together.
 *
 * Go writes samples before the strings that they speak of, and places in between. So numbers are kept
 * as they stand and strings as positions; at the end the highest of each kind must lead somewhere.
 *
 * Two thirds of the bytes are the locations of stacks, and whoever has seen the stacks before wants no
 * more of them than to know them again. So they go into one hash for each sample as they pass by, and
 * are only read into an array (`scan-stacks.ts`) when someone asks for it.
 *
 * A varint has seven bits in each byte, the lowest first; the top bit says that another one follows:
 * `96 01` is 0x16 + 0x01 · 128 = 150. A field is `number << 3 | kind`, with kind 0 for a varint and 2
 * for a length and so many bytes: `12 02 96 01` is field 2 holding two bytes. All field tags of a
 * heap profile fit one byte.
 * Fields: github.com/google/pprof/blob/main/proto/profile.proto
 */
export interface Scan {
  /** Of all parts, by tag, for the few that are left to the reader of record. */
  readonly parts: Positions;
  readonly code: ScannedCode;
  readonly samples: ScannedSamples;
}

export interface ScannedSamples {
  readonly count: number;
  /** In the order in which the profile lists its sample types. */
  readonly values: readonly Float64Array[];
  readonly size: Float64Array;
  /** Of each sample, over what `hashLocations` says of its locations. */
  readonly stackHash: Lanes;
  /** Where in the entries of all stacks that of a sample begins; the entries are read by `scan-stacks.ts`. */
  readonly stackStart: Uint32Array;
  /** String index of the key of all labels; 0 where there are none. */
  readonly labelKey: number;
}

/** `undefined` for a profile that is not as Go writes it. */
export function scan(bytes: Uint8Array, limits: ProfileLimits): Scan | undefined {
  try {
    const parts = findParts(new Wire(bytes), limits);
    const wire = new Wire(bytes);
    const code = scanCode(wire, parts, limits);
    const hashes = hashLocations(bytes, parts(STRING), code);
    const scanner = new SampleScanner(wire, { parts, limits, hashes });
    return { parts, code, samples: scanner.scan() };
  } catch (error) {
    if (error instanceof Unusual) return undefined;
    throw error;
  }
}

export const LOCATION_IDS = 0x0a;
export const LOCATION_ID = 0x08;
const VALUES = 0x12;
const LABEL = 0x1a;
const LABEL_KEY = 0x08;
const LABEL_NUMBER = 0x18;
/** What ids of three bytes reach. */
const MAX_LOCATIONS = 2 ** 21;

type FourColumns = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

interface Source {
  readonly parts: Positions;
  readonly limits: ProfileLimits;
  readonly hashes: Lanes;
}

class SampleScanner {
  readonly #wire: Wire;
  readonly #limits: ProfileLimits;
  readonly #positions: Uint32Array;
  readonly #locationCount: number;
  /** Of locations, by id. */
  readonly #hashes: Lanes;
  readonly #values: FourColumns;
  readonly #size: Float64Array;
  readonly #stackStart: Uint32Array;
  readonly #stackHash: Lanes;
  #stackEnd = 0;
  #hashA = 0;
  #hashB = 0;
  #labelKey = 0;

  constructor(wire: Wire, { parts, limits, hashes }: Source) {
    const positions = parts(SAMPLE);
    const count = positions.length;
    this.#wire = wire;
    this.#limits = limits;
    this.#positions = positions;
    this.#locationCount = parts(LOCATION).length;
    this.#hashes = hashes;
    expect(this.#locationCount < MAX_LOCATIONS);
    const column = (): Float64Array => new Float64Array(count);
    this.#values = [column(), column(), column(), column()];
    this.#size = column();
    this.#stackStart = new Uint32Array(count + 1);
    this.#stackHash = createLanes(count);
  }

  scan(): ScannedSamples {
    const { length } = this.#positions;
    for (let sample = 0; sample < length; sample++) this.#read(sample);
    expect(this.#stackEnd <= this.#limits.maxStackEntries);
    return {
      count: length,
      values: this.#values,
      size: this.#size,
      stackHash: this.#stackHash,
      stackStart: this.#stackStart,
      labelKey: this.#labelKey,
    };
  }

  #read(sample: number): void {
    const wire = this.#wire;
    wire.pos = this.#positions[sample] ?? 0;
    const end = wire.end();
    const start = this.#stackEnd;
    let rows = 0;
    this.#hashA = 0;
    this.#hashB = 0;
    while (wire.pos < end) {
      const tag = wire.bytes[wire.pos++];
      if (tag === LOCATION_IDS) this.#readPacked();
      else if (tag === VALUES) rows += this.#readValues(sample);
      else if (tag === LABEL) this.#readLabel(sample);
      else if (tag === LOCATION_ID) this.#readStack(wire.pos + 1);
      else throw new Unusual();
    }
    expect(wire.pos === end && rows === 1);
    expect(this.#stackEnd - start <= this.#limits.maxStackDepth);
    this.#stackStart[sample + 1] = this.#stackEnd;
    this.#stackHash.a[sample] = this.#hashA;
    this.#stackHash.b[sample] = this.#hashB;
  }

  /** Go packs three ids and more. */
  #readPacked(): void {
    const end = this.#wire.end();
    this.#readStack(end);
    expect(this.#wire.pos === end);
  }

  /** Reads the ids from here up to `end`. In this loop most of the time is spent. */
  #readStack(end: number): void {
    const wire = this.#wire;
    const { bytes } = wire;
    const { a: ofA, b: ofB } = this.#hashes;
    const locationCount = this.#locationCount;
    let [a, b] = [this.#hashA, this.#hashB];
    let entries = 0;
    let at = wire.pos;
    while (at < end) {
      let id = bytes[at++] ?? 0;
      // The 1 is the bit by which the byte before said that this one follows.
      if (id >= 0x80) id += ((bytes[at++] ?? 0) - 1) << 7;
      if (id >= 0x4000) id += ((bytes[at++] ?? 0) - 1) << 14;
      // An id of 0 becomes the largest of all.
      if ((id - 1) >>> 0 >= locationCount) throw new Unusual();
      a = (Math.imul(a, FACTOR_A) + (ofA[id] ?? 0)) | 0;
      b = (Math.imul(b, FACTOR_B) + (ofB[id] ?? 0)) | 0;
      entries++;
    }
    wire.pos = at;
    this.#hashA = a;
    this.#hashB = b;
    this.#stackEnd += entries;
  }

  #readValues(sample: number): 1 {
    const wire = this.#wire;
    const [first, second, third, fourth] = this.#values;
    const end = wire.end();
    first[sample] = wire.varint();
    second[sample] = wire.varint();
    third[sample] = wire.varint();
    fourth[sample] = wire.varint();
    expect(wire.pos === end);
    return 1;
  }

  /** `bytes:[48]` as a key and a number; no label of Go's heap profiles has more. */
  #readLabel(sample: number): void {
    const wire = this.#wire;
    const end = wire.end();
    expect(wire.bytes[wire.pos++] === LABEL_KEY);
    const key = wire.varint();
    expect(key === this.#labelKey || this.#labelKey === 0);
    this.#labelKey = key;
    expect(wire.bytes[wire.pos++] === LABEL_NUMBER);
    this.#size[sample] = wire.varint();
    expect(wire.pos === end);
  }
}

/**
 * Here so that it lives on: V8 throws machine code away when a GC finds nothing left of the kinds of
 * objects that it was made for, and from poll to poll there would be nothing left of a scan. Without
 * this, each poll after a GC would run in the interpreter at first, at a fifth of the speed.
 */
export const LIVING_SCAN = livingScan();

function livingScan(): object {
  const limits = {
    maxInflatedBytes: 0,
    maxSamples: 0,
    maxLocations: 0,
    maxFrames: 0,
    maxStackDepth: 0,
    maxStackEntries: 0,
  };
  const wire = new Wire(new Uint8Array());
  const parts = partsOfNothing();
  const code = scanCode(wire, parts, limits);
  const hashes = hashLocations(wire.bytes, parts(STRING), code);
  const scanner = new SampleScanner(wire, { parts, limits, hashes });
  const locations = new LocationScanner(wire, { locations: 0, functions: 0, maxFrames: 0 });
  return { wire, parts, code, locations, scanner, samples: scanner.scan() };
}
