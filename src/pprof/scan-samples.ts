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
 * Makes the marks of samples (see `marks.ts`), in the two loops in which most of the time of a poll is
 * spent: one over the values of all samples, which come first in each, and one over their locations and
 * labels, which follow. Each is one function, with all that it needs in variables of its own: taken apart
 * into one for each part of a sample, they take a third longer.
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
/** Of three ids and more Go makes one field. */
const MOST_UNPACKED = 2;
const SHORT_LABEL = (LABEL_KEY << 16) | LABEL;

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
  /** By sample: where its values end, and where it does. */
  readonly #valuesEnd: Uint32Array;
  readonly #end: Uint32Array;
  #labelKey = 0;

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
    this.#valuesEnd = new Uint32Array(positions.length);
    this.#end = new Uint32Array(positions.length);
  }

  scan(): ScannedSamples {
    this.#requireRoom();
    this.#markValues();
    this.#markRows();
    return {
      count: this.#positions.length,
      marks: this.#marks,
      stackStart: this.#stackStart,
      labelKey: this.#labelKey,
    };
  }

  /** Words may reach over the end of a sample, and Go writes other things behind the last one. */
  #requireRoom(): void {
    const wire = this.#wire;
    wire.pos = this.#positions.at(-1) ?? 0;
    expect(this.#positions.length === 0 || wire.end() + 2 * WORD <= wire.bytes.length);
  }

  /** Hashes the bytes of the values, and sees that they are four numbers below 2^49. */
  #markValues(): void {
    const [{ view, bytes }, positions, marks] = [this.#wire, this.#positions, this.#marks];
    const [valuesEnd, ends] = [this.#valuesEnd, this.#end];
    for (let sample = 0; sample < positions.length; sample++) {
      const header = view.getInt32(positions[sample] ?? 0, true);
      const first = (positions[sample] ?? 0) + lengthOfFirst(header);
      const end = first + firstNumber(header);
      const field = view.getInt32(first, true);
      const start = first + 2;
      const stop = start + ((field >>> 8) & 0x7f);
      require((field & 0x80ff) === VALUES && stop <= end);
      let a = stop - start;
      let b = ~a;
      let numbers = 0;
      let isLong = false;
      for (let at = start; at < stop; at += WORD) {
        const word = view.getInt32(at, true) | beyond(stop - at);
        const endsHere = ~word & GOES_ON;
        numbers += endsHere >>> 7;
        isLong ||= endsHere === 0;
        a = mixA(a, word);
        b = mixB(b, word);
      }
      require((bytes[stop - 1] ?? 0x80) < 0x80);
      require(Math.imul(numbers, 0x0101_0101) >>> 24 === VALUES_PER_SAMPLE);
      if (isLong || stop - start > LONGEST_VALUES) this.#requireValues(start, stop);
      marks[MARKS * sample + VALUES_A] = a;
      marks[MARKS * sample + VALUES_B] = b;
      valuesEnd[sample] = stop;
      ends[sample] = end;
    }
  }

  /** A number of more than seven bytes, which may not be below 2^49, fills a word of four. */
  #requireValues(start: number, end: number): void {
    this.#wire.pos = start;
    for (let value = 0; value < VALUES_PER_SAMPLE; value++) this.#wire.varint();
    expect(this.#wire.pos === end);
  }

  // Taken apart, it would take longer: see above.
  /* oxlint-disable complexity, max-depth */
  /** Hashes the ids of the locations, and the size in the label. */
  #markRows(): void {
    const { view } = this.#wire;
    const [hashes, all, marks] = [this.#hashByTwoBytes, this.#locationHash, this.#marks];
    const [valuesEnd, ends, stackStart] = [this.#valuesEnd, this.#end, this.#stackStart];
    let entries = 0;
    for (let sample = 0; sample < ends.length; sample++) {
      const begin = valuesEnd[sample] ?? 0;
      const field = view.getInt32(begin, true);
      if ((field & 0xff) !== LOCATION_IDS) {
        entries = this.#markFew(sample, entries);
        continue;
      }
      let at = begin + 1 + lengthOfFirst(field >>> 8);
      const stop = at + firstNumber(field >>> 8);
      require(stop <= (ends[sample] ?? 0));
      const lastPair = stop - WORD;
      let a = 0;
      let b = 0;
      while (at < stop) {
        let word = view.getInt32(at, true);
        for (; at <= lastPair && (word & GOES_ON) === TWO_BY_TWO; word = view.getInt32(at, true)) {
          const one = 2 * (word & 0x7fff);
          const two = 2 * (word >>> 16);
          const oneA = hashes[one] ?? 0;
          const twoA = hashes[two] ?? 0;
          const oneB = hashes[one + 1] ?? 0;
          const twoB = hashes[two + 1] ?? 0;
          if (oneA === 0 || twoA === 0) throw new Unusual();
          a = (Math.imul(a, TWICE_A) + Math.imul(oneA, TIMES_A) + twoA) | 0;
          b = (Math.imul(b, TWICE_B) + Math.imul(oneB, TIMES_B) + twoB) | 0;
          at += WORD;
          entries += 2;
        }
        if (at >= stop) break;
        const place = 2 * firstNumber(word) - 2;
        require(place >= 0 && place < all.length);
        a = (Math.imul(a, TIMES_A) + (all[place] ?? 0)) | 0;
        b = (Math.imul(b, TIMES_B) + (all[place + 1] ?? 0)) | 0;
        at += lengthOfFirst(word);
        entries++;
      }
      require(at === stop);
      const size = stop < (ends[sample] ?? 0) ? this.#sizeAt(stop, ends[sample] ?? 0) : 0;
      stackStart[sample + 1] = entries;
      marks[MARKS * sample + ROW_A] = spreadSize(a, size);
      marks[MARKS * sample + ROW_B] = spreadSize(b, size);
    }
    this.#requireDepths();
  }

  /* oxlint-enable complexity, max-depth */

  /** The same where there are one or two ids, which Go writes as fields of their own. */
  #markFew(sample: number, entries: number): number {
    const { view } = this.#wire;
    const [all, marks, end] = [this.#locationHash, this.#marks, this.#end[sample] ?? 0];
    let [a, b, few, at] = [0, 0, 0, this.#valuesEnd[sample] ?? 0];
    let word = view.getInt32(at, true);
    while ((word & 0xff) === LOCATION_ID && at < end) {
      const place = this.#placeOf(firstNumber(word >>> 8));
      a = (Math.imul(a, TIMES_A) + (all[place] ?? 0)) | 0;
      b = (Math.imul(b, TIMES_B) + (all[place + 1] ?? 0)) | 0;
      at += 1 + lengthOfFirst(word >>> 8);
      expect(++few <= MOST_UNPACKED);
      word = view.getInt32(at, true);
    }
    const size = at < end ? this.#sizeAt(at, end) : 0;
    expect(at <= end);
    this.#stackStart[sample + 1] = entries + few;
    marks[MARKS * sample + ROW_A] = spreadSize(a, size);
    marks[MARKS * sample + ROW_B] = spreadSize(b, size);
    return entries + few;
  }

  #requireDepths(): void {
    const [starts, most] = [this.#stackStart, this.#maxStackDepth];
    for (let sample = 1; sample < starts.length; sample++)
      expect((starts[sample] ?? 0) - (starts[sample - 1] ?? 0) <= most);
    expect((starts.at(-1) ?? 0) <= this.#maxStackEntries);
  }

  /** In the hashes of locations. */
  #placeOf(id: number): number {
    const place = 2 * id - 2;
    if (place < 0 || place >= this.#locationHash.length) throw new Unusual();
    return place;
  }

  /** `bytes:[48]` as a key and a number; no label of Go's heap profiles has more. */
  #sizeAt(start: number, end: number): number {
    const wire = this.#wire;
    const word = wire.view.getInt32(start, true);
    expect((word & 0x80ff_80ff) === SHORT_LABEL);
    const key = word >>> 24;
    expect(key === this.#labelKey || this.#labelKey === 0);
    this.#labelKey = key;
    wire.pos = start + WORD;
    expect(start + 2 + ((word >>> 8) & 0x7f) === end && wire.bytes[wire.pos++] === LABEL_NUMBER);
    const size = wire.varint();
    expect(wire.pos === end);
    return size;
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

/** Like `expect`, but of this file: see above. */
function require(claim: boolean): void {
  if (!claim) throw new Unusual();
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
