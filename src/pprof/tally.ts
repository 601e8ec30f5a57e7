import type { Frame, Location, Profile, SampleType } from './profile.ts';

/** Frames that count as one, such as all those of a function: a node of the call graph. */
export interface Nodes {
  readonly keys: readonly string[];
  /** For each location the nodes of its frames, innermost first, as indexes into `keys`. */
  readonly ofLocation: readonly (readonly number[])[];
}

export interface Tally {
  /** What a node holds by itself, by its index. */
  readonly flat: Float64Array;
  /** What it holds with all it calls. */
  readonly cum: Float64Array;
  /**
   * The whole that percentages are of: the sum of all values without their signs, or of those of the
   * base where samples are marked as such, as pprof has it (`computeTotal`).
   */
  readonly total: number;
}

/** `keyOf` is asked once for a location without frames, with no frame. */
export function groupFrames(
  locations: readonly Location[],
  keyOf: (frame: Frame | undefined, location: Location) => string,
): Nodes {
  const indexes = new Map<string, number>();
  const indexOf = (key: string): number => {
    const known = indexes.get(key);
    if (known !== undefined) return known;
    indexes.set(key, indexes.size);
    return indexes.size - 1;
  };
  const ofLocation = locations.map((location) => {
    const frames: readonly (Frame | undefined)[] =
      location.frames.length === 0 ? [undefined] : location.frames;
    return frames.map((frame) => indexOf(keyOf(frame, location)));
  });
  return { keys: [...indexes.keys()], ofLocation };
}

/** A node that stands in a stack several times, as a recursive function does, is counted once. */
export function tally(profile: Profile, type: SampleType, nodes: Nodes): Tally {
  const flat = new Float64Array(nodes.keys.length);
  const cum = new Float64Array(nodes.keys.length);
  const lastSample = new Int32Array(nodes.keys.length).fill(-1);
  let total = 0;
  let ofBase = 0;
  const addCum = (node: number, { sample, value }: Stack): void => {
    if (lastSample[node] === sample) return;
    lastSample[node] = sample;
    cum[node] = (cum[node] ?? 0) + value;
  };
  forEachStack(profile, type, (stack) => {
    total += Math.abs(stack.value);
    if (profile.ofBase?.[stack.sample] === 1) ofBase += Math.abs(stack.value);
    for (const location of stack.locations) {
      for (const node of nodes.ofLocation[location] ?? []) addCum(node, stack);
    }
    const leaf = nodes.ofLocation[stack.locations[0] ?? -1]?.[0];
    if (leaf !== undefined) flat[leaf] = (flat[leaf] ?? 0) + stack.value;
  });
  return { flat, cum, total: ofBase > 0 ? ofBase : total };
}

export interface Stack {
  readonly sample: number;
  readonly value: number;
  /** Leaf first, as indexes into the profile's locations. */
  readonly locations: Uint32Array;
}

/** Visits every sample that has a value. */
export function forEachStack(
  profile: Profile,
  type: SampleType,
  visit: (stack: Stack) => void,
): void {
  const { stackStart, stackLocations } = profile;
  const values = profile.values[type];
  for (let sample = 0; sample < profile.sampleCount; sample++) {
    const value = values[sample] ?? 0;
    if (value === 0) continue;
    const locations = stackLocations.subarray(stackStart[sample], stackStart[sample + 1]);
    visit({ sample, value, locations });
  }
}
