import { profilesIn } from './blocks.ts';
import { lowsAfter, samplingVariance } from './floors.ts';
import type { Floor, Series } from './floors.ts';

/** Of a function that had grown, and has not since. */
export interface Standstill {
  /** When it last rose, Unix milliseconds. */
  readonly since: number;
  /** Fresh profiles since then. */
  readonly profiles: number;
}

/** Where it stands is the low of so many profiles, for what comes and goes within them is no growth. */
const NEWEST = 4;
/** Half of what a verdict takes: by then a leak that goes on at its pace shows. */
const LEAST_PROFILES = 12;
/** What a rise may be in standard errors and be none: two sampled objects, where none of them die. */
const NOISE = 1.5;
/** It began to grow once it had done a tenth of it. */
const BEGUN = 0.1;
/** So much of what its pace promised is none of it. */
const NOTHING = 0.2;
/** Standard errors by which it falls short of that: 16 sampled objects that ought to be there and are not. */
const Z = 4;
/** What grows in bursts, or a table at a time, has stood still before. */
const LONGER = 2;

/**
 * Since when a function stands still: its lows do not rise beyond noise, where at the pace before that they
 * would have, by far more than chance explains, and for twice as long as they ever paused while they
 * grew. `undefined` where that cannot be said. Levels 1 2 3 … 30 30 30 … stand still since the first 30.
 */
export function standstillOf(series: Series): Standstill | undefined {
  const { axis } = series;
  const lows = lowsAfter(series);
  const last = lows.at(-NEWEST);
  if (last === undefined) return undefined;
  const top = topOf(series, lows, last);
  const begun = beginning(lows, top);
  const profiles = profilesIn(axis, top.cell + 1, axis.count);
  if (begun === undefined || profiles < LEAST_PROFILES) return undefined;
  const growth = { begun, top, last };
  const isStill =
    fallsShort(series, growth) && last.atMs - top.atMs >= LONGER * pauseIn(lows, growth);
  return isStill ? { since: top.atMs, profiles } : undefined;
}

interface Growth {
  readonly begun: Floor;
  readonly top: Floor;
  readonly last: Floor;
}

/** Where it first was as high as it is now, but for noise. */
function topOf(series: Series, lows: readonly Floor[], last: Floor): Floor {
  let top = last;
  for (let at = last.cell - 1; at >= 0; at--) {
    const low = lows[at] ?? last;
    const noise = NOISE * Math.sqrt(samplingVariance(series, low, last));
    if (last.bytes - low.bytes > noise) break;
    top = low;
  }
  return top;
}

/** The last before it grew; `undefined` where it never did. */
function beginning(lows: readonly Floor[], top: Floor): Floor | undefined {
  const [first] = lows;
  if (first === undefined || top.bytes <= first.bytes) return undefined;
  const bar = first.bytes + BEGUN * (top.bytes - first.bytes);
  return lows.findLast(({ bytes }) => bytes <= bar);
}

function fallsShort(series: Series, growth: Growth): boolean {
  const { begun, top, last } = growth;
  const { inuseBytes, objects } = series.history;
  const times = Math.min(...lengths(series, growth));
  const expected = (top.bytes - begun.bytes) * times;
  const seen = last.bytes - top.bytes;
  const chance = expected * (inuseBytes / Math.max(1, objects));
  const ofPace = times ** 2 * samplingVariance(series, begun, top);
  const error = Math.sqrt(chance + ofPace + samplingVariance(series, top, last));
  return seen <= NOTHING * expected && expected - seen >= Z * error;
}

/**
 * How long it has stood still, in times that it grew: by the clock, and by fresh profiles, since at night there may
 * be none for hours, and in other times more of them.
 */
function lengths({ axis }: Series, { begun, top, last }: Growth): readonly number[] {
  const grew = profilesIn(axis, begun.cell + 1, top.cell + 1);
  const stood = profilesIn(axis, top.cell + 1, last.cell + 1);
  return [(last.atMs - top.atMs) / (top.atMs - begun.atMs), stood / grew];
}

/** The longest time in which it hardly grew, while it did; milliseconds. */
function pauseIn(lows: readonly Floor[], { begun, top }: Growth): number {
  const pace = (top.bytes - begun.bytes) / (top.atMs - begun.atMs);
  const growing = lows.slice(begun.cell, top.cell + 1);
  const pauses = growing.flatMap((from, at) =>
    growing
      .slice(at + 1)
      .map((to) => ({ grown: to.bytes - from.bytes, lasted: to.atMs - from.atMs }))
      .filter(({ grown, lasted }) => grown <= NOTHING * pace * lasted)
      .map(({ lasted }) => lasted),
  );
  return Math.max(0, ...pauses);
}
