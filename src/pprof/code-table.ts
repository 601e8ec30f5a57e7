import { FACTOR_A, FACTOR_B, MARKS, ROW_A, ROW_B, spread, spreadSize } from './marks.ts';
import { VALUES_A, VALUES_B } from './marks.ts';
import { HEAP_SAMPLE_TYPES } from './profile.ts';
import type { CodeTable, Frame, Location, Profile } from './profile.ts';

/** The code of any profile in numbers, made from its locations where the profile came without. */
export function codeOf(profile: Profile): CodeTable {
  return profile.code ?? tableOf(profile);
}

function tableOf(profile: Profile): CodeTable {
  const { locations, stackStart, stackLocations, values, size } = profile;
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
  const locationHash = Int32Array.from(locations.flatMap(hashLocation));
  return {
    marks: marksOf(profile, locationHash),
    locationHash,
    readRows: (samples, into) =>
      into.slice(0, samples.length).forEach((row, at) => {
        const sample = samples[at] ?? 0;
        row.allocObjects = values.alloc_objects[sample] ?? 0;
        row.allocBytes = values.alloc_space[sample] ?? 0;
        row.inuseObjects = values.inuse_objects[sample] ?? 0;
        row.inuseBytes = values.inuse_space[sample] ?? 0;
        row.size = size[sample] ?? 0;
      }),
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

function marksOf(profile: Profile, locationHash: Int32Array): Int32Array {
  const { sampleCount, stackStart, stackLocations, size } = profile;
  const marks = new Int32Array(MARKS * sampleCount);
  for (let sample = 0; sample < sampleCount; sample++) {
    let [a, b] = [0, 0];
    for (const location of stackLocations.subarray(stackStart[sample], stackStart[sample + 1])) {
      a = (Math.imul(a, FACTOR_A) + (locationHash[2 * location] ?? 0)) | 0;
      b = (Math.imul(b, FACTOR_B) + (locationHash[2 * location + 1] ?? 0)) | 0;
    }
    marks[MARKS * sample + ROW_A] = spreadSize(a, size[sample] ?? 0);
    marks[MARKS * sample + ROW_B] = spreadSize(b, size[sample] ?? 0);
  }
  markValues(profile, marks);
  return marks;
}

/** Over the bits of the values, which may be any numbers here. */
function markValues({ sampleCount, values }: Profile, marks: Int32Array): void {
  const columns = HEAP_SAMPLE_TYPES.map((type) => new Int32Array(values[type].slice().buffer));
  for (let sample = 0; sample < sampleCount; sample++) {
    let [a, b] = [1, 2];
    for (const bits of columns) {
      const [low = 0, high = 0] = [bits[2 * sample], bits[2 * sample + 1]];
      a = spread(spread(a, low), high);
      b = spread(spread(b, high), low);
    }
    marks[MARKS * sample + VALUES_A] = a;
    marks[MARKS * sample + VALUES_B] = b;
  }
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
