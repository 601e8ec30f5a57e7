import { encodeProfile } from '../../src/pprof/encode.ts';
import type { Profile, SampleType } from '../../src/pprof/profile.ts';

/** Share of the rows that change from poll to poll, as in fixtures/programs/bigprofile. */
const CHANGED_SHARE = 0.15;
/** What is in use goes by quarters, three either way of its level, for a sample counts objects. */
const STEPS = 3;

/** The end of a profile that has so many stacks in use, with the rows in between that have nothing in use. */
export function withLiveStacks(profile: Profile, stacks: number): Profile {
  const { sampleCount, stackStart, stackLocations, values, size } = profile;
  const live = new Set<string>();
  let from = sampleCount;
  while (from > 0 && live.size < stacks) {
    from--;
    const stack = stackLocations.subarray(stackStart[from], stackStart[from + 1]).join();
    if ((values.inuse_space[from] ?? 0) > 0) live.add(stack);
  }
  if (live.size < stacks) throw new Error(`the profile has ${live.size} stacks in use`);
  return {
    ...profile,
    ...locationsFrom(profile, from),
    sampleCount: sampleCount - from,
    values: {
      alloc_objects: values.alloc_objects.slice(from),
      alloc_space: values.alloc_space.slice(from),
      inuse_objects: values.inuse_objects.slice(from),
      inuse_space: values.inuse_space.slice(from),
    },
    size: size.slice(from),
  };
}

/** Only the locations that the rows from there on have, as Go writes it. */
function locationsFrom(
  { stackStart, stackLocations, locations }: Profile,
  row: number,
): Pick<Profile, 'stackStart' | 'stackLocations' | 'locations'> {
  const first = stackStart[row] ?? 0;
  const used = stackLocations.slice(first);
  const kept = [...new Set(used)];
  const indexes = new Map(kept.map((location, index) => [location, index]));
  return {
    stackStart: stackStart.slice(row).map((start) => start - first),
    stackLocations: used.map((location) => indexes.get(location) ?? 0),
    locations: kept.flatMap((location) => locations[location] ?? []),
  };
}

/** Polls of a busy process whose memory is steady: what is in use goes up and down about its level. */
export function* steadyPolls(
  profile: Profile,
  { polls, seed }: { readonly polls: number; readonly seed: number },
): Generator<Uint8Array> {
  const { inuse_space: inuse, alloc_space: alloc } = profile.values;
  const level = Float64Array.from(inuse);
  const allocated = Float64Array.from(alloc);
  for (let poll = 0; poll < polls; poll++) {
    const rows = Array.from(inuse.keys());
    for (const row of rows.filter((each) => drawn(each, poll, seed) < CHANGED_SHARE)) {
      const steps = Math.floor((2 * STEPS + 1) * drawn(row, poll, seed + 1)) - STEPS;
      const stray = 1 + steps / 4;
      level[row] = Math.floor((inuse[row] ?? 0) * stray);
      allocated[row]! += level[row]!;
    }
    const share = (type: SampleType, now: Float64Array, then: Float64Array): Float64Array =>
      profile.values[type].map((count, row) =>
        then[row] === 0 ? 0 : Math.round((count * now[row]!) / then[row]!),
      );
    yield encodeProfile({
      ...profile,
      timeMs: profile.timeMs + poll * 60_000,
      values: {
        alloc_objects: share('alloc_objects', allocated, alloc),
        alloc_space: Float64Array.from(allocated),
        inuse_objects: share('inuse_objects', level, inuse),
        inuse_space: Float64Array.from(level),
      },
    });
  }
}

function drawn(row: number, poll: number, seed: number): number {
  const mixed = Math.imul(row + 1, 0x9e3779b1) ^ Math.imul(poll + 1, 0x85ebca6b) ^ (seed * 40_503);
  return (Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 0) / 2 ** 32;
}
