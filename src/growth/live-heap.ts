import { formatBytes } from '../config/units.ts';
import { doubt } from '../kind/criteria.ts';
import type { Trend } from '../kind/trend.ts';
import type { LiveGrowthOver } from './live-growth.ts';
import type { Trend as SiteTrend } from './trend.ts';
import type { TestOutcome } from './verdict.ts';

/*
 * What the live heap says of the growth of a function. Readings count all of it, where profiles sample: so
 * they tell better how it grows, and profiles where.
 */

type Site = Pick<
  SiteTrend,
  'window' | 'growthBytes' | 'staircase' | 'levelling' | 'levellingLow' | 'isOfLiveHeap'
>;

/** What proves a growth of few samples is so many times `minGrowthBytes`: a small ring that fills up is less. */
const PROVEN_GROWTH = 3;
/** A leak has at least so large a part in what the live heap grew by. */
const LEAST_PART = 1 / 3;
/** And the live heap grew by at least so large a part of what a function is said to have grown by. */
const LEAST_SEEN = 0.5;
const LEVELLING = 0.8;
/** The ratio of two halves errs by about 2√2/z; doubts are raised only beyond most of that. */
const LEVELLING_ERROR = 2;
/** Where traffic falls a leak slows down with it. */
const STEADY_TRAFFIC = 1.25;
/** What grew by so much of what the live heap grew by, is most of it. */
const MOST = { least: 0.6, most: 1.4 };
/** The rest of the heap does not stand still either. */
const ERROR_OF_THE_REST = 0.1;
const CLEARLY_SURER = 2;
/** Of levelling off, what its lower bound is at least where many samples tell it: some 25 in each half. */
const SURE_LOW = 0.75;
/** What the later half of two measures of one growth may differ by. */
const ROOM = 0.8;

/** Whether over a window the live heap grew as only a leak makes it grow, and a function has a good part in that. */
export function bearsOut(over: LiveGrowthOver, site: Site, minGrowthBytes: number): boolean {
  const heap = over(site.window);
  const least = PROVEN_GROWTH * minGrowthBytes;
  if (heap === undefined || doubt(heap.trend, least) !== undefined) return false;
  return site.growthBytes >= LEAST_PART * heap.trend.growth;
}

/**
 * The same trend, with how it levels off as the live heap tells it, where the function is most of what
 * grew there and its samples tell it far less surely.
 */
export function sharpened(over: LiveGrowthOver, site: SiteTrend): SiteTrend {
  const heap = over(site.window)?.trend;
  if (heap === undefined || site.staircase !== undefined || !isMostOf(heap, site)) return site;
  const error = Math.max(ERROR_OF_THE_REST, LEVELLING_ERROR / heap.z);
  const { levelling, levellingLow } = site;
  const own = levellingLow > 0 ? Math.log(levelling / levellingLow) : Infinity;
  if (CLEARLY_SURER * error >= own) return site;
  const low = heap.levelling * Math.exp(-error);
  return { ...site, levelling: heap.levelling, levellingLow: low, isOfLiveHeap: true };
}

/** While traffic is steady, for only the function's own levelling is held against it. */
function isMostOf({ growth, z, pace }: Trend, { growthBytes }: Site): boolean {
  const isSteady = pace <= STEADY_TRAFFIC && pace >= 1 / STEADY_TRAFFIC;
  const part = growthBytes / growth;
  return z > 0 && isSteady && part >= MOST.least && part <= MOST.most;
}

/**
 * Whether the live heap grew too, and goes on; `undefined` where readings do not tell, or not for long enough.
 * In a process where more goes on than this growth its noise is large, and then nothing speaks against it.
 */
export function testLiveHeap(over: LiveGrowthOver, site: Site): TestOutcome | undefined {
  const heap = over(site.window);
  if (heap === undefined) return undefined;
  const { growth, growthError, levelling } = heap.trend;
  const bytes = formatBytes(Math.max(0, growth));
  const grew = heap.isByGoal
    ? `the live heap grew about ${bytes}, as the collector's goal tells it`
    : `the live heap grew ${bytes}, as readings count it`;
  const outcome = (passed: boolean, reason: string): TestOutcome => ({
    name: 'live heap',
    passed,
    reason,
  });
  const atMost = growth + 2 * growthError;
  const least = LEAST_SEEN * heap.covered * site.growthBytes;
  if (atMost < least) return outcome(false, `${grew} (needs ${formatBytes(least)})`);
  const late = `${levelling.toFixed(2)} times the earlier rate in the later half`;
  if (site.staircase !== undefined || !levelsOff(heap.trend))
    return outcome(true, `${grew}, ${late}`);
  return hasRoomFor(heap.trend, site)
    ? outcome(true, `${grew}, ${late}, which still has room for this`)
    : outcome(false, `${grew}, levelling off: ${late}`);
}

/**
 * Whether the live heap grew by enough in the later half for what a function grew by then, as many samples
 * tell it: what levels off is then something else, such as a cache that fills up beside a leak.
 */
function hasRoomFor(
  heap: Trend,
  { growthBytes, levelling, levellingLow, isOfLiveHeap = false }: Site,
): boolean {
  const isSure = !isOfLiveHeap && levellingLow >= SURE_LOW * levelling;
  const room = laterPart(heap.levelling) * heap.growth;
  return isSure && room >= ROOM * laterPart(levelling) * growthBytes;
}

/** The part of a growth that is in the later half. */
function laterPart(levelling: number): number {
  return 1 - 1 / (1 + levelling);
}

/** Clearly, and by more than traffic fell. What is outgrown by doubling stands still between two steps. */
function levelsOff({ z, levelling, pace }: Trend): boolean {
  const slower = pace < 1 / STEADY_TRAFFIC ? pace : 1;
  return z > 0 && (levelling / slower) * Math.exp(LEVELLING_ERROR / z) < LEVELLING;
}
