import type { ProfileLimits } from './profile.ts';
import { bytesTag, varintTag } from './wire.ts';

/** The wire as `scan.ts` reads it, which explains why and what may stand on it. */

export class Unusual extends Error {}

/** Throws, so that what Go does not write ends the scan wherever it is seen. */
export function expect(claim: boolean): asserts claim {
  if (!claim) throw new Unusual();
}

export const SAMPLE_TYPE = bytesTag(1);
export const SAMPLE = bytesTag(2);
export const MAPPING = bytesTag(3);
export const LOCATION = bytesTag(4);
export const FUNCTION = bytesTag(5);
export const STRING = bytesTag(6);
export const TIME_NANOS = varintTag(9);
export const DURATION_NANOS = varintTag(10);
export const PERIOD_TYPE = bytesTag(11);
export const PERIOD = varintTag(12);
const DEFAULT_SAMPLE_TYPE = varintTag(14);

/** Within a sample. Go packs three ids and more, and writes one or two as fields of their own. */
export const LOCATION_ID = varintTag(1);
export const LOCATION_IDS = bytesTag(1);
export const VALUES = bytesTag(2);
export const LABEL = bytesTag(3);
export const LABEL_KEY = varintTag(1);
export const LABEL_NUMBER = varintTag(3);
export const VALUES_PER_SAMPLE = 4;

const KNOWN = [
  [SAMPLE_TYPE, SAMPLE, MAPPING, LOCATION, FUNCTION, STRING],
  [TIME_NANOS, DURATION_NANOS, PERIOD_TYPE, PERIOD, DEFAULT_SAMPLE_TYPE],
].flat();
const MAX_SCALE = 2 ** 49;
const LONGEST_VARINT = 10;
const MAX_FEW = 64;
/** Of the messages read by `readFields`, and more. */
export const FIELDS = 8;

/** Bytes, and where in them we are. */
export class Wire {
  readonly bytes: Uint8Array;
  /** The same bytes, to read four of them at once. */
  readonly view: DataView;
  pos = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** A number below 2^49. Behind the last byte all are 0, and what reads there misses its end. */
  varint(): number {
    const first = this.bytes[this.pos++] ?? 0;
    return first < 0x80 ? first : this.#longer(first);
  }

  #longer(first: number): number {
    const { bytes } = this;
    const second = bytes[this.pos++] ?? 0;
    const two = (first & 0x7f) | ((second & 0x7f) << 7);
    if (second < 0x80) return two;
    const third = bytes[this.pos++] ?? 0;
    const three = two | ((third & 0x7f) << 14);
    if (third < 0x80) return three;
    const fourth = bytes[this.pos++] ?? 0;
    const four = three | ((fourth & 0x7f) << 21);
    return fourth < 0x80 ? four : this.#longest(four);
  }

  #longest(lowest: number): number {
    let value = lowest;
    for (let scale = 2 ** 28; scale < MAX_SCALE; scale *= 0x80) {
      const byte = this.bytes[this.pos++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new Unusual();
  }

  /** Reads a length and returns where what has it ends. */
  end(): number {
    const length = this.varint();
    const end = this.pos + length;
    expect(end <= this.bytes.length);
    return end;
  }

  skipVarint(): void {
    const start = this.pos;
    while ((this.bytes[this.pos++] ?? 0) >= 0x80);
    expect(this.pos <= this.bytes.length && this.pos - start <= LONGEST_VARINT);
  }

  /**
   * Reads a message that holds nothing but varints, that of field 3 into `fields[3]`, 0 where it is
   * not there; `fields` has `FIELDS`.
   */
  readFields(fields: Float64Array): void {
    const end = this.end();
    for (let field = 0; field < FIELDS; field++) fields[field] = 0;
    while (this.pos < end) {
      const tag = this.bytes[this.pos++] ?? 0;
      expect((tag & 7) === 0 && tag > 0 && tag < 0x40);
      fields[tag >>> 3] = this.varint();
    }
    expect(this.pos === end);
  }
}

/** Positions by tag, each behind the tag: of the lengths of messages, and of numbers. */
export type Positions = (tag: number) => Uint32Array;

/** Hops from message to message. There are as many of each as the limits allow, or fewer. */
export function findParts(wire: Wire, limits: ProfileLimits): Positions {
  const found = new Map(KNOWN.map((tag) => [tag, new PositionList()]));
  const byTag = Array.from({ length: 0x80 }, (_, tag) => found.get(tag));
  while (wire.pos < wire.bytes.length) {
    const tag = wire.bytes[wire.pos++] ?? 0;
    const list = byTag[tag];
    if (list === undefined) throw new Unusual();
    list.push(wire.pos);
    if ((tag & 7) === 2) wire.pos = wire.end();
    else wire.skipVarint();
  }
  const positions = (tag: number): Uint32Array => found.get(tag)?.finish() ?? new Uint32Array(0);
  const count = (tag: number): number => positions(tag).length;
  expect(count(SAMPLE) <= limits.maxSamples && count(SAMPLE_TYPE) === VALUES_PER_SAMPLE);
  expect([LOCATION, FUNCTION, STRING].every((tag) => count(tag) <= limits.maxLocations));
  expect([MAPPING, PERIOD_TYPE].every((tag) => count(tag) <= MAX_FEW));
  return positions;
}

/** See `LIVING_SCAN`. */
export function partsOfNothing(): Positions {
  const list = new PositionList();
  return () => list.finish();
}

class PositionList {
  #positions = new Uint32Array(64);
  #count = 0;

  push(position: number): void {
    if (this.#count === this.#positions.length) this.#grow();
    this.#positions[this.#count++] = position;
  }

  finish(): Uint32Array {
    return this.#positions.subarray(0, this.#count);
  }

  #grow(): void {
    const grown = new Uint32Array(2 * this.#positions.length);
    grown.set(this.#positions);
    this.#positions = grown;
  }
}
