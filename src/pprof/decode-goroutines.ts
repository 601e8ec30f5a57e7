import protobuf from 'protobufjs/minimal.js';
import { DEFAULT_LIMITS } from './decode.ts';
import { refuseForeign } from './foreign.ts';
import { readHead } from './head.ts';
import { inflate } from './inflate.ts';
import { outline } from './outline.ts';
import { readPlaces } from './places.ts';
import { ProfileError, type Frame, type ProfileLimits } from './profile.ts';
import { listedAs } from './sample-type.ts';
import { readSamples } from './samples.ts';
import { StringTable } from './tables.ts';

/** Goroutines that stand at one place of the code with one call path. */
export interface GoroutineStack {
  readonly count: number;
  /** Innermost first, inlining expanded. */
  readonly frames: readonly Frame[];
}

const COUNTED = listedAs('inuse_objects');

/**
 * The stacks of `/debug/pprof/goroutine` or `/debug/pprof/goroutineleak`. Throws a `ProfileError`, and
 * nothing else, for any other bytes.
 */
export function decodeGoroutines(
  bytes: Uint8Array,
  limits: Partial<ProfileLimits> = {},
): readonly GoroutineStack[] {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const plain = inflate(bytes, bounds.maxInflatedBytes);
  refuseForeign(plain);
  try {
    return read(Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength), bounds);
  } catch (cause) {
    if (cause instanceof ProfileError || cause instanceof TypeError) throw cause;
    const seen = cause instanceof Error ? cause.message : String(cause);
    throw new ProfileError(`goroutine profile: broken or cut off (${seen}); fetch it again`, {
      cause,
    });
  }
}

function read(buffer: Buffer, limits: ProfileLimits): readonly GoroutineStack[] {
  const reader = protobuf.Reader.create(buffer);
  const parts = outline(reader, limits);
  const strings = new StringTable(reader, parts.strings);
  const source = { reader, outline: parts, strings, limits };
  const [listed = 'nothing', ...others] = readHead(source).sampleTypes;
  if (others.length > 0 || !listed.startsWith('goroutine')) {
    throw new ProfileError(`goroutine profile: holds ${[listed, ...others].join(', ')} instead`);
  }
  const { locations, indexById } = readPlaces(source);
  // One column of counts, which is all that a goroutine profile has.
  const samples = readSamples({ ...source, sampleTypes: [COUNTED], locationIndexById: indexById });
  const { stackStart, stackLocations, values } = samples;
  return Array.from(values.inuse_objects, (count, i) => ({
    count,
    frames: [...stackLocations.subarray(stackStart[i], stackStart[i + 1])].flatMap(
      (location) => locations[location]?.frames ?? [],
    ),
  }));
}
