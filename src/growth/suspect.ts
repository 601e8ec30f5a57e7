import { normaliseFunction } from '../pprof/function-name.ts';
import type { Frame } from '../pprof/profile.ts';
import { BLOCKS } from './blocks.ts';
import type { Window } from './blocks.ts';
import type { Epoch, FunctionHistory } from './epoch.ts';
import { doublingIn, orBurst } from './doubling.ts';
import { floorIn } from './floors.ts';
import type { Floor, Series } from './floors.ts';
import type { Naming } from './pick.ts';
import { presentStretch, samplesIn, stretchOf } from './present-rate.ts';
import { onsetOf } from './rate.ts';
import type { Rate } from './rate.ts';
import { standstillOf } from './standstill.ts';
import { measureTrend } from './trend.ts';
import type { Place, Suspect } from './verdict.ts';

/** What is to be told of a function that growth was laid at. */
export function describeSuspect(epoch: Epoch, window: Window, naming: Naming): Suspect {
  const { history, stack } = naming;
  const standstill = standstillOf({ axis: epoch.axis, history });
  return {
    ...placeOf(stack.frames, naming.function),
    allocator: placeOf(stack.frames, stack.functions[0] ?? naming.function),
    stack: stack.functions,
    inuseBytes: history.inuseBytes,
    ...growthSince(epoch, history, riseOf({ axis: epoch.axis, history }, window)),
    share: naming.share,
    z: naming.z,
    ...(standstill && { standstill }),
  };
}

type Growth = Omit<Suspect, keyof Place | 'allocator' | 'stack' | 'inuseBytes' | 'share' | 'z'>;

/** From where a function grows, and at what rate now. */
interface Rise {
  readonly first: Floor;
  readonly last: Floor;
  readonly rate: Rate;
  /** Where it was another rate before. */
  readonly rateSince?: number;
}

const MS_PER_HOUR = 3_600_000;
const NO_FLOOR: Floor = { bytes: 0, cell: 0, atMs: 0 };

function riseOf(series: Series, window: Window): Rise {
  const steps = measureTrend(series, window, 1)?.staircase ?? doublingIn(series);
  if (steps !== undefined) return { first: steps.begin, last: steps.end, rate: steps.rate };
  const floors = window.blocks.map((block) => floorIn(series, block));
  const rising = floors.slice(onsetOf(floors));
  // Where it stands still by now, it grew over the window all the same.
  const [first = NO_FLOOR] = rising.length > 1 ? rising : floors.slice(-BLOCKS);
  const last = rising.at(-1) ?? first;
  const { floors: present, rate } = presentStretch(series, stretchOf(series, rising));
  const [begin = first] = present;
  const changed = present === rising ? {} : { rateSince: begin.atMs };
  return { first, last, rate: orBurst(series, { first: begin, last, rate }), ...changed };
}

/**
 * The last floor stands where its block is lowest, and so mostly at its beginning: what has come since then at
 * the rate found counts too, as far as it is there.
 */
function growthSince(
  { axis }: Epoch,
  history: FunctionHistory,
  { first, last, rate, ...changed }: Rise,
): Growth {
  const { bytesPerHour, low, high } = rate;
  const sinceLastMs = (axis.endMs[axis.count - 1] ?? last.atMs) - last.atMs;
  const further = Math.max(0, bytesPerHour) * (sinceLastMs / MS_PER_HOUR);
  const there = Math.max(0, history.inuseBytes - last.bytes);
  const grown = last.bytes - first.bytes;
  return {
    growthBytes: grown + Math.min(further, there),
    growthBytesPerHour: bytesPerHour,
    growthBytesPerHourLow: low,
    growthBytesPerHourHigh: high,
    ...changed,
    survival: survivalOf(grown, allocatedBetween(history, first, last)),
    samples: Math.round(samplesIn({ axis, history }, [first, last])),
    since: first.atMs,
  };
}

function survivalOf(growthBytes: number, allocated: number): number {
  return allocated > 0 ? Math.min(1, Math.max(0, growthBytes / allocated)) : 1;
}

function allocatedBetween({ track }: FunctionHistory, first: Floor, last: Floor): number {
  let sum = 0;
  for (let cell = first.cell + 1; cell <= last.cell; cell++) sum += track.allocBytes[cell] ?? 0;
  return sum;
}

function placeOf(frames: readonly Frame[], name: string): Place {
  const frame = frames.find((each) => normaliseFunction(each.function) === name);
  return { function: name, file: frame?.file ?? '', line: frame?.line ?? 0 };
}
