import { FACTOR_A, MARKS, mixA, mixB, ROW_A, ROW_B, spreadSize } from './marks.ts';
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
import { byTwoBytes, NUMBER_BITS, numbersOf } from './stack-hash.ts';

/**
 * Makes the marks of samples (see `marks.ts`), in the loops in which most of the time of a poll is
 * spent: one over the values of all samples, which come first in each, one over their locations and one
 * over their labels, which follow. Each is one function, with all that it needs in variables of its own:
 * one for each part of a sample, called in turns, would take a third longer.
 *
 * Bytes are read four at a time. Nearly all ids of locations have two bytes, so two of them fill a
 * word, and the numbers of locations stand in a table by what the two bytes are, `96 01` at 0x0196, where
 * they are found without taking the id apart; an id that leads nowhere finds NaN there. What a stack is
 * known by is the sum of those numbers and the sum of all sums on the way, in which the order counts:
 * additions that hardly wait for each other, where the products of a usual hash would.
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
/** Of two bytes. */
const TWO_GO_ON = 0x8080;
const WORD = 4;
/** Beyond what ten bytes a value take. */
const LONGEST_VALUES = 40;
/** Of three ids and more Go makes one field. */
const MOST_UNPACKED = 2;
const SHORT_LABEL = (LABEL_KEY << 16) | LABEL;

/** Frames of the deepest stack of which the numbers of all locations add up exactly: more than Go ever records. */
const DEEPEST = 2 ** (52 - NUMBER_BITS);

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
  /** By location, see `numbersOf`; and by the two bytes of its id. */
  readonly #numbers: Float64Array;
  readonly #numbersByTwoBytes: Float64Array;
  readonly #stackStart: Uint32Array;
  readonly #marks: Int32Array;
  /** By sample: up to where it was looked at, the end of its values and then of its locations; and where it ends. */
  readonly #reached: Uint32Array;
  readonly #end: Uint32Array;
  #labelKey = 0;

  constructor(wire: Wire, { parts, limits, locationHash }: Source) {
    const positions = parts(SAMPLE);
    this.#wire = wire;
    this.#maxStackDepth = Math.min(limits.maxStackDepth, DEEPEST);
    this.#maxStackEntries = limits.maxStackEntries;
    this.#positions = positions;
    this.#numbers = numbersOf(locationHash);
    this.#numbersByTwoBytes = byTwoBytes(this.#numbers);
    this.#stackStart = new Uint32Array(positions.length + 1);
    this.#marks = new Int32Array(MARKS * positions.length);
    this.#reached = new Uint32Array(positions.length);
    this.#end = new Uint32Array(positions.length);
  }

  scan(): ScannedSamples {
    this.#requireRoom();
    this.#markValues();
    this.#markStacks();
    this.#markSizes();
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
    const [reached, ends] = [this.#reached, this.#end];
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
      reached[sample] = stop;
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
  /** Adds up the numbers of the locations, and their sums so far, in which the order counts. */
  #markStacks(): void {
    const { view } = this.#wire;
    const [byTwo, all, marks] = [this.#numbersByTwoBytes, this.#numbers, this.#marks];
    const [reached, ends, stackStart] = [this.#reached, this.#end, this.#stackStart];
    let entries = 0;
    for (let sample = 0; sample < ends.length; sample++) {
      const begin = reached[sample] ?? 0;
      const field = view.getInt32(begin, true);
      if ((field & 0xff) !== LOCATION_IDS) {
        entries = this.#markFew(sample, entries);
        continue;
      }
      let at = begin + 1 + lengthOfFirst(field >>> 8);
      const stop = at + firstNumber(field >>> 8);
      require(stop <= (ends[sample] ?? 0));
      const lastPair = stop - WORD;
      let sum = 0;
      let order = 0;
      while (at < stop) {
        let word = view.getInt32(at, true);
        for (; at <= lastPair && (word & GOES_ON) === TWO_BY_TWO; word = view.getInt32(at, true)) {
          const one = byTwo[word & 0x7fff] ?? NaN;
          const two = byTwo[word >>> 16] ?? NaN;
          const first = sum + one;
          sum += one + two;
          order = (order + ((first + sum) | 0)) | 0;
          at += WORD;
          entries += 2;
        }
        if (at >= stop) break;
        sum += all[firstNumber(word) - 1] ?? NaN;
        at += lengthOfFirst(word);
        order = (order + (sum | 0)) | 0;
        entries++;
      }
      require(at === stop);
      // What an id that leads nowhere adds to a sum leaves it no number.
      require(sum >= 0);
      stackStart[sample + 1] = entries;
      reached[sample] = stop;
      marks[MARKS * sample + ROW_A] = order + Math.imul(sum / 2 ** 32, FACTOR_A);
      marks[MARKS * sample + ROW_B] = sum;
    }
    this.#requireDepths();
  }

  /* oxlint-enable complexity, max-depth */

  /** The same where there are one or two ids, which Go writes as fields of their own. */
  #markFew(sample: number, entries: number): number {
    const { view } = this.#wire;
    const [all, marks, end] = [this.#numbers, this.#marks, this.#end[sample] ?? 0];
    let [sum, order, few, at] = [0, 0, 0, this.#reached[sample] ?? 0];
    let word = view.getInt32(at, true);
    while ((word & 0xff) === LOCATION_ID && at < end) {
      sum += all[firstNumber(word >>> 8) - 1] ?? NaN;
      order = (order + (sum | 0)) | 0;
      at += 1 + lengthOfFirst(word >>> 8);
      expect(++few <= MOST_UNPACKED);
      word = view.getInt32(at, true);
    }
    expect(at <= end && sum >= 0);
    this.#stackStart[sample + 1] = entries + few;
    this.#reached[sample] = at;
    marks[MARKS * sample + ROW_A] = order + Math.imul(sum / 2 ** 32, FACTOR_A);
    marks[MARKS * sample + ROW_B] = sum;
    return entries + few;
  }

  #requireDepths(): void {
    const [starts, most] = [this.#stackStart, this.#maxStackDepth];
    for (let sample = 1; sample < starts.length; sample++)
      expect((starts[sample] ?? 0) - (starts[sample - 1] ?? 0) <= most);
    expect((starts.at(-1) ?? 0) <= this.#maxStackEntries);
  }

  /** Takes in the sizes of objects, which stand in labels. */
  #markSizes(): void {
    const [marks, reached, ends] = [this.#marks, this.#reached, this.#end];
    for (let sample = 0; sample < ends.length; sample++) {
      const [begin, end] = [reached[sample] ?? 0, ends[sample] ?? 0];
      const size = begin < end ? this.#sizeAt(begin, end) : 0;
      const at = MARKS * sample;
      marks[at + ROW_A] = spreadSize(marks[at + ROW_A] ?? 0, size);
      marks[at + ROW_B] = spreadSize(marks[at + ROW_B] ?? 0, size);
    }
  }

  /** `bytes:[48]` as a key and a number; no label of Go's heap profiles has more. */
  #sizeAt(begin: number, end: number): number {
    const { view } = this.#wire;
    const label = view.getInt32(begin, true);
    const number = view.getInt32(begin + WORD, true);
    require((label & 0x80ff_80ff) === SHORT_LABEL && (number & 0xff) === LABEL_NUMBER);
    require(begin + 2 + ((label >>> 8) & 0x7f) === end);
    if (label >>> 24 !== this.#labelKey) this.#takeKey(label >>> 24);
    const bytes = end - begin - WORD - 1;
    if (bytes < 1 || bytes > 3) return this.#longSize(begin, end);
    return numberOf(number >>> 8, bytes);
  }

  /** All labels have the same. */
  #takeKey(key: number): void {
    expect(this.#labelKey === 0);
    this.#labelKey = key;
  }

  #longSize(begin: number, end: number): number {
    const wire = this.#wire;
    wire.pos = begin + WORD + 1;
    const size = wire.varint();
    expect(wire.pos === end);
    return size;
  }
}

/** Like `expect`, but of this file: see above. */
function require(claim: boolean): void {
  if (!claim) throw new Unusual();
}

/** The number that a word begins with, without a branch where it has one byte or two; none here has four. */
function firstNumber(word: number): number {
  if ((word & TWO_GO_ON) === TWO_GO_ON) return threeBytes(word);
  return (word & 0x7f) | ((word >>> 1) & 0x3f80 & -((word >>> 7) & 1));
}

function lengthOfFirst(word: number): number {
  return (word & TWO_GO_ON) === TWO_GO_ON ? 3 : 1 + ((word >>> 7) & 1);
}

function threeBytes(word: number): number {
  require((word & 0x80_0000) === 0);
  return (word & 0x7f) | ((word >>> 1) & 0x3f80) | ((word >>> 2) & 0x1f_c000);
}

/** A number that has to have so many bytes, one to three. */
function numberOf(word: number, bytes: number): number {
  const unused = 8 * (3 - bytes);
  const own = word & (0xff_ffff >>> unused);
  require((own & 0x80_8080) === TWO_GO_ON >>> unused);
  return threeBytes(own);
}

/** What is laid over a word of which only so many bytes are meant. */
function beyond(bytes: number): number {
  return bytes < WORD ? -1 << (8 * bytes) : 0;
}
