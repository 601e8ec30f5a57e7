import { encodeProfile } from '../../src/pprof/encode.ts';
import type { Frame, Location, Profile } from '../../src/pprof/profile.ts';

/**
 * A heap profile drawn as text, one stack a line, the root first: `main;cache.Put:12 1000` holds 1000
 * bytes at line 12 of `cache.Put`. Twice as much was allocated, in objects of 10 bytes.
 */
export function drawProfile(text: string): Profile {
  const locations: Location[] = [];
  const known = new Map<string, number>();
  const stacks = text
    .trim()
    .split('\n')
    .map((line) => /^\s*(.*\S)\s+(\d+)$/.exec(line)!)
    .map(([, path = '', value]) => ({ path: path.split(';').toReversed(), value: Number(value) }));
  const locationOf = (part: string): number => {
    const index = known.get(part) ?? locations.push({ frames: [frameOf(part)] }) - 1;
    known.set(part, index);
    return index;
  };
  const columns = stacks.map(({ path }) => path.map(locationOf));
  const inuse = Float64Array.from(stacks, ({ value }) => value);
  const starts = columns.map((_, index) => columns.slice(0, index + 1).flat().length);
  return {
    timeMs: 1_777_000_000_000,
    durationMs: 0,
    periodBytes: 524_288,
    sampleCount: stacks.length,
    values: {
      alloc_objects: inuse.map((value) => value / 5),
      alloc_space: inuse.map((value) => value * 2),
      inuse_objects: inuse.map((value) => value / 10),
      inuse_space: inuse,
    },
    size: inuse.map(() => 10),
    stackStart: Uint32Array.from([0, ...starts]),
    stackLocations: Uint32Array.from(columns.flat()),
    locations,
    build: { file: '/srv/shop', id: 'f00' },
  };
}

/** The same as a target would send it. */
export function profileBytes(text: string): Uint8Array {
  return encodeProfile(drawProfile(text));
}

function frameOf(part: string): Frame {
  const [, name = part, line = '1'] = /^(.*?)(?::(\d+))?$/.exec(part) ?? [];
  return { function: name, file: `/src/${name.split('.')[0]}.go`, line: Number(line) };
}
