import { BLOCKS } from './blocks.ts';
import type { Block, Window } from './blocks.ts';
import type { Axis } from './cells.ts';
import {
  deathShare,
  effectiveSamples,
  floorIn,
  rateBetween,
  samplingVariance,
  significance,
  sixFloors,
} from './floors.ts';
import type { Floor, Series, Six } from './floors.ts';
import { staircaseIn } from './staircase.ts';
import type { Staircase } from './staircase.ts';
import { measureTraffic } from './traffic.ts';
import type { Traffic } from './traffic.ts';

/** How the floors of one function moved over a window: the figures that the tests decide on. */
export interface Trend extends Persistence, Saturation, Traffic {
  readonly window: Window;
  /** One for each block of the epoch, oldest first; the last six are the window's. */
  readonly floors: readonly Floor[];
  readonly growthBytes: number;
  /** Growth in standard errors. */
  readonly z: number;
  /** Of what came into use over the window, the part that was seen to go again, 0 to 1. */
  readonly deaths: number;
  readonly staircase: Staircase | undefined;
  /** Life of the process before the window, in lengths of the window. */
  readonly lifeBefore: number;
}

interface Persistence {
  /** How many of the five steps of the window lead up. */
  readonly rises: number;
  /** The deepest step down in the window, 0 where there is none, and how deep sampling may make one. */
  readonly stepDownBytes: number;
  readonly stepNoiseBytes: number;
  /** The largest of the five steps. */
  readonly largestStepBytes: number;
  /** The deepest fall of the epoch from a low of four profiles to a later one. */
  readonly fallBytes: number;
  /** The highest floor of the epoch before the last one. */
  readonly peak: Floor;
}

interface Saturation {
  /** Rate in the later half over that in the earlier, and its lower bound by the samples in each. */
  readonly levelling: number;
  readonly levellingLow: number;
  /** Whether both are of the live heap, most of which is this growth. */
  readonly isOfLiveHeap?: boolean;
  /** Rate in the window over that in as long a time before, or what there is of it; infinite where that did not grow. */
  readonly longLevelling: number;
  /** Growth since the last floor, as a part of what the rate promised, and how much of it can be asked for. */
  readonly continued: number;
  readonly continuedAtLeast: number;
}

interface Look {
  readonly series: Series;
  readonly window: Window;
  readonly six: Six;
  readonly floors: readonly Floor[];
}

type Three = readonly [Floor, Floor, Floor];

const OTHERS_SHARE = 0.1;
const STEADY_TRAFFIC = 1.25;
/** Where fewer are expected, none at all is no news. */
const EXPECTED_SAMPLES = 3;
const FEW_SAMPLES = 4;
const FEW_BLOCKS = 3;
const STEP_SHARE = 0.2;

/** `undefined` where the floor grew by less than `minGrowthBytes`, which is most of the time. */
export function measureTrend(
  series: Series,
  window: Window,
  minGrowthBytes: number,
): Trend | undefined {
  const six = sixFloors(series, window);
  if (six === undefined) return undefined;
  const growthBytes = six[5].bytes - six[0].bytes;
  if (growthBytes <= 0 || growthBytes < minGrowthBytes) return undefined;
  const floors = window.blocks.map((block) => floorIn(series, block));
  const z = significance(series, six);
  const deaths = deathShare(series, six[0], six[5]);
  const look = { series, window, six, floors };
  return {
    window,
    floors,
    growthBytes,
    z,
    deaths,
    staircase: staircaseIn(series, window, growthBytes),
    lifeBefore: lifeBefore(series.axis, window),
    ...persistence(look),
    ...saturation(look),
    ...measureTraffic(series, window, { first: six[0], last: six[5], z }),
  };
}

function lifeBefore({ startMs }: Axis, { blocks }: Window): number {
  const [first, last] = [blocks.at(-BLOCKS), blocks.at(-1)];
  const [begin, end] = [first?.startMs ?? 0, last?.endMs ?? 0];
  return (begin - (startMs[0] ?? 0)) / Math.max(1, end - begin);
}

function persistence({ series, six, floors }: Look): Persistence {
  const [first, , , , , last] = six;
  const steps = six.slice(1).map((floor, index) => floor.bytes - (six[index]?.bytes ?? 0));
  return {
    rises: steps.filter((step) => step > 0).length,
    stepDownBytes: Math.max(0, ...steps.map((step) => -step)),
    stepNoiseBytes: 2 * Math.sqrt(samplingVariance(series, first, last) / steps.length),
    largestStepBytes: Math.max(...steps),
    fallBytes: series.history.fallBytes,
    peak: floors.slice(0, -1).reduce((top, each) => (each.bytes > top.bytes ? each : top), first),
  };
}

/** From the first floor to that of the middle, and from there to the low of the last twelfth: no sample is left out. */
function saturation(look: Look): Saturation {
  const { series, window, six } = look;
  const [start, , , middle] = six;
  const end = floorIn(series, lastPart(series.axis, window));
  const perTime = ratio(steadyRate(look, middle, end), steadyRate(look, start, middle));
  const traffic = trafficOfOthers(look, [start, middle, end]);
  const isSteady = traffic < STEADY_TRAFFIC && traffic > 1 / STEADY_TRAFFIC;
  const levelling = isSteady ? perTime : perTime / traffic;
  const error = Math.sqrt(
    1 / effectiveSamples(series, start, middle) + 1 / effectiveSamples(series, middle, end),
  );
  return {
    levelling,
    levellingLow: levelling === Infinity ? Infinity : levelling * Math.exp(-error),
    longLevelling: longLevelling(look),
    ...continuation(look),
  };
}

/**
 * Bytes per millisecond, without the largest step that lasts: where the table of a map doubles, the
 * half that has the doubling in it seems fast and the other one slow.
 */
function steadyRate(look: Look, from: Floor, to: Floor): number {
  const { six } = look;
  const step = largestStep(look, from, to);
  const counts = step >= STEP_SHARE * (six[5].bytes - six[0].bytes);
  return rateBetween(from, { ...to, bytes: to.bytes - (counts ? step : 0) });
}

/**
 * How much faster the rest of the process allocated in the later half. Its own allocations do not count,
 * for those of a cache that fills up slow down with it.
 */
function trafficOfOthers({ series }: Look, [start, middle, end]: Three): number {
  const earlier = othersAllocRate(series, start, middle);
  const later = othersAllocRate(series, middle, end);
  return earlier > 0 && later > 0 ? later / earlier : 1;
}

/** 0 where they hardly allocate: that is no measure of traffic. */
function othersAllocRate({ axis, history }: Series, from: Floor, to: Floor): number {
  let [all, own] = [0, 0];
  for (let at = from.cell + 1; at <= to.cell; at++) {
    all += axis.allocBytes[at] ?? 0;
    own += history.track.allocBytes[at] ?? 0;
  }
  const others = all - own;
  return others >= OTHERS_SHARE * all && to.atMs > from.atMs ? others / (to.atMs - from.atMs) : 0;
}

/**
 * From the highest before to the lowest after, where that is a step up, less what grows anyway in the time
 * between two profiles: there are minutes between them where the GC seldom runs.
 */
function largestStep({ series, six }: Look, from: Floor, to: Floor): number {
  const { floor } = series.history.track;
  const { startMs } = series.axis;
  const rate = rateBetween(six[0], six[5]);
  const lowestAfter = new Float64Array(to.cell + 2).fill(Infinity);
  for (let at = to.cell; at > from.cell; at--)
    lowestAfter[at] = Math.min(floor[at] ?? 0, lowestAfter[at + 1] ?? Infinity);
  let highest = floor[from.cell] ?? 0;
  let largest = 0;
  for (let at = from.cell + 1; at <= to.cell; at++) {
    const grown = rate * ((startMs[at] ?? 0) - (startMs[at - 1] ?? 0));
    largest = Math.max(largest, (lowestAfter[at] ?? 0) - highest - grown);
    highest = Math.max(highest, floor[at] ?? 0);
  }
  return largest;
}

/** The last twelfth of a window, or what cells there are of it. */
export function lastPart({ profiles }: Axis, window: Window): Pick<Block, 'from' | 'to'> {
  const to = window.blocks.at(-1)?.to ?? 0;
  let from = to - 1;
  let counted = profiles[from] ?? 0;
  while (from > 0 && counted + (profiles[from - 1] ?? 0) <= window.profiles / (2 * BLOCKS)) {
    counted += profiles[--from] ?? 0;
  }
  return { from, to };
}

/** By the upper bound of its error, for it may only hold back what clearly slows down. */
function longLevelling(look: Look): number {
  const { series, six, floors } = look;
  const before = floors.slice(-2 * BLOCKS, -BLOCKS);
  const [first, last] = [before[0], before.at(-1)];
  if (before.length < FEW_BLOCKS || first === undefined || last === undefined) return Infinity;
  const earlier = effectiveSamples(series, first, last);
  if (last.bytes <= first.bytes || earlier < FEW_SAMPLES) return Infinity;
  const error = Math.sqrt(1 / earlier + 1 / effectiveSamples(series, six[0], six[5]));
  return ratio(steadyRate(look, six[0], six[5]), steadyRate(look, first, last)) * Math.exp(error);
}

/**
 * A floor is the low of its block, so that a cache that has just become full shows in the last floor a
 * whole block later; what came since tells at once.
 */
function continuation({
  series,
  six,
  window,
}: Look): Pick<Saturation, 'continued' | 'continuedAtLeast'> {
  const { axis, history } = series;
  const cell = (window.blocks.at(-1)?.to ?? 0) - 1;
  const newest = { bytes: history.track.floor[cell] ?? 0, cell, atMs: axis.startMs[cell] ?? 0 };
  const expected = rateBetween(six[0], six[5]) * (newest.atMs - six[5].atMs);
  const samples = expected ** 2 / Math.max(1, samplingVariance(series, six[5], newest));
  if (expected <= 0 || samples < EXPECTED_SAMPLES) return { continued: 1, continuedAtLeast: 0 };
  const atLeast = Math.min(0.5, Math.max(0.25, 1 - 2.5 / Math.sqrt(samples)));
  return { continued: (newest.bytes - six[5].bytes) / expected, continuedAtLeast: atLeast };
}

function ratio(later: number, earlier: number): number {
  if (earlier > 0) return later / earlier;
  return later > 0 ? Infinity : 0;
}
