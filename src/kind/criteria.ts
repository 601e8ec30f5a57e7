import { formatBytes } from '../config/units.ts';
import type { Trend } from './trend.ts';

/** As with the heap: growth that leaves noise alone explains once in a million looks. */
const Z = 4.75;
const RISES = 4;
const FALL_SHARE = 0.2;
const ONE_STEP_SHARE = 0.6;
const LEVELLING = 0.7;
/** Of a long life there are so many such parts that chance makes some look like a leak; a good part shows its falls itself. */
const SHORT_PART = 1 / 2;
const EXCESS_SHARE = 0.15;
/** Where traffic grew, what follows it does so only roughly. */
const BUSY_EXCESS_SHARE = 0.5;
const TRAFFIC_NOISE = 1.05;
/** A pool that is resized or a dependency that is slow for a while moves fewer. */
const MIN_GOROUTINES = 100;
/** Outside of Go's own memory are also the program's code and the files it maps, which come in as they are used. */
const OFF_HEAP_FACTOR = 4;
/** The profiler's tables are a few MiB by nature, and are worth a word only where they are large. */
const PROFILER_FACTOR = 16;

/** What growth has to be for its kind to be worth a word, in the unit of its channel. */
export function leastGrowth({ kind }: Pick<Trend, 'kind'>, minGrowthBytes: number): number {
  if (kind === 'goroutine') return MIN_GOROUTINES;
  if (kind === 'off_heap') return OFF_HEAP_FACTOR * minGrowthBytes;
  return kind === 'profiler' ? PROFILER_FACTOR * minGrowthBytes : minGrowthBytes;
}

export function hasGrown(trend: Trend, minGrowthBytes: number): boolean {
  return trend.growth >= leastGrowth(trend, minGrowthBytes) && trend.z >= Z;
}

/** What speaks against its being a leak, in words; `undefined` where nothing does. */
export function doubt(trend: Trend, minGrowthBytes: number): string | undefined {
  return findDoubt(trend, minGrowthBytes)?.();
}

export function isDoubted(trend: Trend, minGrowthBytes: number): boolean {
  return findDoubt(trend, minGrowthBytes) !== undefined;
}

/** Its words are made where they are asked for: they cost more than the tests, which are made at each reading. */
function findDoubt(trend: Trend, minGrowthBytes: number): (() => string) | undefined {
  const { growth, z, rises, largestFall, largestStep, lastFloor, peak } = trend;
  const least = leastGrowth(trend, minGrowthBytes);
  if (growth < least) return () => `needs ${amount(trend, least)}`;
  if (z < Z) return () => `within its own unrest: z ${figure(z)} (needs ${Z})`;
  if (rises < RISES) return () => `rising in ${rises} of 5 blocks (needs ${RISES})`;
  if (largestFall > FALL_SHARE * growth)
    return () => `fell by ${amount(trend, largestFall)} in between`;
  if (largestStep > ONE_STEP_SHARE * growth)
    return () => `${amount(trend, largestStep)} of it in one step`;
  if (lastFloor <= peak) return () => `was at ${amount(trend, peak)} before`;
  return doubtOfShape(trend);
}

function doubtOfShape(trend: Trend): (() => string) | undefined {
  const { levelling, traffic, firstFloor, lastFloor, before } = trend;
  if (levelling < LEVELLING)
    return () =>
      `levelling off: ${figure(levelling)} times the earlier rate in the later half (needs ${LEVELLING})`;
  if (lastFloor < (1 + EXCESS_SHARE) * before)
    return () => `no more than ${100 * EXCESS_SHARE}% above the ${amount(trend, before)} of before`;
  const share = traffic > TRAFFIC_NOISE ? BUSY_EXCESS_SHARE : EXCESS_SHARE;
  if (lastFloor >= (1 + share) * traffic * firstFloor) return undefined;
  return traffic > TRAFFIC_NOISE
    ? () => `no more than traffic explains, which grew ${figure(traffic)} times`
    : () => `no more than ${100 * share}% above what there was`;
}

/** Of such a part more is asked. */
export function isShortPart({ part }: Pick<Trend, 'part'>): boolean {
  return part < SHORT_PART;
}

/** `16MiB`, `120 goroutines`. */
export function amount({ unit }: Pick<Trend, 'unit'>, value: number): string {
  return unit === 'bytes' ? formatBytes(value) : `${Math.round(value)} goroutines`;
}

function figure(value: number): string {
  return value > 100 ? 'over 100' : String(Number(value.toPrecision(2)));
}
