import type { Reader } from 'protobufjs/minimal.js';
import type { Outline } from './outline.ts';
import { HEAP_SAMPLE_TYPES, ProfileError } from './profile.ts';
import type { Profile, ProfileLimits, SampleType } from './profile.ts';
import { BASE_LABEL, listedAs } from './sample-type.ts';
import type { IdTable, StringTable } from './tables.ts';
import {
  bytesTag,
  readEnd,
  readVarint,
  readVarintFields,
  requireEnd,
  skipField,
  toInt,
  tooMany,
  varintTag,
} from './wire.ts';
import type { Varint } from './wire.ts';

export type SampleColumns = Pick<
  Profile,
  'sampleCount' | 'values' | 'size' | 'ofBase' | 'stackStart' | 'stackLocations'
>;

export interface SampleSource {
  readonly reader: Reader;
  readonly outline: Outline;
  readonly strings: StringTable;
  readonly limits: ProfileLimits;
  readonly locationIndexById: IdTable<number>;
  /** As the profile lists them, `TYPE/UNIT`. */
  readonly sampleTypes: readonly string[];
}

export function readSamples(source: SampleSource): SampleColumns {
  const columns = new SampleReader(source);
  source.outline.samples.forEach((position, sample) => columns.read(position, sample));
  return columns.finish();
}

const LOCATION_ID = varintTag(1);
const LOCATION_IDS = bytesTag(1);
const VALUE = varintTag(2);
const VALUES = bytesTag(2);
const LABEL = bytesTag(3);
const FIRST_STACK_ENTRIES = 1024;

/** Fills typed arrays in place: an object for each of a hundred thousand samples is what it avoids. */
class SampleReader {
  readonly #source: SampleSource;
  readonly #reader: Reader;
  readonly #row: Float64Array;
  readonly #label: Varint[] = [0, 0, 0, 0];
  readonly #columns: readonly { readonly column: Float64Array; readonly index: number }[];
  readonly #values: Record<SampleType, Float64Array>;
  readonly #size: Float64Array;
  /** Made for the first sample that is marked. */
  #ofBase: Uint8Array | undefined;
  readonly #stackStart: Uint32Array;
  #stackLocations: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #stackEnd = 0;
  #rowLength = 0;
  #sizeOfRow = 0;
  #rowIsOfBase = false;

  constructor(source: SampleSource) {
    const count = source.outline.samples.length;
    this.#source = source;
    this.#reader = source.reader;
    this.#row = new Float64Array(source.sampleTypes.length);
    this.#values = {
      alloc_objects: new Float64Array(count),
      alloc_space: new Float64Array(count),
      inuse_objects: new Float64Array(count),
      inuse_space: new Float64Array(count),
    };
    this.#columns = HEAP_SAMPLE_TYPES.map((type) => ({
      column: this.#values[type],
      index: source.sampleTypes.indexOf(listedAs(type)),
    })).filter(({ index }) => index >= 0);
    this.#size = new Float64Array(count);
    this.#stackStart = new Uint32Array(count + 1);
  }

  finish(): SampleColumns {
    return {
      sampleCount: this.#size.length,
      values: this.#values,
      size: this.#size,
      ...(this.#ofBase === undefined ? {} : { ofBase: this.#ofBase }),
      stackStart: this.#stackStart,
      stackLocations: this.#stackLocations.slice(0, this.#stackEnd),
    };
  }

  read(position: number, sample: number): void {
    const reader = this.#reader;
    this.#rowLength = 0;
    this.#sizeOfRow = 0;
    this.#rowIsOfBase = false;
    reader.pos = position;
    const end = readEnd(reader);
    while (reader.pos < end) this.#readField(reader.tag());
    requireEnd(reader, end);
    this.#close(sample);
  }

  #readField(tag: number): void {
    switch (tag) {
      case LOCATION_IDS:
        return this.#readPacked(true);
      case VALUES:
        return this.#readPacked(false);
      case LOCATION_ID:
        return this.#addLocation(readVarint(this.#reader));
      case VALUE:
        return this.#addValue(toInt(readVarint(this.#reader)));
      case LABEL:
        return this.#readLabel();
      default:
        return skipField(this.#reader, tag);
    }
  }

  /** Go packs three numbers and more, and writes one or two as fields of their own. */
  #readPacked(locations: boolean): void {
    const reader = this.#reader;
    const end = readEnd(reader);
    while (reader.pos < end) {
      const number = readVarint(reader);
      if (locations) this.#addLocation(number);
      else this.#addValue(toInt(number));
    }
    requireEnd(reader, end);
  }

  #addLocation(id: Varint): void {
    if (this.#stackEnd === this.#stackLocations.length) this.#growStacks();
    this.#stackLocations[this.#stackEnd++] = this.#source.locationIndexById.find(id);
  }

  #growStacks(): void {
    const { maxStackEntries } = this.#source.limits;
    if (this.#stackEnd >= maxStackEntries) throw tooMany(maxStackEntries, 'stack entries');
    const wanted = Math.max(FIRST_STACK_ENTRIES, 2 * this.#stackEnd);
    const grown = new Uint32Array(Math.min(wanted, maxStackEntries));
    grown.set(this.#stackLocations);
    this.#stackLocations = grown;
  }

  #addValue(value: number): void {
    if (this.#rowLength < this.#row.length) this.#row[this.#rowLength] = value;
    this.#rowLength++;
  }

  #readLabel(): void {
    readVarintFields(this.#reader, this.#label);
    const [, key = 0, text = 0, number = 0] = this.#label;
    const name = this.#source.strings.at(toInt(key));
    if (text !== 0) {
      this.#rowIsOfBase ||= name === BASE_LABEL.key && this.#textAt(text) === BASE_LABEL.text;
      return;
    }
    if (name !== 'bytes') return;
    this.#sizeOfRow = toInt(number);
    if (this.#sizeOfRow < 0) {
      throw new ProfileError(`profile: a sample of ${this.#sizeOfRow} bytes an object`);
    }
  }

  #textAt(index: Varint): string {
    return this.#source.strings.at(toInt(index));
  }

  #close(sample: number): void {
    if (this.#rowLength !== this.#row.length) {
      throw new ProfileError(
        `profile: sample ${sample} has ${this.#rowLength} values for ${this.#row.length} types`,
      );
    }
    const depth = this.#stackEnd - (this.#stackStart[sample] ?? 0);
    const { maxStackDepth } = this.#source.limits;
    if (depth > maxStackDepth) throw tooMany(maxStackDepth, 'locations in one stack');
    for (const { column, index } of this.#columns) column[sample] = this.#row[index] ?? 0;
    this.#size[sample] = this.#sizeOfRow;
    if (this.#rowIsOfBase) (this.#ofBase ??= new Uint8Array(this.#size.length))[sample] = 1;
    this.#stackStart[sample + 1] = this.#stackEnd;
  }
}
