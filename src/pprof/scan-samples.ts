import { FACTOR_A, FACTOR_B, MARKS, mixA, mixB, ROW_A, ROW_B, spreadSize } from './marks.ts';
import { VALUES_A, VALUES_B } from './marks.ts';
import type { ProfileLimits } from './profile.ts';
import {
  expect,
  LABEL,
  LABEL_KEY,
  LABEL_NUMBER,
  LOCATION_ID,
  LOCATION_IDS,
  SAMPLE,
  Unusual,
  VALUES,
  VALUES_PER_SAMPLE,
} from './scan-wire.ts';
import type { Positions, Wire } from './scan-wire.ts';

/**
 * Makes the marks of samples (see `marks.ts`), in the loops in which most of the time of a poll is spent.
 *
 * Bytes are read four at a time. Nearly all ids of locations have two bytes, so two of them fill a
 * word, and the hashes of locations stand in a table by what the two bytes are, `96 01` at 0x0196, where
 * they are found without taking the id apart; an id that leads nowhere finds 0 there. Two ids go into a
 * hash at once, for (h·f + one)·f + two = h·f² + (one·f + two), and of that only h·f² has to wait for h.
 *
 * `scan-rows.ts` reads changed samples alone, so what it would not see is seen here: that the values are
 * four numbers, from how many bytes end one.
 */
export interface ScannedSamples {
  readonly count: number;
  readonly marks: Int32Array;
  /** Where in the entries of all stacks that of a sample begins; the entries are read by `scan-rows.ts`. */
  readonly stackStart: Uint32Array;
  /** String index of the key of all labels; 0 where there are none. */
  readonly labelKey: number;
}

/** Of a word the bytes behind which a varint goes on. */
const GOES_ON = 0x8080_8080 | 0;
/** Two ids of two bytes each. */
const TWO_BY_TWO = 0x0080_0080;
const WORD = 4;
/** What two bytes can be that are one varint. */
const TWO_BYTES = 2 ** 15;
/** Beyond what ten bytes a value take. */
const LONGEST_VALUES = 40;

/** The same for this file alone: what is imported V8 fetches and checks anew at each use. */
const [TIMES_A, TIMES_B] = [FACTOR_A, FACTOR_B];
const [TWICE_A, TWICE_B] = [Math.imul(TIMES_A, TIMES_A), Math.imul(TIMES_B, TIMES_B)];

interface Source {
  readonly parts: Positions;
  readonly limits: ProfileLimits;
  readonly locationHash: Int32Array;
}

export class SampleScanner {
  readonly #wire: Wire;
  readonly #maxStackDepth: number;
  readonly #maxStackEntries: number;
  readonly #positions: Uint32Array;
  readonly #locationHash: Int32Array;
  readonly #hashByTwoBytes: Int32Array;
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
    this.#hashByTwoBytes = byTwoBytes(locationHash);
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
    if (stop > end) throw new Unusual();
    if (tag === LOCATION_IDS) return this.#hashStack(start, stop);
    if (tag === VALUES) return this.#markValues(sample, start, stop);
    if (tag === LABEL) return this.#readLabel(start, stop);
    throw new Unusual();
  }

  /** Goes over the ids from `start` to `end`, and returns where the last one ends. */
  #hashStack(start: number, end: number): number {
    const { view } = this.#wire;
    const hashes = this.#hashByTwoBytes;
    const lastPair = end - WORD;
    let [a, b, entries, at] = [this.#hashA, this.#hashB, this.#stackEnd, start];
    while (at < end) {
      const word = view.getInt32(at, true);
      if (at <= lastPair && (word & GOES_ON) === TWO_BY_TWO) {
        const one = 2 * (word & 0x7fff);
        const two = 2 * (word >>> 16);
        const [oneA, twoA] = [hashes[one] ?? 0, hashes[two] ?? 0];
        requireKnown(oneA, twoA);
        const [oneB, twoB] = [hashes[one + 1] ?? 0, hashes[two + 1] ?? 0];
        a = (Math.imul(a, TWICE_A) + Math.imul(oneA, TIMES_A) + twoA) | 0;
        b = (Math.imul(b, TWICE_B) + Math.imul(oneB, TIMES_B) + twoB) | 0;
        at += WORD;
        entries += 2;
      } else {
        const one = this.#placeOf(firstNumber(word));
        a = (Math.imul(a, TIMES_A) + (this.#locationHash[one] ?? 0)) | 0;
        b = (Math.imul(b, TIMES_B) + (this.#locationHash[one + 1] ?? 0)) | 0;
        at += lengthOfFirst(word);
        entries++;
      }
    }
    this.#hashA = a;
    this.#hashB = b;
    this.#stackEnd = entries;
    return at;
  }

  /** In the hashes of locations. */
  #placeOf(id: number): number {
    const place = 2 * id - 2;
    if (place < 0 || place >= this.#locationHash.length) throw new Unusual();
    return place;
  }

  /** Hashes the bytes of the values, and sees that they are four numbers below 2^49. */
  #markValues(sample: number, start: number, end: number): number {
    const { view } = this.#wire;
    let a = end - start;
    let b = ~a;
    let ends = 0;
    let isLong = false;
    for (let at = start; at < end; at += WORD) {
      const word = view.getInt32(at, true) | beyond(end - at);
      const endsHere = ~word & GOES_ON;
      ends += endsHere >>> 7;
      isLong ||= endsHere === 0;
      a = mixA(a, word);
      b = mixB(b, word);
    }
    const count = Math.imul(ends, 0x0101_0101) >>> 24;
    expect(count === VALUES_PER_SAMPLE && end - start <= LONGEST_VALUES);
    expect((this.#wire.bytes[end - 1] ?? 0x80) < 0x80);
    if (isLong) this.#requireValues(start, end);
    this.#rows++;
    this.#marks[MARKS * sample + VALUES_A] = a;
    this.#marks[MARKS * sample + VALUES_B] = b;
    return end;
  }

  /** A number of more than seven bytes, which may not be below 2^49, fills a word of four. */
  #requireValues(start: number, end: number): void {
    this.#wire.pos = start;
    for (let value = 0; value < VALUES_PER_SAMPLE; value++) this.#wire.varint();
    expect(this.#wire.pos === end);
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

/** The hashes of locations, by what their ids are in two bytes; those of one byte too, as `85 00`. */
function byTwoBytes(hashes: Int32Array): Int32Array {
  const table = new Int32Array(2 * TWO_BYTES);
  const last = Math.min(hashes.length / 2, TWO_BYTES / 2 - 1);
  for (let id = 1; id <= last; id++) {
    const at = 2 * (((id >> 7) << 8) | 0x80 | (id & 0x7f));
    table[at] = hashes[2 * id - 2] ?? 0;
    table[at + 1] = hashes[2 * id - 1] ?? 0;
  }
  return table;
}

function requireKnown(one: number, two: number): void {
  if (one === 0 || two === 0) throw new Unusual();
}

function twoBytes(word: number): number {
  return (word & 0x7f) | ((word >>> 1) & 0x3f80);
}

/** The number that a word begins with; none here has four bytes. */
function firstNumber(word: number): number {
  if ((word & 0x80) === 0) return word & 0x7f;
  if ((word & 0x8000) === 0) return twoBytes(word);
  if ((word & 0x80_0000) !== 0) throw new Unusual();
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
