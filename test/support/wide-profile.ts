import type { Profile } from '../../src/pprof/profile.ts';

/** A profile of as many stacks as wished, no two alike. */
export function drawnProfile(stacks: number): Profile {
  const column = (value: number) => new Float64Array(stacks).fill(value);
  return {
    timeMs: 1_000_000,
    durationMs: 0,
    periodBytes: 524_288,
    sampleCount: stacks,
    values: {
      alloc_objects: column(2),
      alloc_space: column(2 ** 20),
      inuse_objects: column(1),
      inuse_space: column(2 ** 19),
    },
    size: column(2 ** 19),
    stackStart: Uint32Array.from({ length: stacks + 1 }, (_, i) => i),
    stackLocations: Uint32Array.from({ length: stacks }, (_, i) => i),
    locations: Array.from({ length: stacks }, (_, i) => ({
      frames: [{ function: `example.com/wide/p${i}.F`, file: `/src/p${i}.go`, line: i }],
    })),
    build: { file: 'wide', id: '' },
  };
}
