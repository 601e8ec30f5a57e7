import protobuf from 'protobufjs/minimal.js';
import type { Reader } from 'protobufjs/minimal.js';
import { readHead } from './head.ts';
import type { HeadSource } from './head.ts';
import { locate, readMappings } from './places.ts';
import type { PlacedMapping } from './places.ts';
import type { CodeTable, Frame, Location, Profile, ProfileLimits } from './profile.ts';
import { listedAs } from './sample-type.ts';
import { scan } from './scan.ts';
import { StackReader } from './scan-stacks.ts';
import type { Scan } from './scan.ts';
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
  const values = columns(scanned, head.sampleTypes);
  if (values === undefined) return undefined;
  const outline = { mappings: parts(MAPPING) };
  const { mappings, placedById } = readMappings({ reader, outline, strings });
  // The ids in locations are checked here, for the locations themselves may never be made.
  for (const id of new Set(code.mapping)) if (id > 0) placedById.find(id);
  const { file, id } = mappings[0] ?? { file: '', id: '' };
  const stacks = new StackReader(buffer, scanned);
  let locations: readonly Location[] | undefined;
  let stackLocations: Uint32Array | undefined;
  const profile = {
    ...head,
    sampleCount: samples.count,
    values,
    size: samples.size,
    stackStart: samples.stackStart,
    get stackLocations() {
      return (stackLocations ??= stacks.all());
    },
    get locations() {
      return (locations ??= locationsOf(scanned, strings, placedById));
    },
    build: { file, id },
  };
  // Not to be copied along into a profile with other locations, such as a difference.
  return Object.defineProperty(profile, 'code', { value: tableOf(scanned, { strings, stacks }) });
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

function columns(
  { samples: { values } }: Scan,
  listed: readonly string[],
): Profile['values'] | undefined {
  const column = (type: keyof Profile['values']): Float64Array | undefined =>
    values[listed.indexOf(listedAs(type))];
  const alloc_objects = column('alloc_objects');
  const alloc_space = column('alloc_space');
  const inuse_objects = column('inuse_objects');
  const inuse_space = column('inuse_space');
  if (!alloc_objects || !alloc_space || !inuse_objects || !inuse_space) return undefined;
  return { alloc_objects, alloc_space, inuse_objects, inuse_space };
}

function tableOf(
  { code, samples }: Scan,
  { strings, stacks }: { readonly strings: StringTable; readonly stacks: StackReader },
): CodeTable {
  return {
    stackHash: samples.stackHash,
    stackOf: (sample) => stacks.of(sample),
    frameFunction: code.frameFunction,
    frameStart: code.frameStart,
    frameLine: code.frameLine,
    functionName: (index) => strings.at(code.functionName[index] ?? 0),
    functionFile: (index) => strings.at(code.functionFile[index] ?? 0),
  };
}

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
