import type { Reader } from 'protobufjs/minimal.js';
import type { ProfileLimits } from './profile.ts';
import {
  bytesTag,
  readEnd,
  readVarint,
  requireEnd,
  skipField,
  tooMany,
  varintTag,
} from './wire.ts';
import type { Varint } from './wire.ts';

/**
 * Where the parts of a profile stand in its bytes; each position is that of the part's length. Go
 * writes samples before the locations and all before the strings that they speak of, so nothing can
 * be resolved before everything has been seen once. This is that first look, and it bounds how many
 * of each there are before any is built. Fields: github.com/google/pprof/blob/main/proto/profile.proto
 */
export interface Outline {
  readonly sampleTypes: readonly number[];
  readonly samples: readonly number[];
  readonly mappings: readonly number[];
  readonly locations: readonly number[];
  readonly functions: readonly number[];
  readonly strings: readonly number[];
  /** Of several the last counts, as protobuf has it for a field that stands alone. */
  readonly periodTypes: readonly number[];
  readonly timeNanos: Varint;
  readonly durationNanos: Varint;
  readonly period: Varint;
}

const MAX_SAMPLE_TYPES = 64;
const TIME_NANOS = varintTag(9);
const DURATION_NANOS = varintTag(10);
const PERIOD = varintTag(12);

interface Part {
  readonly name: string;
  readonly positions: number[];
  readonly max: number;
}

export function outline(reader: Reader, limits: ProfileLimits): Outline {
  const sampleTypes = part('sample types', MAX_SAMPLE_TYPES);
  const samples = part('samples', limits.maxSamples);
  const mappings = part('mappings', limits.maxLocations);
  const locations = part('locations', limits.maxLocations);
  const functions = part('functions', limits.maxLocations);
  const strings = part('strings', limits.maxLocations);
  const periodTypes = part('period types', MAX_SAMPLE_TYPES);
  const scalars = readParts(
    reader,
    new Map([
      [bytesTag(1), sampleTypes],
      [bytesTag(2), samples],
      [bytesTag(3), mappings],
      [bytesTag(4), locations],
      [bytesTag(5), functions],
      [bytesTag(6), strings],
      [bytesTag(11), periodTypes],
    ]),
  );
  return {
    sampleTypes: sampleTypes.positions,
    samples: samples.positions,
    mappings: mappings.positions,
    locations: locations.positions,
    functions: functions.positions,
    strings: strings.positions,
    periodTypes: periodTypes.positions,
    timeNanos: scalars.get(TIME_NANOS) ?? 0,
    durationNanos: scalars.get(DURATION_NANOS) ?? 0,
    period: scalars.get(PERIOD) ?? 0,
  };
}

function part(name: string, max: number): Part {
  return { name, max, positions: [] };
}

function readParts(reader: Reader, parts: ReadonlyMap<number, Part>): Map<number, Varint> {
  const scalars = new Map<number, Varint>();
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    const found = parts.get(tag);
    if (found !== undefined) note(found, reader);
    else if (tag === TIME_NANOS || tag === DURATION_NANOS || tag === PERIOD)
      scalars.set(tag, readVarint(reader));
    else skipField(reader, tag);
  }
  requireEnd(reader, reader.len);
  return scalars;
}

function note(part: Part, reader: Reader): void {
  if (part.positions.length === part.max) throw tooMany(part.max, part.name);
  part.positions.push(reader.pos);
  reader.pos = readEnd(reader);
}
