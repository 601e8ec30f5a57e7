import { gunzipSync, gzipSync } from 'node:zlib';
import { encodeProfile } from '../../src/pprof/encode.ts';
import type { Profile, SampleType } from '../../src/pprof/profile.ts';

/** What a busy minute changes, as in fixtures/programs/bigprofile. */
const NEW_SHARE = 0.005;
const CHANGED_SHARE = 0.15;
const FREED_SHARE = 0.3;

/**
 * The polls of a process that ends with this profile, as bytes, oldest first: in each one half a percent
 * of the rows is new, which Go writes first, and of 15% of them more was allocated, a third of which was
 * freed again. Compressed at the level that Go takes.
 */
export function* pollsUpTo(profile: Profile, polls: number): Generator<Uint8Array> {
  const grown = Float64Array.from(profile.size, () => 0);
  const freed = Float64Array.from(profile.size, () => 0);
  for (let poll = 0; poll < polls; poll++) {
    const left = Math.floor((polls - 1 - poll) * NEW_SHARE * profile.sampleCount);
    profile.size.forEach((_, row) => {
      const chance = ((row * 2_654_435_761 + poll * 40_503) >>> 0) / 2 ** 32;
      if (chance < FREED_SHARE * CHANGED_SHARE) freed[row]! += 0.5;
      else if (chance < CHANGED_SHARE) grown[row]! += 1;
    });
    const changed = (type: SampleType): Float64Array => {
      const isInuse = type.startsWith('inuse');
      return profile.values[type].slice(left).map((value, at) => {
        const [more, less] = [grown[at + left]!, isInuse ? freed[at + left]! : 0];
        const unit = profile.values[type.replace('inuse', 'alloc') as SampleType][at + left]!;
        return value + Math.floor(unit * 0.25 * Math.max(0, more - less));
      });
    };
    const { stackStart, stackLocations } = profile;
    const written = encodeProfile({
      ...profile,
      timeMs: profile.timeMs + poll * 60_000,
      sampleCount: profile.sampleCount - left,
      values: {
        alloc_objects: changed('alloc_objects'),
        alloc_space: changed('alloc_space'),
        inuse_objects: changed('inuse_objects'),
        inuse_space: changed('inuse_space'),
      },
      size: profile.size.subarray(left),
      stackStart: stackStart.subarray(left),
      stackLocations,
      locations: profile.locations,
    });
    yield gzipSync(gunzipSync(written), { level: 1 });
  }
}
