import { gzipSync } from 'node:zlib';
import protobuf from 'protobufjs/minimal.js';
import type { Writer } from 'protobufjs/minimal.js';
import { Numbering } from './numbering.ts';
import { HEAP_SAMPLE_TYPES } from './profile.ts';
import type { Location, Mapping, Profile } from './profile.ts';
import { BASE_LABEL, listedAs } from './sample-type.ts';
import { bytesTag, varintTag } from './wire.ts';

/**
 * A gzipped profile that `decodeProfile` and `go tool pprof` read: a difference, say, to look at with
 * other tools. Addresses count from 0, where the profile's own mapping began.
 */
export function encodeProfile(profile: Profile): Uint8Array {
  const out = protobuf.Writer.create();
  const strings = new Numbering<string>();
  strings.of('');
  const writeType = (field: number, listed: string): void => {
    const [type = '', unit = ''] = listed.split('/');
    const message = out.uint32(bytesTag(field)).fork();
    writeInts(message, [0, strings.of(type), strings.of(unit)]).ldelim();
  };
  for (const type of HEAP_SAMPLE_TYPES) writeType(1, listedAs(type));
  writeSamples(out, profile, strings);
  writePlaces(out, profile, strings);
  out.uint32(varintTag(9)).int64(nanos(profile.timeMs));
  out.uint32(varintTag(10)).int64(nanos(profile.durationMs));
  writeType(11, 'space/bytes');
  out.uint32(varintTag(12)).int64(profile.periodBytes);
  for (const text of strings.items) out.uint32(bytesTag(6)).string(text);
  return gzipSync(out.finish());
}

/** Writes `fields[3]` as field 3, where it is not 0. */
function writeInts(out: Writer, fields: readonly number[]): Writer {
  fields.forEach((value, field) => {
    if (field > 0 && value !== 0) out.uint32(varintTag(field)).int64(value);
  });
  return out;
}

/** As text, because a number of nanoseconds since 1970 would not be exact. */
function nanos(ms: number): string {
  return String(BigInt(Math.round(ms * 1e3)) * 1_000n);
}

/** Values first, as Go writes them. */
function writeSamples(out: Writer, profile: Profile, strings: Numbering<string>): void {
  const { values, size, ofBase, stackStart, stackLocations } = profile;
  const bytesString = strings.of('bytes');
  for (let i = 0; i < profile.sampleCount; i++) {
    const sample = out.uint32(bytesTag(2)).fork();
    const row = sample.uint32(bytesTag(2)).fork();
    for (const type of HEAP_SAMPLE_TYPES) row.int64(values[type][i] ?? 0);
    const ids = row.ldelim().uint32(bytesTag(1)).fork();
    for (const location of stackLocations.subarray(stackStart[i], stackStart[i + 1])) {
      ids.uint32(location + 1);
    }
    ids.ldelim();
    const bytes = size[i] ?? 0;
    if (bytes !== 0) {
      writeInts(sample.uint32(bytesTag(3)).fork(), [0, bytesString, 0, bytes]).ldelim();
    }
    if (ofBase?.[i] === 1) {
      const label = [0, strings.of(BASE_LABEL.key), strings.of(BASE_LABEL.text)];
      writeInts(sample.uint32(bytesTag(3)).fork(), label).ldelim();
    }
    sample.ldelim();
  }
}

function writePlaces(out: Writer, profile: Profile, strings: Numbering<string>): void {
  const mappings = new Numbering<Mapping>();
  const functions = new Numbering<string>();
  mappings.of(mainMapping(profile));
  profile.locations.forEach(({ frames, mapping, address = 0 }, index) => {
    const mappingId = mapping === undefined ? 0 : mappings.of(mapping) + 1;
    const location = out.uint32(bytesTag(4)).fork();
    writeInts(location, [0, index + 1, mappingId, address]);
    for (const frame of frames) {
      const id = functions.of(`${strings.of(frame.function)} ${strings.of(frame.file)}`) + 1;
      writeInts(location.uint32(bytesTag(4)).fork(), [0, id, frame.line]).ldelim();
    }
    location.ldelim();
  });
  [...functions.items].forEach((key, index) => {
    const [name = 0, file = 0] = key.split(' ').map(Number);
    writeInts(out.uint32(bytesTag(5)).fork(), [0, index + 1, name, name, file]).ldelim();
  });
  [...mappings.items].forEach(({ file, id, sizeBytes, fileOffset }, index) => {
    const fields = [0, index + 1, 0, sizeBytes, fileOffset, strings.of(file), strings.of(id)];
    // Functions, files, lines and inlined frames are all there: nothing is left to be looked up.
    writeInts(out.uint32(bytesTag(3)).fork(), [...fields, 1, 1, 1, 1]).ldelim();
  });
}

/** The first mapping of a profile stands for its program. */
function mainMapping({ build, locations }: Profile): Mapping {
  const found = locations
    .map(({ mapping }: Location) => mapping)
    .find((mapping) => mapping?.file === build.file && mapping.id === build.id);
  return found ?? { ...build, sizeBytes: 0, fileOffset: 0 };
}
