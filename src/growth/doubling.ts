import { lowsAfter, rateBetween } from './floors.ts';
import type { Floor, Series } from './floors.ts';
import { samplesIn } from './present-rate.ts';
import type { Rate } from './rate.ts';

/** Growth in bursts, each of about as much as there was before, and evenly over the times between their ends. */
export interface Doubling {
  readonly begin: Floor;
  readonly end: Floor;
  readonly rate: Rate;
}

/** Of the time in which all has doubled. */
const PARTS = 8;
/** Parts in a row that a burst takes at most: by their chance some tables are full a tenth before others. */
const BURST_PARTS = 3;
/** So much of the growth is in the burst; of even growth it would be less than a half. */
const BURST_SHARE = 0.65;
/** In twice the time there is twice as much, or nearly. */
const LEAST_GROWN = 0.4;
const MOST_GROWN = 3;
const LEAST_SAMPLES = 8;
const MS_PER_HOUR = 3_600_000;

/**
 * A map of Go 1.24 and later is made of tables of up to 1024 slots that fill up at about one time, and then each is
 * split in two (internal/runtime/maps): so while it fills evenly, all of it doubles within a tenth of its age, and
 * then stands still until it holds twice as much. Neither of the two is its rate. That is the one since its
 * beginning, which is least before a burst and most after one.
 *
 * `undefined` where the last two times that the age doubled had no burst at one point of each. 1 2 2 2 4 4 4 4 4 4 8 8 are two bursts.
 */
export function doublingIn(series: Series): Doubling | undefined {
  const lows = lowsAfter(series);
  const [begin, end] = [lows[0], lows.at(-1)];
  if (begin === undefined || end === undefined) return undefined;
  const levels = levelsOf(lows, begin, end);
  const [late, early] = [doublingOf(levels, 0), doublingOf(levels, PARTS)];
  if (!isDoubling(late) || !isDoubling(early) || !burstAtOnePoint(late, early)) return undefined;
  const samples = samplesIn(series, [begin, end]);
  if (samples < LEAST_SAMPLES) return undefined;
  return { begin, end, rate: meanSince(lows, begin, samples) };
}

/** Above what there was at the beginning, at the ends of the parts of two doublings of the age, the newest first. */
function levelsOf(lows: readonly Floor[], begin: Floor, end: Floor): readonly number[] {
  const ageMs = end.atMs - begin.atMs;
  return Array.from({ length: 2 * PARTS + 1 }, (_, part) => {
    const atMs = begin.atMs + ageMs * 2 ** (-part / PARTS);
    return levelAt(lows, atMs) - begin.bytes;
  });
}

/** Between two lows on the line through them: what grows is lowest where its cell begins. */
function levelAt(lows: readonly Floor[], atMs: number): number {
  const next = lows.findIndex((low) => low.atMs > atMs);
  const [before, after] = [lows.at(next < 0 ? -1 : next - 1), lows[next]];
  if (before === undefined) return 0;
  return after === undefined
    ? before.bytes
    : before.bytes + rateBetween(before, after) * (atMs - before.atMs);
}

/** What there was at first, and how much came in each part. */
interface Doubled {
  readonly from: number;
  readonly grown: readonly number[];
}

function doublingOf(levels: readonly number[], newest: number): Doubled {
  const ends = levels.slice(newest, newest + PARTS + 1);
  const grown = ends.slice(1).map((level, part) => (ends[part] ?? level) - level);
  return { from: ends.at(-1) ?? 0, grown };
}

function isDoubling({ from, grown }: Doubled): boolean {
  const times = sumOf(grown) / Math.max(1, from);
  return times >= LEAST_GROWN && times <= MOST_GROWN;
}

/** A part earlier or later, for chance moves each of them. */
function burstAtOnePoint(late: Doubled, early: Doubled): boolean {
  return late.grown.some(
    (_, at) => isBurst(late, at) && [at - 1, at, at + 1].some((near) => isBurst(early, near)),
  );
}

/** One that lasts over the end of a doubling is at both ends of it. */
function isBurst({ grown }: Doubled, begin: number): boolean {
  const parts = Array.from({ length: BURST_PARTS }, (_, part) => begin + part);
  const inBurst = sumOf(parts.map((part) => grown[(part + PARTS) % PARTS] ?? 0));
  return inBurst >= BURST_SHARE * sumOf(grown);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** From the least to the most that it was in the mean since its beginning, at any time of the newest doubling. */
function meanSince(lows: readonly Floor[], begin: Floor, samples: number): Rate {
  const nowMs = (lows.at(-1)?.atMs ?? 0) - begin.atMs;
  const means = lows
    .filter(({ atMs }) => atMs - begin.atMs >= nowMs / 2)
    .map(({ bytes, atMs }) => ((bytes - begin.bytes) * MS_PER_HOUR) / (atMs - begin.atMs));
  const [least, most] = [Math.min(...means), Math.max(...means)];
  const error = 2 / Math.sqrt(samples);
  return { bytesPerHour: (least + most) / 2, low: least * (1 - error), high: most * (1 + error) };
}

/** Of the time before it, what a burst lasts at most, with what is seen of the pause before. */
const BURST_AGE = 0.5;
/** Beside tables that double grows what they hold. */
const BURST_GROWN = 1.2;

/** A stretch in which something rises, with its rate. */
export interface Rising {
  readonly first: Floor;
  readonly last: Floor;
  readonly rate: Rate;
}

/**
 * Its rate, with the lower bound of what rose so may have been one burst of what doubles, and be over: in a short
 * time, and by no more than had come before. What goes on for longer, or grows by more, is none.
 */
export function orBurst(series: Series, { first, last, rate }: Rising): Rate {
  const [begin] = lowsAfter(series);
  if (begin === undefined || !mayBeBurst(series, begin, [first, last])) return rate;
  const least = leastGrown(series, begin, last);
  const low = (least * MS_PER_HOUR) / (last.atMs - begin.atMs);
  return { ...rate, low: Math.min(rate.low, low) };
}

function mayBeBurst(series: Series, begin: Floor, [first, last]: readonly [Floor, Floor]): boolean {
  const isShort = last.atMs - first.atMs <= BURST_AGE * (first.atMs - begin.atMs);
  const hadGrown = first.bytes >= 2 * begin.bytes;
  return isShort && hadGrown && leastGrown(series, first, last) <= BURST_GROWN * first.bytes;
}

/** What grew for sure, by the samples in it. */
function leastGrown(series: Series, a: Floor, b: Floor): number {
  const error = 2 / Math.sqrt(Math.max(1, samplesIn(series, [a, b])));
  return (b.bytes - a.bytes) * (1 - error);
}
