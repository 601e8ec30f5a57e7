import protobuf from 'protobufjs/minimal.js';
import type { Reader } from 'protobufjs/minimal.js';
import { refuseForeign } from './foreign.ts';
import { inflate } from './inflate.ts';
import { outline } from './outline.ts';
import { readPlaces } from './places.ts';
import { ProfileError } from './profile.ts';
import type { Profile, ProfileLimits } from './profile.ts';
import { readSamples } from './samples.ts';
import { StringTable } from './tables.ts';
import { readVarintFields, toInt } from './wire.ts';
import type { Varint } from './wire.ts';

/**
 * Several times what the largest services send. A profile at all these limits takes about 650 MiB and
 * six seconds, measured.
 */
export const DEFAULT_LIMITS: ProfileLimits = {
  maxInflatedBytes: 128 * 2 ** 20,
  maxSamples: 1e6,
  maxLocations: 1e6,
  maxFrames: 2e6,
  maxStackDepth: 4096,
  maxStackEntries: 32e6,
};

/**
 * The profile in a body as a Go service sends it, gzipped or plain, of whatever sample types: see
 * `requireHeapSnapshot`. Throws a `ProfileError`, and nothing else, for any other bytes.
 */
export function decodeProfile(bytes: Uint8Array, limits: Partial<ProfileLimits> = {}): Profile {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const plain = inflate(bytes, bounds.maxInflatedBytes);
  refuseForeign(plain);
  // A reader of a Buffer decodes strings natively.
  const buffer = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength);
  try {
    return decode(protobuf.Reader.create(buffer), bounds);
  } catch (cause) {
    if (cause instanceof ProfileError || cause instanceof TypeError) throw cause;
    const seen = cause instanceof Error ? cause.message : String(cause);
    throw new ProfileError(`profile: broken or cut off (${seen}); fetch it again`, { cause });
  }
}

function decode(reader: Reader, limits: ProfileLimits): Profile {
  const parts = outline(reader, limits);
  const strings = new StringTable(reader, parts.strings);
  const source = { reader, outline: parts, strings, limits };
  const sampleTypes = parts.sampleTypes.map((position) => readType(source, position));
  if (sampleTypes.length === 0) {
    throw new ProfileError('profile: lists no sample types; this is no pprof profile');
  }
  const { mappings, locations, indexById } = readPlaces(source);
  const samples = readSamples({ ...source, sampleTypes, locationIndexById: indexById });
  const periodType = parts.periodTypes.map((position) => readType(source, position)).at(-1);
  const { file, id } = mappings[0] ?? { file: '', id: '' };
  return {
    sampleTypes,
    timeMs: Number(signed(parts.timeNanos) / 1_000_000n),
    durationMs: Number(signed(parts.durationNanos)) / 1e6,
    periodBytes: periodType === 'space/bytes' ? toInt(parts.period) : 0,
    ...samples,
    locations,
    build: { file, id },
  };
}

function readType(
  { reader, strings }: { readonly reader: Reader; readonly strings: StringTable },
  position: number,
): string {
  const fields: Varint[] = [0, 0, 0];
  reader.pos = position;
  readVarintFields(reader, fields);
  const [, type = 0, unit = 0] = fields;
  return `${strings.at(toInt(type))}/${strings.at(toInt(unit))}`;
}

/** Nanoseconds since 1970 passed 2^53 in April 1970. */
function signed(varint: Varint): bigint {
  return BigInt.asIntN(64, BigInt(varint));
}
