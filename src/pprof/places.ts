import type { Reader } from 'protobufjs/minimal.js';
import { FrameReader } from './frames.ts';
import type { Outline } from './outline.ts';
import type { Frame, Location, Mapping, ProfileLimits } from './profile.ts';
import { IdTable } from './tables.ts';
import type { StringTable } from './tables.ts';
import { bytesTag, readVarintFields, toInt } from './wire.ts';
import type { Varint } from './wire.ts';

/** The code that the samples speak of: locations in file order, and the index of each by its id. */
export interface Places {
  readonly mappings: readonly Mapping[];
  readonly locations: readonly Location[];
  readonly indexById: IdTable<number>;
}

export interface PlaceSource {
  readonly reader: Reader;
  readonly outline: Outline;
  readonly strings: StringTable;
  readonly limits: ProfileLimits;
}

const LOCATION_LINE = bytesTag(4);

export function readPlaces(source: PlaceSource): Places {
  const { reader, outline } = source;
  const { mappings, placedById } = readMappings(source);
  const frameReader = new FrameReader(source);
  const indexById = new IdTable<number>('location', outline.locations.length);
  const fields: Varint[] = [0, 0, 0, 0];
  const locations = outline.locations.map((position, index) => {
    const frames: Frame[] = [];
    reader.pos = position;
    readVarintFields(reader, fields, (tag) => {
      if (tag !== LOCATION_LINE) return false;
      frames.push(frameReader.read());
      return true;
    });
    const [, id = 0, mappingId = 0, address = 0] = fields;
    indexById.add(id, index);
    return locate(frames, address, mappingId === 0 ? undefined : placedById.find(mappingId));
  });
  return { mappings, locations, indexById };
}

export function locate(
  frames: readonly Frame[],
  address: Varint,
  placed: PlacedMapping | undefined,
): Location {
  if (placed === undefined) return { frames, address: Number(address) };
  return { frames, mapping: placed.mapping, address: distance(placed.start, address) };
}

export interface PlacedMapping {
  readonly start: Varint;
  readonly mapping: Mapping;
}

export function readMappings({
  reader,
  outline,
  strings,
}: {
  readonly reader: Reader;
  readonly outline: { readonly mappings: readonly number[] | Uint32Array };
  readonly strings: StringTable;
}): {
  mappings: Mapping[];
  placedById: IdTable<PlacedMapping>;
} {
  const placedById = new IdTable<PlacedMapping>('mapping', outline.mappings.length);
  const fields: Varint[] = [0, 0, 0, 0, 0, 0, 0];
  const mappings = Array.from(outline.mappings, (position) => {
    reader.pos = position;
    readVarintFields(reader, fields);
    const [, id = 0, start = 0, limit = 0, fileOffset = 0, file = 0, buildId = 0] = fields;
    const mapping = {
      file: strings.at(toInt(file)),
      id: strings.at(toInt(buildId)),
      sizeBytes: distance(start, limit),
      fileOffset: Number(fileOffset),
    };
    placedById.add(id, { start, mapping });
    return mapping;
  });
  return { mappings, placedById };
}

/** Between two addresses. Those of a kernel are beyond 2^53; what lies between them is not. */
function distance(start: Varint, end: Varint): number {
  if (typeof start === 'number' && typeof end === 'number') return end - start;
  return Number(BigInt(end) - BigInt(start));
}
