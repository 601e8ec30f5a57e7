import protobuf from 'protobufjs/minimal.js';
import type { Reader } from 'protobufjs/minimal.js';
import { readHead } from './head.ts';
import type { HeadSource } from './head.ts';
import { locate, readMappings } from './places.ts';
import type { PlacedMapping } from './places.ts';
import type { CodeTable, Frame, Location, Profile, ProfileLimits, Row } from './profile.ts';
import { HEAP_SAMPLE_TYPES } from './profile.ts';
import { listedAs } from './sample-type.ts';
import { LIVING_SCAN, scan } from './scan.ts';
import type { Scan } from './scan.ts';
import { LIVING_ROWS, RowReader } from './scan-rows.ts';
import {
  DURATION_NANOS,
  MAPPING,
  PERIOD,
  PERIOD_TYPE,
  SAMPLE_TYPE,
  STRING,
  TIME_NANOS,
} from './scan-wire.ts';
import { StringTable } from './tables.ts';
import type { IdTable } from './tables.ts';
import { readVarint } from './wire.ts';
import type { Varint } from './wire.ts';

/** The profile by way of `scan`; `undefined` where the reader of record has to be asked. */
export function scanProfile(buffer: Buffer, limits: ProfileLimits): Profile | undefined {
  const scanned = scan(buffer, limits);
  if (scanned === undefined) return undefined;
  const { samples, code, parts } = scanned;
  const reader = protobuf.Reader.create(buffer);
  const strings = new StringTable(reader, parts(STRING));
  if (samples.labelKey !== 0 && strings.at(samples.labelKey) !== 'bytes') return undefined;
  const head = readHead({ reader, strings, outline: headOf(scanned, reader) });
  if (HEAP_SAMPLE_TYPES.some((type, at) => head.sampleTypes[at] !== listedAs(type)))
    return undefined;
  const outline = { mappings: parts(MAPPING) };
  const { mappings, placedById } = readMappings({ reader, outline, strings });
  // The ids in locations are checked here, for the locations themselves may never be made.
  for (const id of new Set(code.mapping)) if (id > 0) placedById.find(id);
  const { file, id } = mappings[0] ?? { file: '', id: '' };
  const rows = new RowReader(buffer, scanned);
  let columns: Pick<Profile, 'values' | 'size'> | undefined;
  let locations: readonly Location[] | undefined;
  let stackLocations: Uint32Array | undefined;
  const profile = {
    ...head,
    sampleCount: samples.count,
    get values() {
      return (columns ??= rows.columns()).values;
    },
    get size() {
      return (columns ??= rows.columns()).size;
    },
    stackStart: samples.stackStart,
    get stackLocations() {
      return (stackLocations ??= rows.stacks());
    },
    get locations() {
      return (locations ??= locationsOf(scanned, strings, placedById));
    },
    build: { file, id },
  };
  // Not to be copied along into a profile with other locations, such as a difference.
  return Object.defineProperty(profile, 'code', {
    value: new ScannedTable(scanned, strings, rows),
  });
}

/** Of numbers that come twice the last one counts. */
function headOf({ parts }: Scan, reader: Reader): HeadSource['outline'] {
  const lastNumber = (tag: number): Varint => {
    const position = parts(tag).at(-1);
    if (position === undefined) return 0;
    reader.pos = position;
    return readVarint(reader);
  };
  return {
    sampleTypes: [...parts(SAMPLE_TYPE)],
    periodTypes: [...parts(PERIOD_TYPE)],
    timeNanos: lastNumber(TIME_NANOS),
    durationNanos: lastNumber(DURATION_NANOS),
    period: lastNumber(PERIOD),
  };
}

/** A class and not an object of closures, which would be others for each profile: see `LIVING_SCAN`. */
class ScannedTable implements CodeTable {
  readonly marks: Int32Array;
  readonly locationHash: Int32Array;
  readonly frameFunction: Uint32Array;
  readonly frameStart: Uint32Array;
  readonly frameLine: Float64Array;
  readonly #code: Scan['code'];
  readonly #strings: StringTable;
  readonly #rows: RowReader;

  constructor({ code, locationHash, samples }: Scan, strings: StringTable, rows: RowReader) {
    this.marks = samples.marks;
    this.locationHash = locationHash;
    this.frameFunction = code.frameFunction;
    this.frameStart = code.frameStart;
    this.frameLine = code.frameLine;
    this.#code = code;
    this.#strings = strings;
    this.#rows = rows;
  }

  readRows(samples: Int32Array, into: readonly Row[]): void {
    this.#rows.readRows(samples, into);
  }

  stackOf(sample: number): Uint32Array {
    return this.#rows.stackOf(sample);
  }

  functionName(index: number): string {
    return this.#strings.at(this.#code.functionName[index] ?? 0);
  }

  functionFile(index: number): string {
    return this.#strings.at(this.#code.functionFile[index] ?? 0);
  }
}

/** See `LIVING_SCAN`. */
export const LIVING_TABLE = new ScannedTable(
  LIVING_SCAN,
  new StringTable(protobuf.Reader.create(Buffer.alloc(0)), new Uint32Array()),
  LIVING_ROWS,
);

function locationsOf(
  { code }: Scan,
  strings: StringTable,
  placedById: IdTable<PlacedMapping>,
): readonly Location[] {
  const { frameStart, frameFunction, frameLine, functionName, functionFile } = code;
  const frameAt = (frame: number): Frame => {
    const index = frameFunction[frame] ?? 0;
    return {
      function: strings.at(functionName[index] ?? 0),
      file: strings.at(functionFile[index] ?? 0),
      line: frameLine[frame] ?? 0,
    };
  };
  return Array.from(code.mapping, (mapping, location) => {
    const frames: Frame[] = [];
    const end = frameStart[location + 1] ?? 0;
    for (let at = frameStart[location] ?? 0; at < end; at++) frames.push(frameAt(at));
    const placed = mapping === 0 ? undefined : placedById.find(mapping);
    return locate(frames, code.address[location] ?? 0, placed);
  });
}
