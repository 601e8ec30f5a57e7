import type { Profile } from '../../../src/pprof/profile.ts';
import { sampledObjects, weigh } from '../../../src/growth/sampling.ts';

/** What a function allocated itself. */
export interface Flat {
  inuseBytes: number;
  /** Sampled objects, as the runtime counted them. */
  live: number;
  allocated: number;
}

/** The flat figures of each function, as `pprof -top` adds them up. */
export function flatByFunction(profile: Profile): ReadonlyMap<string, Flat> {
  const flats = new Map<string, Flat>();
  for (let row = 0; row < profile.sampleCount; row++) {
    const name = leafOf(profile, row);
    const flat = flats.get(name) ?? { inuseBytes: 0, live: 0, allocated: 0 };
    flats.set(name, flat);
    addRow(flat, profile, row);
  }
  return flats;
}

function leafOf({ stackStart, stackLocations, locations }: Profile, row: number): string {
  const leaf = locations[stackLocations[stackStart[row] ?? 0] ?? -1];
  return leaf?.frames[0]?.function ?? '';
}

function addRow(flat: Flat, { values, size, periodBytes }: Profile, row: number): void {
  const weight = weigh(size[row] ?? 0, periodBytes);
  const inuse = values.inuse_space[row] ?? 0;
  flat.inuseBytes += inuse;
  flat.live += sampledObjects(inuse, weight.bytes);
  flat.allocated += sampledObjects(values.alloc_space[row] ?? 0, weight.bytes);
}

export interface Grown {
  readonly function: string;
  readonly growthBytes: number;
}

/** The order of `pprof -diff_base BASE NOW -top`, growth only. */
export function grownMost(base: Profile, now: Profile): readonly Grown[] {
  const before = flatByFunction(base);
  return [...flatByFunction(now)]
    .map(([name, { inuseBytes }]) => ({
      function: name,
      growthBytes: inuseBytes - (before.get(name)?.inuseBytes ?? 0),
    }))
    .filter(({ growthBytes }) => growthBytes > 0)
    .sort((a, b) => b.growthBytes - a.growthBytes);
}
