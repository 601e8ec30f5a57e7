import { BLOCKS, profilesIn, windowBefore } from './blocks.ts';
import { floorIn, rateBetween, samplingVariance, WALK_RESIDUAL } from './floors.ts';
import type { Floor, Series } from './floors.ts';
import { rateOf, strayOf } from './rate.ts';
import type { Rate } from './rate.ts';
import { lastPart } from './trend.ts';

/** A time over which a function grew at one rate, by its floors, oldest first. */
export interface Stretch {
  readonly floors: readonly Floor[];
  readonly rate: Rate;
}

interface Change {
  readonly stretch: Stretch;
  /** By how many standard errors the rate after it is another than that before; most where it is neither too early nor too late. */
  readonly z: number;
}

/** Of so many moments at which a rate may have changed, noise alone makes one look like it hardly ever. */
const CLEAR_Z = 4;
/** What differs by less is not worth a shorter memory. */
const MIN_RATIO = 1.3;
const MIN_PROFILES = 20;
const MIN_PROFILES_BEFORE = 6;
/** A plateau between two steps up is no rate. */
const MIN_RISES = 4;
const MIN_PARTS = 2;
/** How far two ends of a stretch stray from a line, of the deviation of each, and somewhat more. */
const STRAY = 2.5;
/** The part that differs most is sought, and lies where traffic is highest or lowest. */
const CHOSEN = 1.5;
const MOST_TIMES_LARGER = 3;
const MS_PER_HOUR = 3_600_000;

/**
 * The newest part of a stretch in which the rate did not clearly change: all of it, where it never did. A
 * change is where what came after grew at another rate than what came before, by far more than sampling and
 * the unrest of both explain; the search goes on behind the clearest one. So a constant leak has the error of
 * all its floors, and one that became faster is told by what it does now.
 *
 * Ten days at 1 MiB/h and then two at 5: 5 MiB/h, as of two days ago.
 */
export function presentStretch(series: Series, whole: Stretch): Stretch {
  let present = whole;
  const begin = whole.floors[0]?.cell ?? 0;
  for (;;) {
    const change = clearestChange(series, { begin, from: present.floors[0]?.cell ?? begin });
    if (change === undefined) return present;
    present = change.stretch;
  }
}

export function stretchOf(series: Series, floors: readonly Floor[]): Stretch {
  return { floors, rate: rateOf(floors, samplesIn(series, floors)) };
}

/** Sampled objects that the growth over some floors stands on. */
export function samplesIn({ history }: Series, floors: readonly Floor[]): number {
  const grown = (floors.at(-1)?.bytes ?? 0) - (floors[0]?.bytes ?? 0);
  return (history.objects * grown) / Math.max(1, history.inuseBytes);
}

/** Cells: where the growth begins, where the stretch does that is searched, and a moment in it. */
interface Moment {
  readonly begin: number;
  readonly from: number;
  readonly at: number;
}

function clearestChange(
  series: Series,
  { begin, from }: Pick<Moment, 'begin' | 'from'>,
): Change | undefined {
  const { axis } = series;
  let clearest: Change | undefined;
  for (let at = axis.count - BLOCKS; at > from; at--) {
    if (profilesIn(axis, at, axis.count) < MIN_PROFILES) continue;
    if (profilesIn(axis, from, at + 1) < MIN_PROFILES_BEFORE) break;
    const change = changeAt(series, { begin, from, at });
    if (change !== undefined && change.z > (clearest?.z ?? 0)) clearest = change;
  }
  return clearest;
}

function changeAt(series: Series, { begin, from, at }: Moment): Change | undefined {
  const before = stretchBetween(series, from, at + 1);
  const after = stretchBetween(series, at, series.axis.count);
  if (before === undefined || after === undefined || risesIn(after) < MIN_RISES) return undefined;
  const [was, is] = [before.rate.bytesPerHour, after.rate.bytesPerHour];
  if (is <= 0 || (is < MIN_RATIO * was && is * MIN_RATIO > was)) return undefined;
  const life = from === begin ? before : (stretchBetween(series, begin, at + 1) ?? before);
  const unrest = unrestOf(series, life, spanOf(after)) * timesLarger(life, after);
  const change = Math.abs(is - was);
  const error = Math.hypot(...errorsOf(series, before, after));
  if (change < CLEAR_Z * Math.max(error, unrest)) return undefined;
  return { stretch: after, z: change / error };
}

/** By the floors of its six blocks and the low of the last twelfth. */
function stretchBetween(series: Series, from: number, end: number): Stretch | undefined {
  const { axis } = series;
  const window = windowBefore(axis, end, profilesIn(axis, from, end));
  // Where cells are too wide for six blocks, the rest would be of what was before.
  if (window === undefined || (window.blocks.at(-BLOCKS)?.from ?? 0) < from) return undefined;
  const floors = window.blocks.slice(-BLOCKS).map((block) => floorIn(series, block));
  const newest = floorIn(series, lastPart(axis, window));
  const isNewer = newest.cell > (floors.at(-1)?.cell ?? 0);
  return stretchOf(series, isNewer ? [...floors, newest] : floors);
}

function risesIn({ floors }: Stretch): number {
  return floors.filter((floor, index) => index > 0 && floor.bytes > (floors[index - 1]?.bytes ?? 0))
    .length;
}

/**
 * Of each of two rates, and never less than if both were one: what by chance has few samples seems slow, and by
 * these few as sure of that as if it were.
 */
function errorsOf({ history }: Series, before: Stretch, after: Stretch): readonly [number, number] {
  const [first, last] = [before.floors[0], after.floors.at(-1)];
  const both = first && last ? Math.max(0, rateBetween(first, last)) : 0;
  const bytesEach = history.inuseBytes / Math.max(1, history.objects);
  const leastOf = (stretch: Stretch) =>
    Math.sqrt((both * bytesEach) / Math.max(1, spanOf(stretch))) * MS_PER_HOUR;
  return [Math.max(errorOf(before), leastOf(before)), Math.max(errorOf(after), leastOf(after))];
}

function errorOf({ rate: { low, high } }: Stretch): number {
  return (high - low) / 4;
}

function spanOf({ floors }: Stretch): number {
  return (floors.at(-1)?.atMs ?? 0) - (floors[0]?.atMs ?? 0);
}

/** The tables of a map grow in bursts, each twice as large as the one before. */
function timesLarger(before: Stretch, after: Stretch): number {
  return Math.min(MOST_TIMES_LARGER, 1 + grownIn(after) / Math.max(1, grownIn(before)));
}

function grownIn({ floors }: Stretch): number {
  return Math.max(0, (floors.at(-1)?.bytes ?? 0) - (floors[0]?.bytes ?? 0));
}

/**
 * How far the rate of a part of a stretch may stray from that of all of it, bytes an hour: what comes and goes with
 * traffic does so again, and is no change. By what its floors stray from a line beyond the sampling, and by
 * the rates of parts as long as that, where there are some.
 */
function unrestOf(series: Series, stretch: Stretch, partMs: number): number {
  const { floors, rate } = stretch;
  const [first, last] = [floors[0], floors.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const expected = Math.sqrt(WALK_RESIDUAL * samplingVariance(series, first, last));
  const stray = Math.max(0, strayOf(floors, rate) - expected);
  const ofAPart = (STRAY * stray * MS_PER_HOUR) / Math.max(1, partMs);
  return Math.max(ofAPart, CHOSEN * unrestOfParts(series, stretch, partMs));
}

/** Long ago there are only longer ones, in which more has come and gone. */
function unrestOfParts(series: Series, { floors, rate }: Stretch, partMs: number): number {
  const parts = partsOf(series, floors, partMs);
  const strays = parts.flatMap((floor, index) => {
    const before = parts[index - 1];
    const isLong = before === undefined || floor.atMs - before.atMs > 2 * partMs;
    return isLong ? [] : [rateBetween(before, floor) * MS_PER_HOUR - rate.bytesPerHour];
  });
  if (strays.length < MIN_PARTS) return 0;
  return Math.sqrt(strays.reduce((sum, stray) => sum + stray ** 2, 0) / strays.length);
}

/** The floors of its parts. */
function partsOf(series: Series, floors: readonly Floor[], partMs: number): readonly Floor[] {
  const { startMs } = series.axis;
  const end = floors.at(-1)?.cell ?? 0;
  const parts: Floor[] = [];
  let from = floors[0]?.cell ?? 0;
  for (let to = from + 1; to <= end; to++) {
    if ((startMs[to] ?? 0) - (startMs[from] ?? 0) < partMs) continue;
    parts.push(floorIn(series, { from, to }));
    from = to;
  }
  return parts;
}
