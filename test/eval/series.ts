import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createBrotliDecompress } from 'node:zlib';
import { z } from 'zod';
import { ProfileUnpacker } from './profile-delta.ts';
import type { ProfileDelta } from './profile-delta.ts';

const culprit = z.object({
  growth: z.enum(['heap', 'goroutine', 'off-heap']),
  allocators: z.array(z.string()),
  retainers: z.array(z.string()),
});

/** One leak's right answer: functions spelled as the profile spells them. */
export type Culprit = z.infer<typeof culprit>;

export const seriesMeta = z.object({
  case: z.string(),
  kind: z.enum(['leak', 'healthy', 'ambiguous']),
  culprits: z.array(culprit),
  go: z.string(),
  seed: z.number(),
  /** Bytes a poll: what a leak should lose, and what the sizes of a healthy case follow from. */
  ratePerPoll: z.number(),
  polls: z.number(),
  traffic: z.string(),
  gogc: z.number(),
  memoryLimit: z.number(),
  memProfileRate: z.number(),
});

/** What a series is of: the first line of its file. */
export type SeriesMeta = z.infer<typeof seriesMeta>;

export const seriesReading = z.object({
  poll: z.number(),
  /** Counts the processes of the series; a restart begins the next one. */
  epoch: z.number(),
  /** Bytes this process has leaked, counted by itself; the rounding of size classes is not in it. */
  leakedBytes: z.number(),
  /** The poll at which this process began to leak; -1 before and for healthy ones. */
  onset: z.number(),
  numGC: z.number(),
  /** `/gc/heap/live:bytes`; 0 before Go 1.21. */
  heapLive: z.number(),
  heapAlloc: z.number(),
  totalAlloc: z.number(),
  heapSys: z.number(),
  heapInuse: z.number(),
  heapIdle: z.number(),
  heapReleased: z.number(),
  stackInuse: z.number(),
  buckHashSys: z.number(),
  sys: z.number(),
  nextGC: z.number(),
  rss: z.number(),
  goroutines: z.number(),
});

/** What a daemon could read of the process at a poll, in bytes and counts, and the truth beside it. */
export type SeriesReading = z.infer<typeof seriesReading>;

export interface SeriesPoll extends SeriesReading {
  /** Milliseconds on the compressed clock: a poll is a minute. */
  readonly at: number;
  /** The heap profile, without gzip. */
  readonly profile: Uint8Array;
  /** The goroutine profile, without gzip: every fifth poll of the cases about goroutines. */
  readonly goroutineProfile?: Uint8Array;
}

export interface OpenSeries {
  readonly meta: SeriesMeta;
  /** One poll after the other, once. */
  readonly polls: AsyncIterable<SeriesPoll>;
}

export interface Series {
  readonly meta: SeriesMeta;
  readonly polls: readonly SeriesPoll[];
}

/** The compressed clock starts here: 2026-01-01T00:00:00Z. */
const STARTED_MS = 1_767_225_600_000;
export const POLL_MS = 60_000;

const delta = z.custom<ProfileDelta>((value) => typeof value === 'object' && value !== null);
const line = seriesReading.extend({ profile: delta, goroutineProfile: delta.optional() });

/** A line of a series file after the first. */
export type SeriesLine = z.infer<typeof line>;

/** Opens a recorded series; it holds one poll in memory at a time. */
export async function openSeries(path: string): Promise<OpenSeries> {
  const file = createReadStream(path);
  const text = createBrotliDecompress();
  file.on('error', (error) => text.destroy(error));
  const lines = createInterface({ input: file.pipe(text) })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done === true) throw new Error(`${path}: is empty; record it again`);
  const meta = seriesMeta.parse(JSON.parse(first.value));
  return { meta, polls: pollsOf(lines) };
}

/** Reads a whole series: some 40 KiB a poll. */
export async function readSeries(path: string): Promise<Series> {
  const { meta, polls } = await openSeries(path);
  const all: SeriesPoll[] = [];
  for await (const poll of polls) all.push(poll);
  return { meta, polls: all };
}

async function* pollsOf(lines: AsyncIterableIterator<string>): AsyncGenerator<SeriesPoll> {
  const heap = new ProfileUnpacker();
  const goroutines = new ProfileUnpacker();
  for await (const text of lines) {
    const { profile, goroutineProfile, ...reading } = line.parse(JSON.parse(text));
    const at = STARTED_MS + reading.poll * POLL_MS;
    const nanos = `${at}000000`;
    const blocked =
      goroutineProfile === undefined
        ? {}
        : { goroutineProfile: goroutines.unpack(goroutineProfile, nanos) };
    yield { ...reading, at, profile: heap.unpack(profile, nanos), ...blocked };
  }
}
