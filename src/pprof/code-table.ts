import { createLanes, FACTOR_A, FACTOR_B, spread } from './lanes.ts';
import type { Lanes } from './lanes.ts';
import type { CodeTable, Frame, Location, Profile } from './profile.ts';

/** The code of any profile in numbers, made from its locations where the profile came without. */
export function codeOf(profile: Profile): CodeTable {
  return profile.code ?? tableOf(profile);
}

function tableOf(profile: Profile): CodeTable {
  const { locations, stackStart, stackLocations } = profile;
  const frames = locations.flatMap((location) => location.frames);
  const functions: Frame[] = [];
  const numberOf = new Map<string, number>();
  const number = (frame: Frame): number => {
    const key = `${frame.function}\n${frame.file}`;
    const known = numberOf.get(key);
    if (known !== undefined) return known;
    numberOf.set(key, functions.length);
    return functions.push(frame) - 1;
  };
  return {
    stackHash: hashStacks(profile, locations.map(hashLocation)),
    stackOf: (sample) => stackLocations.slice(stackStart[sample], stackStart[sample + 1]),
    frameFunction: Uint32Array.from(frames, number),
    frameStart: startsOf(locations),
    frameLine: Float64Array.from(frames, ({ line }) => line),
    functionName: (index) => functions[index]?.function ?? '',
    functionFile: (index) => functions[index]?.file ?? '',
  };
}

function startsOf(locations: readonly Location[]): Uint32Array {
  const starts = new Uint32Array(locations.length + 1);
  locations.forEach(({ frames }, index) => {
    starts[index + 1] = (starts[index] ?? 0) + frames.length;
  });
  return starts;
}

function hashStacks(
  { sampleCount, stackStart, stackLocations }: Profile,
  hashes: readonly (readonly [number, number])[],
): Lanes {
  const lanes = createLanes(sampleCount);
  for (let sample = 0; sample < sampleCount; sample++) {
    let [a, b] = [0, 0];
    for (const location of stackLocations.subarray(stackStart[sample], stackStart[sample + 1])) {
      const [ofA, ofB] = hashes[location] ?? [0, 0];
      a = (Math.imul(a, FACTOR_A) + ofA) | 0;
      b = (Math.imul(b, FACTOR_B) + ofB) | 0;
    }
    lanes.a[sample] = a;
    lanes.b[sample] = b;
  }
  return lanes;
}

function hashLocation({ frames }: Location): readonly [number, number] {
  let [a, b] = [1, 2];
  for (const { function: name, line } of frames) {
    for (let at = 0; at < name.length; at++) {
      const code = name.charCodeAt(at);
      a = (Math.imul(a, FACTOR_A) + code) | 0;
      b = (Math.imul(b, FACTOR_B) ^ code) | 0;
    }
    a = spread(a, line);
    b = spread(b, line);
  }
  return [a, b];
}
