import type { SavedProfile, Sighting } from '../../incident/incident.ts';
import type { MemoryPoint } from '../../memory/memory-history.ts';
import { encodeProfile } from '../../pprof/encode.ts';
import type { Frame, Profile } from '../../pprof/profile.ts';

const MIB = 2 ** 20;
const QUARTER_MS = 15 * 60_000;
const MINUTE_MS = 60_000;
const PROFILES = 13;
const READINGS = 180;

/** What a daemon would have kept of a made-up leak: readings and profiles of three hours. */
export interface SampleEvidence {
  readonly saved: readonly SavedProfile[];
  readonly points: readonly MemoryPoint[];
  readonly readProfile: (target: string, file: string) => Promise<Uint8Array | undefined>;
}

export function sampleEvidence(sighting: Sighting): SampleEvidence {
  const { at } = sighting;
  const profiles = Array.from({ length: PROFILES }, (_, i) => {
    const time = at - (PROFILES - 1 - i) * QUARTER_MS;
    const bytes = encodeProfile(sampleProfile(sighting, time));
    return { file: `sample-${i + 1}.pb.gz`, at: time, bytes };
  });
  return {
    saved: profiles.map(({ bytes, ...rest }) => ({ ...rest, bytes: bytes.byteLength })),
    points: Array.from({ length: READINGS }, (_, i) =>
      samplePoint(sighting, at - (READINGS - 1 - i) * MINUTE_MS, i),
    ),
    readProfile: async (_target, file) => profiles.find((each) => each.file === file)?.bytes,
  };
}

/** The made-up sighting with the first and the last of its profiles. */
export function withSampleProfiles(sighting: Sighting): Sighting {
  const { saved } = sampleEvidence(sighting);
  const [before] = saved;
  const after = saved.at(-1);
  if (before === undefined || after === undefined) return sighting;
  return { ...sighting, profiles: { before, after } };
}

function leakedAt({ at, suspect }: Sighting, time: number): number {
  const share = Math.min(1, Math.max(0, (time - suspect.since) / Math.max(1, at - suspect.since)));
  return suspect.inuseBytes - suspect.growthBytes * (1 - share);
}

/** Memory goes up and down with each garbage collection, as that of a real program does. */
function samplePoint(sighting: Sighting, at: number, index: number): MemoryPoint {
  const { readingBytes } = sighting.memory;
  const ungrown = sighting.suspect.inuseBytes - leakedAt(sighting, at);
  const wave = ((index * 7) % 5) * 6 * MIB;
  const rssBytes = readingBytes - 1.2 * ungrown - wave;
  const heapInuseBytes = rssBytes - 180 * MIB;
  const rest = { stackInuseBytes: 9 * MIB, goroutines: 120 + (index % 9), startedAt: 1 };
  return { at, rssBytes, heapInuseBytes, ...rest };
}

interface Stack {
  /** Leaf first. */
  readonly frames: readonly Frame[];
  readonly bytes: number;
}

function sampleProfile(sighting: Sighting, timeMs: number): Profile {
  const stacks = stacksAt(sighting, timeMs);
  const frames = stacks.flatMap((stack) => stack.frames);
  const inuse = Float64Array.from(stacks, ({ bytes }) => bytes);
  const lengths = stacks.map((stack) => stack.frames.length);
  const starts = lengths.map((_, i) => lengths.slice(0, i + 1).reduce((sum, n) => sum + n, 0));
  return {
    timeMs,
    durationMs: 0,
    periodBytes: 524_288,
    sampleCount: stacks.length,
    values: {
      alloc_objects: inuse.map((bytes) => bytes / 256),
      alloc_space: inuse.map((bytes) => bytes * 2),
      inuse_objects: inuse.map((bytes) => bytes / 512),
      inuse_space: inuse,
    },
    size: inuse.map(() => 512),
    stackStart: Uint32Array.from([0, ...starts]),
    stackLocations: Uint32Array.from(frames.keys()),
    locations: frames.map((frame) => ({ frames: [frame] })),
    build: { file: '/srv/shop', id: 'sample' },
  };
}

/** The leak, a cache that stays as it is, and buffers that shrink. */
function stacksAt(sighting: Sighting, time: number): readonly Stack[] {
  const { suspect, at } = sighting;
  const { allocator } = suspect;
  const known = new Map([suspect, allocator].map((place) => [place.function, place]));
  const callers = suspect.stack.slice(2);
  const framesOf = (names: readonly string[]): readonly Frame[] =>
    names.map((name) => {
      const { file = '/src/shop/main.go', line = 1 } = known.get(name) ?? {};
      return { function: name, file, line };
    });
  const served = (name: string) => framesOf([name, ...callers]);
  const buffers = (time < at - QUARTER_MS ? 24 : 6) * MIB;
  return [
    { frames: framesOf(suspect.stack), bytes: leakedAt(sighting, time) },
    { frames: served('example.com/shop/internal/catalog.(*Cache).Fill'), bytes: 48 * MIB },
    { frames: served('example.com/shop/internal/report.render'), bytes: buffers },
  ];
}
