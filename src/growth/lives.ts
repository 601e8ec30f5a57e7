import { windowBefore } from './blocks.ts';
import { effectiveSamples, floorIn, samplingVariance, sixFloors } from './floors.ts';
import type { Series } from './floors.ts';
import type { Epoch } from './epoch.ts';

/** What is kept of a process that ended: how its functions grew, the first half of its life beside the second. */
export interface Life {
  /** Profiles, stale ones too. */
  readonly profiles: number;
  readonly functions: ReadonlyMap<string, Halves>;
}

/** Growth of the floor from the first sixth of a life to its middle, and from there to its end. */
export interface Halves {
  readonly earlierBytes: number;
  readonly earlierMs: number;
  readonly laterBytes: number;
  readonly laterMs: number;
  /** Sampling variance of the later growth, bytes². */
  readonly laterVariance: number;
  /** Sampled objects that each stands on. */
  readonly earlierSamples: number;
  readonly laterSamples: number;
}

/** The growth of one function over several lives, laid one upon the other at equal age. */
export interface Stitched {
  readonly lives: number;
  readonly profiles: number;
  /** Of the later halves, in all. */
  readonly laterBytes: number;
  readonly z: number;
  readonly levelling: number;
  readonly levellingLow: number;
  /** Rate in the later half of the running life over the mean of those before. */
  readonly continued: number;
}

export const MAX_LIVES = 5;
/** Of so many, the running one counted, one may be judged by the others. */
export const MIN_LIVES = 3;
/** Fewer fresh profiles have no halves. */
export const LIFE_PROFILES = 12;
/** The pace of what warmed up, in the later half of its life over that in the earlier. */
const SLOWED_DOWN = 1 / 3;
const MAX_FUNCTIONS = 200;
const MIN_BYTES = 2 ** 20;
const NONE: Halves = {
  earlierBytes: 0,
  earlierMs: 0,
  laterBytes: 0,
  laterMs: 0,
  laterVariance: 0,
  earlierSamples: 0,
  laterSamples: 0,
};

/** The life of an epoch that ends, added to those before it; the oldest is forgotten. */
export function withLife(known: readonly Life[], epoch: Epoch): readonly Life[] {
  if (epoch.fresh < LIFE_PROFILES) return known;
  const functions = [...epoch.functions].flatMap(([name, history]) => {
    const halves = halvesOf({ axis: epoch.axis, history });
    const grown = halves === undefined ? 0 : halves.earlierBytes + halves.laterBytes;
    return halves !== undefined && grown >= MIN_BYTES ? [{ name, halves, grown }] : [];
  });
  const kept = functions.toSorted((a, b) => b.grown - a.grown).slice(0, MAX_FUNCTIONS);
  const life = {
    profiles: epoch.profiles,
    functions: new Map(kept.map(({ name, halves }) => [name, halves])),
  };
  return [...known, life].slice(-MAX_LIVES);
}

/** `undefined` where the life has no six blocks yet. */
export function halvesOf(series: Series): Halves | undefined {
  const { axis } = series;
  const window = windowBefore(
    axis,
    axis.count,
    axis.profiles.reduce((sum, each) => sum + each, 0),
  );
  const six = window && sixFloors(series, window);
  if (window === undefined || six === undefined) return undefined;
  const [start, , , middle] = six;
  const to = window.blocks.at(-1)?.to ?? 0;
  const from = Math.min(to - 1, Math.ceil((window.blocks.at(-1)?.from ?? 0) / 2 + to / 2));
  const end = floorIn(series, { from, to });
  return {
    earlierBytes: middle.bytes - start.bytes,
    earlierMs: middle.atMs - start.atMs,
    laterBytes: end.bytes - middle.bytes,
    laterMs: end.atMs - middle.atMs,
    laterVariance: samplingVariance(series, middle, end),
    earlierSamples: effectiveSamples(series, start, middle),
    laterSamples: effectiveSamples(series, middle, end),
  };
}

/**
 * What a leak does in each life again: each by itself is too short to tell it from a service that
 * warms up, but the later halves of them all are as long as their sum. Where a life knows nothing of
 * the function, it grew by nothing there.
 *
 * Three lives that grew 6 and 6, 7 and 5, 6 and 7 MiB in equal halves make 18 in the later ones, at
 * 18/19 of the earlier rate.
 */
export function stitch(past: readonly Life[], name: string, running: Halves): Stitched {
  const before = past.map(({ functions }) => functions.get(name) ?? NONE);
  const all = [...before, running];
  const later = rateOver(all, 'later');
  const earlier = rateOver(all, 'earlier');
  const levelling = earlier.rate > 0 ? later.rate / earlier.rate : Infinity;
  const error = Math.sqrt(1 / Math.max(1, earlier.samples) + 1 / Math.max(1, later.samples));
  const variance = all.reduce((sum, each) => sum + each.laterVariance, 0);
  const usual = rateOver(before, 'later').rate;
  return {
    lives: all.filter((each) => each.laterBytes > 0).length,
    profiles: past.reduce((sum, each) => sum + each.profiles, 0),
    laterBytes: later.bytes,
    z: later.bytes / Math.sqrt(Math.max(1, variance)),
    levelling,
    levellingLow: levelling * Math.exp(-error),
    continued: usual > 0 ? rateOver([running], 'later').rate / usual : Infinity,
  };
}

/**
 * Whether a process so old is still in the time in which every one before it that knew the function grew
 * fast, to slow down after.
 */
export function isFillingUp(past: readonly Life[], name: string, ageMs: number): boolean {
  const before = past.flatMap(({ functions }) => functions.get(name) ?? []);
  return before.length > 0 && before.every((each) => ageMs <= each.earlierMs && slowedDown(each));
}

function slowedDown(life: Halves): boolean {
  return rateOver([life], 'later').rate < SLOWED_DOWN * rateOver([life], 'earlier').rate;
}

/** Bytes per millisecond over one half of each life. */
function rateOver(
  lives: readonly Halves[],
  half: 'earlier' | 'later',
): { readonly bytes: number; readonly rate: number; readonly samples: number } {
  const sum = (of: 'Bytes' | 'Ms' | 'Samples'): number =>
    lives.reduce((total, each) => total + each[`${half}${of}`], 0);
  const [bytes, ms] = [sum('Bytes'), sum('Ms')];
  return { bytes, rate: ms > 0 ? bytes / ms : 0, samples: sum('Samples') };
}
