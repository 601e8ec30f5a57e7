import { FACTOR_A, FACTOR_B, mixA, mixB, spreadSize } from './marks.ts';
import { MARKS, ROW_A, ROW_B, VALUES_A, VALUES_B } from './marks.ts';
import type { ProfileLimits } from './profile.ts';
import { LocationScanner, scanCode } from './scan-code.ts';
import type { ScannedCode } from './scan-code.ts';
import {
  expect,
  findParts,
  LABEL,
  LABEL_KEY,
  LABEL_NUMBER,
  LOCATION_ID,
  LOCATION_IDS,
  partsOfNothing,
  SAMPLE,
  STRING,
  Unusual,
  VALUES,
  VALUES_PER_SAMPLE,
  Wire,
} from './scan-wire.ts';
import type { Positions } from './scan-wire.ts';
import { hashLocations } from './stack-hash.ts';

/**
 * The fast way through a heap profile: what a history needs of it goes from the wire into typed arrays,
 * one message after the other, without an object for any of them.
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
 * Two thirds of the bytes are the locations of stacks, and of 100,000 samples a few thousand have other
 * values than a minute ago. Whoever has seen the profile before wants no more of a sample than to know
 * it again, and whether it changed. So the locations go into one hash for each sample as they pass by,
 * the bytes of its values into another (see `marks.ts`), and both are read for good by `scan-rows.ts`
 * when someone asks for them. What would not be read there is seen here: that the values are four
 * numbers, from how many bytes end one, four bytes at a time.
 *
 * A varint has seven bits in each byte, the lowest first; the top bit says that another one follows:
 * `96 01` is 0x16 + 0x01 · 128 = 150. A field is `number << 3 | kind`, with kind 0 for a varint and 2
 * for a length and so many bytes: `12 02 96 01` is field 2 holding two bytes. All field tags of a
 * heap profile fit one byte. A sample is `12` its values, `0a` its location ids, `1a` its label.
 * Fields: github.com/google/pprof/blob/main/proto/profile.proto
 */
export interface Scan {
  /** Of all parts, by tag, for the few that are left to the reader of record. */
  readonly parts: Positions;
  readonly code: ScannedCode;
  /** By location, see `hashLocations`. */
  readonly locationHash: Int32Array;
  readonly samples: ScannedSamples;
}

export interface ScannedSamples {
  readonly count: number;
  readonly marks: Int32Array;
  /** Where in the entries of all stacks that of a sample begins; the entries are read by `scan-rows.ts`. */
  readonly stackStart: Uint32Array;
  /** String index of the key of all labels; 0 where there are none. */
  readonly labelKey: number;
}

/** `undefined` for a profile that is not as Go writes it. */
export function scan(bytes: Uint8Array, limits: ProfileLimits): Scan | undefined {
  try {
    const wire = new Wire(bytes);
    const parts = findParts(wire, limits);
    const code = scanCode(wire, parts, limits);
    const locationHash = hashLocations(bytes, parts(STRING), code);
    const scanner = new SampleScanner(wire, { parts, limits, locationHash });
    return { parts, code, locationHash, samples: scanner.scan() };
  } catch (error) {
    if (error instanceof Unusual) return undefined;
    throw error;
  }
}

/** Four bytes at once, and of each the bit that says that its varint goes on. */
const WORD = 4;
const GOES_ON = 0x8080_8080;
/** Two ids of two bytes each, which most are. */
const TWO_BY_TWO = 0x0080_0080;

interface Source {
  readonly parts: Positions;
  readonly limits: ProfileLimits;
  readonly locationHash: Int32Array;
}

class SampleScanner {
  readonly #wire: Wire;
  readonly #maxStackDepth: number;
  readonly #maxStackEntries: number;
  readonly #positions: Uint32Array;
  readonly #locationHash: Int32Array;
  readonly #stackStart: Uint32Array;
  readonly #marks: Int32Array;
  #stackEnd = 0;
  #labelKey = 0;
  /** Of the sample being read. */
  #hashA = 0;
  #hashB = 0;
  #size = 0;
  #rows = 0;

  constructor(wire: Wire, { parts, limits, locationHash }: Source) {
    const positions = parts(SAMPLE);
    this.#wire = wire;
    this.#maxStackDepth = limits.maxStackDepth;
    this.#maxStackEntries = limits.maxStackEntries;
    this.#positions = positions;
    this.#locationHash = locationHash;
    this.#stackStart = new Uint32Array(positions.length + 1);
    this.#marks = new Int32Array(MARKS * positions.length);
  }

  scan(): ScannedSamples {
    const count = this.#positions.length;
    for (let sample = 0; sample < count; sample++) this.#read(sample);
    expect(this.#stackEnd <= this.#maxStackEntries);
    return {
      count,
      marks: this.#marks,
      stackStart: this.#stackStart,
      labelKey: this.#labelKey,
    };
  }

  #read(sample: number): void {
    const wire = this.#wire;
    wire.pos = this.#positions[sample] ?? 0;
    const end = wire.end();
    // Words may reach over the end of a sample, and Go writes other things behind the last one.
    expect(end + WORD <= wire.bytes.length);
    this.#hashA = 0;
    this.#hashB = 0;
    this.#size = 0;
    this.#rows = 0;
    const start = this.#stackEnd;
    let at = wire.pos;
    while (at < end) at = this.#readField(sample, at, end);
    expect(at === end && this.#rows === 1);
    expect(this.#stackEnd - start <= this.#maxStackDepth);
    this.#stackStart[sample + 1] = this.#stackEnd;
    this.#marks[MARKS * sample + ROW_A] = spreadSize(this.#hashA, this.#size);
    this.#marks[MARKS * sample + ROW_B] = spreadSize(this.#hashB, this.#size);
  }

  /** Go packs three ids and more, and writes one or two as fields of their own. Returns where the field ends. */
  #readField(sample: number, at: number, end: number): number {
    const word = this.#wire.view.getInt32(at, true);
    const tag = word & 0xff;
    if (tag === LOCATION_ID) return this.#hashStack(at + 1, at + 2);
    const start = at + 1 + lengthOfFirst(word >>> 8);
    const stop = start + firstNumber(word >>> 8);
    expect(stop <= end);
    if (tag === LOCATION_IDS) return this.#hashStack(start, stop);
    if (tag === VALUES) return this.#markValues(sample, start, stop);
    if (tag === LABEL) return this.#readLabel(start, stop);
    throw new Unusual();
  }

  /** Goes over the ids from `start` to `end`. In this loop most of the time is spent. */
  #hashStack(start: number, end: number): number {
    const { view } = this.#wire;
    const hashes = this.#locationHash;
    let a = this.#hashA;
    let b = this.#hashB;
    let at = start;
    let entries = this.#stackEnd;
    while (at < end) {
      const word = view.getInt32(at, true);
      if ((word & GOES_ON) === TWO_BY_TWO && at + WORD <= end) {
        const one = 2 * twoBytes(word) - 2;
        const two = 2 * twoBytes(word >>> 16) - 2;
        const oneA = hashes[one];
        const twoA = hashes[two];
        expect(oneA !== undefined && twoA !== undefined);
        a = (Math.imul(Math.imul(a, FACTOR_A) + oneA, FACTOR_A) + twoA) | 0;
        b = (Math.imul(b, FACTOR_B) + (hashes[one + 1] ?? 0)) | 0;
        b = (Math.imul(b, FACTOR_B) + (hashes[two + 1] ?? 0)) | 0;
        at += WORD;
        entries += 2;
      } else {
        const one = 2 * firstNumber(word) - 2;
        const oneA = hashes[one];
        expect(oneA !== undefined);
        a = (Math.imul(a, FACTOR_A) + oneA) | 0;
        b = (Math.imul(b, FACTOR_B) + (hashes[one + 1] ?? 0)) | 0;
        at += lengthOfFirst(word);
        entries++;
      }
    }
    this.#hashA = a;
    this.#hashB = b;
    this.#stackEnd = entries;
    return at;
  }

  /** Hashes the bytes of the values, and sees that they are four numbers below 2^49. */
  #markValues(sample: number, start: number, end: number): number {
    const { view } = this.#wire;
    let a = end - start;
    let b = ~a;
    let count = 0;
    let longWords = 0;
    for (let at = start; at < end; at += WORD) {
      const word = view.getInt32(at, true) | beyond(end - at);
      const ends = ~word & GOES_ON;
      count += Math.imul(ends >>> 7, 0x0101_0101) >>> 24;
      longWords += ends === 0 ? 1 : 0;
      a = mixA(a, word);
      b = mixB(b, word);
    }
    expect(count === VALUES_PER_SAMPLE && (this.#wire.bytes[end - 1] ?? 0x80) < 0x80);
    if (longWords > 0) this.#requireValues(start);
    this.#rows++;
    this.#marks[MARKS * sample + VALUES_A] = a;
    this.#marks[MARKS * sample + VALUES_B] = b;
    return end;
  }

  /** A number of more than seven bytes, which may not be below 2^49, fills a word of four. */
  #requireValues(start: number): void {
    this.#wire.pos = start;
    for (let value = 0; value < VALUES_PER_SAMPLE; value++) this.#wire.varint();
  }

  /** `bytes:[48]` as a key and a number; no label of Go's heap profiles has more. */
  #readLabel(start: number, end: number): number {
    const wire = this.#wire;
    const word = wire.view.getInt32(start, true);
    // A key of one byte between the two tags.
    expect((word & 0xff_80ff) === ((LABEL_NUMBER << 16) | LABEL_KEY));
    const key = (word >>> 8) & 0x7f;
    expect(key === this.#labelKey || this.#labelKey === 0);
    this.#labelKey = key;
    wire.pos = start + 3;
    this.#size = wire.varint();
    expect(wire.pos === end);
    return end;
  }
}

function twoBytes(word: number): number {
  return (word & 0x7f) | ((word >>> 1) & 0x3f80);
}

/** The number that a word begins with; none here has four bytes. */
function firstNumber(word: number): number {
  if ((word & 0x80) === 0) return word & 0x7f;
  if ((word & 0x8000) === 0) return twoBytes(word);
  expect((word & 0x80_0000) === 0);
  return twoBytes(word) | ((word >>> 2) & 0x1f_c000);
}

function lengthOfFirst(word: number): number {
  if ((word & 0x80) === 0) return 1;
  return (word & 0x8000) === 0 ? 2 : 3;
}

/** What is laid over a word of which only so many bytes are meant. */
function beyond(bytes: number): number {
  return bytes < WORD ? -1 << (8 * bytes) : 0;
}

/**
 * Here so that it lives on: V8 throws machine code away when a GC finds nothing left of the kinds of
 * objects that it was made for, and from poll to poll there would be nothing left of a scan. Without
 * this, each poll after a GC would run in the interpreter at first, at a fifth of the speed.
 */
export const LIVING_SCAN = livingScan();

function livingScan(): Scan & Record<'wire' | 'scanner' | 'locations', object> {
  const limits = {
    maxInflatedBytes: 0,
    maxSamples: 0,
    maxLocations: 0,
    maxFrames: 0,
    maxStackDepth: 0,
    maxStackEntries: 0,
  };
  const wire = new Wire(Buffer.alloc(0));
  const parts = partsOfNothing();
  const code = scanCode(wire, parts, limits);
  const locationHash = hashLocations(wire.bytes, parts(STRING), code);
  const scanner = new SampleScanner(wire, { parts, limits, locationHash });
  const locations = new LocationScanner(wire, { locations: 0, functions: 0, maxFrames: 0 });
  return { wire, scanner, locations, parts, code, locationHash, samples: scanner.scan() };
}
