import { BLOCKS } from './blocks.ts';
import type { Window } from './blocks.ts';
import type { FunctionHistory } from './epoch.ts';
import type { Floor, Series } from './floors.ts';
import type { Rate } from './rate.ts';

/**
 * A slice or the table of a map that grows: nothing for a while, then a step up, for the old array is
 * copied into a larger one. What it holds grows evenly in between and is seen only at the steps.
 */
export interface Staircase {
  readonly steps: number;
  /** Rate of what it holds in the later half of the steps over that in the earlier. */
  readonly levelling: number;
  /** Time since the last step, in times that its room takes to fill at the pace so far. */
  readonly waited: number;
  /** Of what it holds; the array may grow as much faster as its last step was wide. */
  readonly rate: Rate;
  /** Where the first step and the last one led to. */
  readonly begin: Floor;
  readonly end: Floor;
}

/** At the moment of a step what it holds is what there was room for. */
interface Step {
  readonly cell: number;
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
}

const MS_PER_HOUR = 3_600_000;

const MIN_STEPS = 3;
const STEP_FACTOR = 1.12;
const MIN_STEP_BYTES = 2 ** 20;
const MIN_STEP_Z = 4;
const MAX_NOISE = 0.6;
/** Steps that make less of the growth are not what it consists of. */
const SHARE = 0.8;
/** Fresh profiles from step to step, in the mean: what rises at every look is no staircase. */
const MIN_GAP = 3;
/**
 * An array stays between two steps. What allocates so many times what its steps lead up to is replaced
 * between them, and its lows rise in steps by chance. In recorded series slices and maps allocate at most some
 * twice that, with all that is beside them, and what requests have in use for a moment 45 times that and more.
 */
const MOST_ALLOCATED = 8;

/** `undefined` where the growth over the window is no staircase. Levels 4 4 4 5 5 6.2 6.2 are two steps. */
export function staircaseIn(
  series: Series,
  { blocks }: Window,
  growthBytes: number,
): Staircase | undefined {
  const [first, last] = [blocks.at(-BLOCKS), blocks.at(-1)];
  if (first === undefined || last === undefined || !hasLargeObjects(series.history))
    return undefined;
  const steps = stepsBetween(series, first.from, last.to);
  const climbed = steps.reduce((sum, { from, to }) => sum + to - from, 0);
  const copied = steps.reduce((sum, { to }) => sum + to, 0);
  const allocated = allocatedBetween(series, first.from, last.to);
  const isStepped = steps.length >= MIN_STEPS && steps.length * MIN_GAP <= last.to - first.from;
  const [lowest, highest] = [steps[0], steps.at(-1)];
  if (!isStepped || climbed < SHARE * growthBytes || allocated > MOST_ALLOCATED * copied)
    return undefined;
  if (lowest === undefined || highest === undefined) return undefined;
  const ends = { begin: floorAfter(lowest), end: floorAfter(highest) };
  return { steps: steps.length, ...paceOf(steps, last.endMs), ...ends };
}

/** Without what came before the first profile. */
function allocatedBetween({ history }: Series, begin: number, end: number): number {
  return history.track.allocBytes.subarray(begin + 1, end).reduce((sum, bytes) => sum + bytes, 0);
}

/** Between the highest before and the lowest after, so that only what lasts is a step. */
function stepsBetween({ axis, history }: Series, begin: number, end: number): readonly Step[] {
  const { floor } = history.track;
  const leastBytes = Math.max(MIN_STEP_BYTES, MIN_STEP_Z * noiseOfOne(history));
  const lowestAfter = new Float64Array(end + 1).fill(Infinity);
  for (let at = end - 1; at >= begin; at--)
    lowestAfter[at] = Math.min(floor[at] ?? 0, lowestAfter[at + 1] ?? Infinity);
  const steps: Step[] = [];
  let level = lowestAfter[begin] ?? 0;
  for (let at = begin + 1; at < end; at++) {
    const to = lowestAfter[at] ?? 0;
    if (to >= STEP_FACTOR * level && to - level >= leastBytes) {
      steps.push({ cell: at, atMs: axis.startMs[at] ?? 0, from: level, to });
    }
    level = Math.max(level, to);
  }
  return steps;
}

/** Where each object is sampled, few stand for much and with little error: 1 for small ones, 0 for large. */
function hasLargeObjects(history: FunctionHistory): boolean {
  const { inuseBytes, objects } = history;
  return objects > 0 && noiseOfOne(history) <= MAX_NOISE * (inuseBytes / objects);
}

/** What one sampled object adds to the standard error: half a megabyte where they are small, nothing where each is sampled. */
function noiseOfOne({ objects, variance }: FunctionHistory): number {
  return objects > 0 ? Math.sqrt(variance / objects) : 0;
}

function floorAfter({ to, cell, atMs }: Step): Floor {
  return { bytes: to, cell, atMs };
}

function paceOf(
  steps: readonly Step[],
  nowMs: number,
): Pick<Staircase, 'levelling' | 'waited' | 'rate'> {
  const [first, last] = [steps[0], steps.at(-1)];
  const middle = steps[Math.floor(steps.length / 2)];
  if (first === undefined || middle === undefined || last === undefined)
    return { levelling: 0, waited: Infinity, rate: { bytesPerHour: 0, low: 0, high: 0 } };
  const pace = paceBetween(first, last);
  const [earlier, later] = [paceBetween(first, middle), paceBetween(middle, last)];
  const waited = pace > 0 ? (nowMs - last.atMs) / ((last.to - last.from) / pace) : Infinity;
  const [slowest, fastest] = [Math.min(pace, earlier, later), Math.max(pace, earlier, later)];
  // When a step came is known to the profile.
  const sure = 1 - 1 / (last.cell - first.cell);
  // What has not come to the next step in more than its time fills up more slowly than before.
  const overdue = Math.max(1, waited);
  return {
    levelling: earlier > 0 ? later / earlier : 0,
    waited,
    rate: {
      bytesPerHour: (pace / overdue) * MS_PER_HOUR,
      low: (sure * slowest * MS_PER_HOUR) / overdue,
      high: fastest * (last.to / last.from) * MS_PER_HOUR,
    },
  };
}

/** Bytes per millisecond. */
function paceBetween(a: Step, b: Step): number {
  return b.atMs > a.atMs ? (b.from - a.from) / (b.atMs - a.atMs) : 0;
}
